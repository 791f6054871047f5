"""Volumes over the beat, and which phases are ED and ES: seen, chosen by a click or a number, taken back."""

import streamlit as st

from core.records.hearts import HeartFact
from core.workflow.hearts.reader.view import Moment
from pages.shared.clicks import button
from pages.shared.heart.figures.curves.chart import draw_volume_curves
from pages.shared.heart.figures.reading import Panel, by_whom, give, given_line

MOMENTS = {"ED": HeartFact.ED_PHASE, "ES": HeartFact.ES_PHASE}
TOLD = {"source": "named by the source", "found": "found over all slices"}


def curves_section(panel: Panel) -> None:
    """Draw the curves of both ventricles, and let a reader say which phases are ED and ES."""
    if panel.read.heart.stack.n_phases > 1:
        draw_curves(panel)
    choose_moment(panel)
    for name, moment in moments_of(panel).items():
        then = f"{name} is then as the source or the volumes have it"
        given_line(panel, MOMENTS[name], told(panel, name, moment), then)


def draw_curves(panel: Panel) -> None:
    """Draw the chart; a click on it fills a phase in."""
    known = panel.read.found.function
    phases = {name: one.phase for name, one in moments_of(panel).items() if one.phase is not None}
    n_whole, open_phase = known.basis.n_whole_phases, panel.desk.opened.row.phase
    draw_volume_curves(known.curves_ml, phases, n_whole, open_phase, lambda phase: fill_in(panel, phase))


def choose_moment(panel: Panel) -> None:
    """Offer to make a phase ED or ES; a click on a curve fills it in."""
    n_phases = panel.read.heart.stack.n_phases
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        phase = panel.desk.opened.row.phase + 1
        if n_phases > 1:
            key = phase_key(panel)
            st.session_state.setdefault(key, phase)
            help_text = "A click on a curve fills it in"
            phase = st.number_input("Phase", 1, n_phases, key=key, help=help_text, width=120)
        for name, fact in MOMENTS.items():
            if button(f"Is {name}", key=f"is {name}", disabled=not panel.reader):
                give(panel, fact, phase - 1)


def moments_of(panel: Panel) -> dict[str, Moment]:
    """Return ED and ES by name."""
    moments = panel.read.found.function.basis.moments
    return {"ED": moments.ed, "ES": moments.es}


def told(panel: Panel, name: str, moment: Moment) -> str:
    """Return which phase a moment is, and who says so, as Markdown."""
    if moment.phase is None:
        return f"**{name}** is not known"
    given = panel.read.heart.choices.facts.get(MOMENTS[name])
    chosen = given is not None and moment.told == "reader"
    who = f"chosen {by_whom(given.reader, given.at)}" if given and chosen else TOLD.get(moment.told, "")
    return f"**{name}** phase {moment.phase + 1}, {who}"


def phase_key(panel: Panel) -> str:
    """Return the key of the number of a phase, which begins as the one of the open slice."""
    return f"phase {panel.desk.opened.row.phase} of heart {panel.series_id}"


def fill_in(panel: Panel, phase: int) -> None:
    """Fill the phase in, from 0, on which the reader clicked."""
    st.session_state[phase_key(panel)] = phase + 1

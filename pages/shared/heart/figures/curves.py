"""Volumes over the beat, and which phases are ED and ES: seen, chosen by a click or a number, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.labels import Label
from core.records.hearts import HeartFact
from core.workflow.hearts.reader.view import Moment
from core.workflow.review.open_slice import OpenSlice
from pages.shared.charts.base import Chart
from pages.shared.charts.heart_curves import volume_curves
from pages.shared.clicks import button
from pages.shared.heart.figures.reading import Panel, by_whom, give, given_line

CHART = "heart curves"
DRAWN = "drawn curves"  # in the session
MOMENTS = {"ED": HeartFact.ED_PHASE, "ES": HeartFact.ES_PHASE}
TOLD = {"source": "named by the source", "found": "found over all slices"}


@dataclass(frozen=True, eq=False)
class DrawnCurves:
    """The chart as it stands, of what it was drawn, and for which look at the slice."""

    opened: OpenSlice  # made anew whenever the whole page is
    curves_ml: Mapping[Label, tuple[float | None, ...]]
    chart: Chart


def curves_section(panel: Panel) -> None:
    """Draw the curves of both ventricles, and let a reader say which phases are ED and ES."""
    if panel.read.heart.stack.n_phases > 1:
        draw_curves(panel)
    choose_moment(panel)
    for name, moment in moments_of(panel).items():
        then = f"{name} is then as the source or the volumes have it"
        given_line(panel, MOMENTS[name], told(panel, name, moment), then)


def draw_curves(panel: Panel) -> None:
    """Draw the chart; a browser takes long for it, so that after a stroke it lags, and says so."""
    known = panel.read.found.function
    kept: DrawnCurves | None = st.session_state.get(DRAWN)
    if kept is None or kept.opened is not panel.desk.opened:
        phases = {name: one.phase for name, one in moments_of(panel).items() if one.phase is not None}
        chart = volume_curves(known.curves_ml, phases, known.basis.n_whole_phases)
        kept = st.session_state[DRAWN] = DrawnCurves(panel.desk.opened, known.curves_ml, chart)
    st.plotly_chart(
        kept.chart.figure,
        key=CHART,
        on_select=lambda: take_click(panel),
        selection_mode="points",
        config={"displaylogo": False, "displayModeBar": False},
    )
    lags = kept.curves_ml != known.curves_ml
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("As before your last strokes" if lags else "As the masks are now", width="stretch")
        st.button(
            "Draw now",
            key="draw curves",
            type="tertiary",
            disabled=not lags,
            on_click=lambda: st.session_state.pop(DRAWN, None),
        )


def choose_moment(panel: Panel) -> None:
    """Offer to make a phase ED or ES; a click on a curve fills it in."""
    n_phases = panel.read.heart.stack.n_phases
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        phase = panel.desk.opened.row.phase + 1
        if n_phases > 1:
            phase = st.number_input(
                "Phase",
                1,
                n_phases,
                phase,
                key=phase_key(panel),
                help="A click on a curve fills it in",
                width=120,
            )
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


def take_click(panel: Panel) -> None:
    """Fill the phase in on which the reader clicked."""
    points = st.session_state[CHART].selection.points
    if points:
        st.session_state[phase_key(panel)] = int(points[0]["x"])

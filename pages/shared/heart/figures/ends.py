"""Slices at base and apex: how far myocardium surrounds them, and what each is worth before it goes."""

import streamlit as st

from core.labels import SHORT_NAMES, Label
from core.records.hearts import SliceDecision
from core.workflow.hearts.base import ends_of
from core.workflow.hearts.choices import count_slice
from core.workflow.hearts.reader.view import CAVITIES, EndSlice
from pages.shared.clicks import button
from pages.shared.heart.figures.curves.section import moments_of
from pages.shared.heart.figures.reading import Panel, by_whom
from pages.shared.review.commands import refusals_shown
from pages.shared.review.desk import go_to

RULE = (
    "A slice counts for the LV where myocardium surrounds at least 50 % of its rim; nothing is taken out by "
    "itself."
)
NO_SHARE = "No wall of its own is marked around the RV."


def ends_section(panel: Panel) -> None:
    """Draw the ends of one cavity at ED or ES, each with what taking it out, or in again, changes."""
    places = {
        f"{SHORT_NAMES[cavity]} at {name}": (moment.phase, cavity, name)
        for cavity in CAVITIES
        for name, moment in moments_of(panel).items()
        if moment.phase is not None
    }
    if not places:
        st.caption("ED and ES are not known yet, so that no base or apex can be shown.")
        return
    chosen = st.segmented_control(
        "Cavity and phase",
        places,
        default=next(iter(places)),
        required=True,
        key="heart ends",
        label_visibility="collapsed",
    )
    phase, cavity, name = places.get(chosen or "", next(iter(places.values())))
    st.caption(RULE if cavity == Label.LEFT_VENTRICLE else f"{RULE} {NO_SHARE}")
    decisions = {one.place: one for one in panel.read.heart.choices.slices}
    ends = ends_of(panel.read.heart, phase, [cavity])
    for one in ends:
        draw_end(panel, one, name, decisions.get(one.place))
    if not ends:
        st.caption(f"No {SHORT_NAMES[cavity]} is marked at {name}.")


def draw_end(panel: Panel, one: EndSlice, moment: str, decision: SliceDecision | None) -> None:
    """Draw one slice with its share, what it is worth, who decided, and the two buttons."""
    place = one.place
    slice_id = panel.read.slice_at(place.position, place.phase)
    number = panel.number_of(place.position)
    with st.container(border=True, gap="xxsmall", key=f"end-{number}"):
        st.markdown(f"**Slice {number}**, {'base' if one.is_base else 'apex'}: {share_words(one)}")
        st.caption(change_words(one, moment))
        if decision is not None:
            was = "Taken in again" if decision.counts else "Taken out"
            st.caption(f"{was} {by_whom(decision.reader, decision.at)}")
        with st.container(horizontal=True, gap="small"):
            if button("Open", key=f"open end {number}", type="tertiary", disabled=slice_id is None):
                go_to(slice_id)
            if button(
                "Take out" if one.counts else "Take in",
                key=f"count end {number}",
                type="tertiary",
                disabled=not panel.reader,
                help="It can be taken in again at any time" if one.counts else None,
            ):
                with refusals_shown():
                    count_slice(panel.series_id, *place_of(one), counts=not one.counts, reader=panel.reader)
                st.rerun()


def place_of(one: EndSlice) -> tuple[int, int, Label]:
    """Return position, phase and cavity."""
    return one.place.position, one.place.phase, one.place.cavity


def share_words(one: EndSlice) -> str:
    """Return how the slice stands, in words."""
    amount = "" if one.ml is None else f"{one.ml:.1f} ml"
    parts = [amount, "" if one.counts else "**does not count**"]
    if one.surrounded is not None:
        parts.append(f"{100 * one.surrounded:.0f} % surrounded")
    if one.is_doubtful:
        parts.append(f":material/rule: by the rule it {'does not count' if one.counts else 'counts'}")
    return ", ".join(part for part in parts if part)


def change_words(one: EndSlice, moment: str) -> str:
    """Return what taking the slice out, or in, would change, before it is done."""
    changes = [f"{moment} volume {one.change_ml:+.1f} ml"]
    if one.change_ef_points is not None:
        changes.append(f"EF {one.change_ef_points:+.1f} points")
    if one.change_mass_g:
        changes.append(f"mass {one.change_mass_g:+.1f} g")
    return f"Taken {'out' if one.counts else 'in'}: {', '.join(changes)}"

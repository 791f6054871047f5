"""Thickness and thickening of the wall by segment: measured when asked for, never with a stroke."""

from dataclasses import dataclass

import streamlit as st

from core.records.hearts import HeartFact
from core.workflow.hearts.wall import CONVENTIONS, WallMap, heart_wall
from pages.shared.frame import sentence
from pages.shared.heart.figures.bulls_eye import bulls_eye
from pages.shared.heart.figures.curves.section import moments_of
from pages.shared.heart.figures.insertions import mark_section
from pages.shared.heart.figures.numbers import STYLE
from pages.shared.heart.figures.reading import Panel, by_whom
from pages.shared.plain import plain

MEASURED = "measured wall"  # in the session
SHOWN = {  # what is drawn: the attribute of a segment, its unit, digits
    "ED, mm": ("ed_mm", "mm", 1),
    "ES, mm": ("es_mm", "mm", 1),
    "Thickening, %": ("thickening_percent", "%", 0),
}


@dataclass(frozen=True)
class MeasuredWall:
    """A wall, and of what it was measured."""

    asked: tuple[object, ...]  # heart, reader, phases, marks
    masks: tuple[object, ...]  # of ED and ES
    wall: WallMap


def wall_section(panel: Panel) -> None:
    """Draw the bull's-eye; where masks have changed since, say so and offer to measure again."""
    ed = moments_of(panel)["ED"].phase
    if ed is None:
        st.caption("ED is not known, and the wall is measured at ED; choose it under Curves.")
        return
    measured = measured_wall(panel, ed)
    if measured.masks != masks_at(panel, ed):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption("Masks at ED or ES have changed since.", width="stretch")
            st.button(
                "Measure again", key="measure wall", on_click=lambda: st.session_state.pop(MEASURED, None)
            )
    if measured.wall.reason:
        st.caption(plain(sentence(measured.wall.reason)))
    else:
        draw_wall(measured.wall)
    given = panel.read.heart.choices.facts.get(HeartFact.ANTERIOR_ROW)
    if given is not None:
        st.caption(f"Insertions marked {by_whom(given.reader, given.at)}")
    mark_section(panel, ed, is_open=bool(measured.wall.reason) and given is None)


def measured_wall(panel: Panel, ed: int) -> MeasuredWall:
    """Return the wall as it was measured last for the same question, else measure it."""
    es = moments_of(panel)["ES"].phase
    asked = (panel.series_id, panel.reader, ed, es, panel.read.heart.choices.insertions)
    kept: MeasuredWall | None = st.session_state.get(MEASURED)
    if kept is not None and kept.asked == asked:
        return kept
    wall = heart_wall(panel.series_id, ed, es, reader=panel.reader)
    made = MeasuredWall(asked, masks_at(panel, ed), wall)
    st.session_state[MEASURED] = made
    return made


def masks_at(panel: Panel, ed: int) -> tuple[object, ...]:
    """Return what tells the masks at ED and ES from others, without reading any."""
    phases = (ed, moments_of(panel)["ES"].phase)
    areas = [one for one in panel.read.heart.areas if one.phase in phases]
    ids = {one.slice_id for one in areas}
    strokes = sorted(
        (state.slice_id, state.tab, state.seq)
        for state in panel.read.counted.strokes
        if state.slice_id in ids
    )
    return tuple((one.slice_id, one.version_id) for one in areas), tuple(strokes)


def draw_wall(wall: WallMap) -> None:
    """Draw one of the three numbers of each segment, with why some have none."""
    chosen = st.segmented_control(
        "Of the wall",
        SHOWN,
        default="ED, mm",
        required=True,
        key="heart wall",
        label_visibility="collapsed",
    )
    name = chosen or "ED, mm"
    what, unit, digits = SHOWN[name]
    picture = bulls_eye(wall.segments, what, name.partition(",")[0], unit, digits)
    st.html(f"<style>{STYLE}</style>{picture}")
    missing: dict[str, list[str]] = {}
    for one in wall.segments:
        if one.reason:
            missing.setdefault(one.reason, []).append(str(one.number))
    for reason, numbers in missing.items():
        st.caption(f"Segment {', '.join(numbers)}: {reason}.")
    with st.popover("How", icon=":material/info:", type="tertiary", key="how the wall"):
        for line in CONVENTIONS:
            st.markdown(plain(line))

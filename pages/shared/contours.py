"""Contours: the outlines of the mask as polygons to drag, and back into the mask."""

import time
from collections.abc import Hashable

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from core.workflow import contour_correction
from core.workflow.contour_correction import Outline
from pages.shared.contour_objects import KINDS, STROKE, from_objects, to_objects
from pages.shared.desk import Desk, take_over
from pages.shared.frame import sentence, telling
from pages.shared.in_view import forget
from pages.shared.plain import plain

LONGEST_PAUSE = 30  # seconds; a longer one is no work on this slice, as while painting
SIDE = 600  # pixels of the picture's longer side: it fits a laptop's screen
UNSEEN = "rgba(0, 0, 0, 0)"
NOUNS = {Outline.EPICARDIUM: "epicardium", Outline.ENDOCARDIUM: "endocardium", Outline.RIGHT_VENTRICLE: "RV"}
MOVE = "Move points"
HOW: dict[str, str] = {
    MOVE: "Switch the pencil above the picture on. A click takes a contour as a whole, a second one its "
    "points; drag them, then apply.",
    **dict.fromkeys(Outline, "Click point by point around the new contour; a click on the first closes it."),
}
NAMES: dict[str, str] = {MOVE: MOVE, **{outline: f"New {NOUNS[outline]}" for outline in Outline}}


def contour_editor(desk: Desk) -> None:
    """Draw the canvas with the outlines of the mask that the reader sees; Apply makes them the draft."""
    row = desk.opened.row
    outlined = contour_correction.open_outlines(row.id, desk.reader, SIDE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.segmented_control(
            "What to do",
            list(NAMES),
            default=MOVE,
            format_func=lambda each: NAMES[each],
            key="contour tool",
            label_visibility="collapsed",
            required=True,
        )
        applied = st.button("Apply", icon=":material/check:", type="primary", key="apply contours")
        if st.button("Start again", icon=":material/restart_alt:", key="reset contours"):
            st.session_state["contour start"] = st.session_state.get("contour start", 0) + 1
            st.rerun()
    st.caption(HOW[chosen or MOVE])  # above the picture the canvas floats its own buttons
    start = st.session_state.get("contour start", 0)
    made_from = (desk.document, outlined.seen.parent_id, outlined.seen.strokes)
    last, st.session_state["contours of"] = st.session_state.get("contours of"), made_from
    seconds = worked(made_from)
    drawn = st_canvas(
        fill_color="rgba(0, 0, 0, 0)",
        stroke_width=STROKE,
        stroke_color=UNSEEN if chosen in (None, MOVE) else KINDS[Outline(chosen)],
        background_image=outlined.picture,
        width=outlined.width,
        height=outlined.height,
        # In its polygon mode the canvas keeps moved points to itself; a stray line is unseen and no contour.
        drawing_mode="line" if chosen == MOVE else "polygon",
        initial_drawing={"objects": to_objects(outlined.outlines, outlined.scale)},
        key=f"contours {made_from} {start}",
    )
    if not applied:
        return
    if last not in (None, made_from) and last[0] == desk.document:
        st.error(plain(sentence(contour_correction.ANOTHER_MASK)), icon=":material/warning:")
        return
    objects = (drawn.json_data or {}).get("objects")
    if objects is None:
        st.toast("No contour was moved or drawn yet")
        return
    with telling():
        moved = from_objects(objects, outlined.outlines, outlined.scale)
        contour_correction.apply(row.id, desk.reader, moved, seen=outlined.seen, seconds=seconds)
        take_over(row.id)
        forget()
        st.toast("The mask now follows the contours")
        st.rerun()


def worked(made_from: Hashable) -> float:
    """Seconds of work on these contours: what lies between two touches, where it is no long pause."""
    now = time.monotonic()
    of, seconds, touched = st.session_state.get("contour work", (made_from, 0.0, now))
    if of != made_from:
        seconds, touched = 0.0, now
    pause = now - touched
    seconds += pause if pause < LONGEST_PAUSE else 0.0
    st.session_state["contour work"] = (made_from, seconds, now)
    return float(seconds)

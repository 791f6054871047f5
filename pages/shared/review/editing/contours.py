"""Whole contours: the outlines of the mask as polygons to move, scale and turn; the mask follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from core.editing.contours import Outline, Polygon
from core.records.masks import Seen
from core.workflow.review import contours
from core.workflow.review.contours import OutlinedSlice
from pages.shared.frame import errors_shown, sentence
from pages.shared.plain import plain
from pages.shared.review.desk import Desk, show_stored
from pages.shared.review.editing.fabric_polygons import OUTLINE_COLOURS, STROKE, from_objects, to_objects
from pages.shared.review.in_view import remember_strokes
from pages.shared.review.work_time import work_seconds

PICTURE_PX = 600  # pixels of the picture's longer side: it fits a laptop's screen
TRANSPARENT = "rgba(0, 0, 0, 0)"
NOUNS = {Outline.EPICARDIUM: "epicardium", Outline.ENDOCARDIUM: "endocardium", Outline.OTHER_CAVITY: "RV"}
MOVE = "Move points"
HELP: dict[str, str] = {
    MOVE: "Switch the pencil above the picture on. A click takes a whole contour, to move, scale or turn; a "
    "second one its points.",
    **dict.fromkeys(Outline, "Click point by point around the new contour; a click on the first closes it."),
}
CANVAS = "contours canvas"
EMPTY = "The canvas has no contour any more, and the mask stays as it is. Take contours away in Paint."
NAMES: dict[str, str] = {MOVE: MOVE, **{outline: f"New {NOUNS[outline]}" for outline in Outline}}


@dataclass(frozen=True)
class Canvas:
    """The canvas that the reader has, and how far the mask has followed it."""

    number: int
    document: str
    outlined: OutlinedSlice  # what it was made from; sent again unchanged, or the canvas would begin anew
    followed: Mapping[Outline, tuple[Polygon, ...]]  # the contours that the mask has taken over
    seen: Seen  # the mask then
    seconds: float = 0.0  # of work that the draft has counted


def contour_editor(desk: Desk, *, leaving: bool) -> bool:
    """Draw the canvas with the outlines of the mask that the reader sees; the mask follows what is moved.

    Returns whether it did: only then is what is on the screen what the store has. Where it followed, the page
    is drawn anew, unless the reader is `leaving` the slice by a button.
    """
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
    st.caption(HELP[chosen or MOVE])  # above the picture the canvas floats its own buttons
    canvas = canvas_of(desk)
    outlined = canvas.outlined
    seconds = work_seconds("contour work", canvas.number)
    drawn = st_canvas(
        fill_color="rgba(0, 0, 0, 0)",
        stroke_width=STROKE,
        stroke_color=TRANSPARENT if chosen in (None, MOVE) else OUTLINE_COLOURS[Outline(chosen)],
        background_image=outlined.picture,
        width=outlined.width,
        height=outlined.height,
        # In its polygon mode the canvas keeps moved points to itself; a stray line is unseen and no contour.
        drawing_mode="line" if chosen == MOVE else "polygon",
        initial_drawing={"objects": to_objects(outlined.outlines, outlined.scale)},
        key=f"contours {canvas.number}",
    )
    objects = (drawn.json_data or {}).get("objects")
    if objects is None:
        return True
    with errors_shown():
        return follow(desk, canvas, objects, seconds, leaving)
    return False


def canvas_of(desk: Desk) -> Canvas:
    """Return the canvas in hand, or a new one where the mask is another one than it has made."""
    kept: Canvas | None = st.session_state.get(CANVAS)
    outlined = contours.open_outlines(desk.opened.row.id, desk.reader, PICTURE_PX)
    if kept is not None and kept.document == desk.document and same_mask(kept.seen, outlined.seen):
        return kept
    if kept is not None and kept.document == desk.document and not same_mask(desk.seen, desk.opened.seen):
        st.error(plain(sentence(contours.ANOTHER_MASK)), icon=":material/warning:")
    number = 1 if kept is None else kept.number + 1
    made = Canvas(number, desk.document, outlined, outlined.outlines, outlined.seen)
    st.session_state[CANVAS] = made
    return made


def is_open(document: str) -> bool:
    """Return whether the reader has the canvas before the eyes, on this slice."""
    kept: Canvas | None = st.session_state.get(CANVAS)
    return kept is not None and kept.document == document


def is_canvas_shown() -> bool:
    """Return whether the reader has it before the eyes, on whichever slice."""
    kept: Canvas | None = st.session_state.get(CANVAS)
    return kept is not None and bool(kept.document)


def put_canvas_away() -> None:
    """Have the next canvas begin with the mask as it is then."""
    kept: Canvas | None = st.session_state.get(CANVAS)
    if kept is not None:
        st.session_state[CANVAS] = replace(kept, document="")


def same_mask(one: Seen, other: Seen) -> bool:
    """Return whether the two are of one mask, whatever versions there are beside it."""
    return (one.parent_id, one.strokes) == (other.parent_id, other.strokes)


def follow(
    desk: Desk,
    canvas: Canvas,
    objects: Sequence[Mapping[str, object]],
    seconds: float,
    leaving: bool,
) -> bool:
    """Make the contours on the canvas the draft where it has others; returns whether it has them then.

    Raises:
        SeptumError: when they cannot be taken, also because the mask is another one since.
    """
    outlined = canvas.outlined
    moved = from_objects(objects, outlined.outlines, outlined.scale)
    if alike(moved, canvas.followed):
        return True
    if not any(moved.values()) and any(outlined.outlines.values()):
        st.warning(EMPTY, icon=":material/warning:")
        return False
    row_id, spent = desk.opened.row.id, seconds - canvas.seconds
    strokes = contours.apply(row_id, desk.reader, moved, seen=canvas.seen, turn=outlined.turn, seconds=spent)
    seen = Seen(canvas.seen.parent_id, strokes, canvas.seen.newest_id)
    st.session_state[CANVAS] = replace(canvas, followed=moved, seen=seen, seconds=seconds)
    if strokes == canvas.seen.strokes:
        return True
    show_stored(row_id)
    remember_strokes(desk.document, desk.opened, strokes)
    if not leaving:
        st.rerun()
    return True


def alike(one: Mapping[Outline, Sequence[Polygon]], other: Mapping[Outline, Sequence[Polygon]]) -> bool:
    """Return whether both have the same contours, in whatever order."""
    return all(sorted(one.get(outline, ())) == sorted(other.get(outline, ())) for outline in Outline)

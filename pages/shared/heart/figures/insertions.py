"""Marking where the right ventricle meets the left one: two clicks on a small picture, kept with a name."""

import math
from base64 import b64encode
from pathlib import Path

import streamlit as st

from core.records.hearts import Insertions
from core.workflow.hearts.choices import mark_insertions
from core.workflow.hearts.reader.marking import MarkedPicture, picture_to_mark
from pages.shared.clicks import button, noted, noting
from pages.shared.heart.figures.reading import Panel
from pages.shared.review.commands import refusals_shown

FOLDER = Path(__file__).parent
COMPONENT = st.components.v2.component(
    "septum_insertions",
    html='<div class="insertions"></div>',
    css=(FOLDER / "insertions.css").read_text(encoding="utf-8"),
    js=(FOLDER / "insertions.js").read_text(encoding="utf-8"),
)


def mark_section(panel: Panel, ed: int, *, is_open: bool) -> None:
    """Offer to mark both insertions on a slice at ED, and to take the marks back."""
    if not panel.reader:
        return
    kept = panel.read.heart.choices.insertions
    if not st.toggle("Mark the insertions", is_open, key=f"mark insertions of heart {panel.series_id}"):
        return
    wanted = panel.desk.opened.row.position if kept is None else kept.position
    picture = picture_to_mark(panel.read, ed, wanted)
    if picture is None:
        st.caption("No slice shows the LV at ED, so that nothing can be marked yet.")
        return
    st.caption(
        f"Slice {panel.number_of(picture.position)} at ED: click where the RV's wall meets the septum, the "
        "anterior insertion first, then the inferior one."
    )
    marks = ask_for_marks(picture, kept)
    if marks is not None and marks != kept:
        with refusals_shown():
            mark_insertions(panel.series_id, marks, panel.reader)
        st.rerun()
    if kept is not None and button("Take the marks back", key="take marks back", type="tertiary"):
        with refusals_shown():
            mark_insertions(panel.series_id, None, panel.reader)
        st.rerun()


def ask_for_marks(picture: MarkedPicture, kept: Insertions | None) -> Insertions | None:
    """Draw the picture with the marks that are kept; return new ones once both are there."""
    shown = []
    if kept is not None and kept.position == picture.position:
        shown = [picture.on_picture(kept.anterior), picture.on_picture(kept.inferior)]
    data = {"picture": f"data:image/png;base64,{b64encode(picture.png).decode()}", "marks": shown}
    COMPONENT(data=data, key="insertions", on_marks_change=noting("insertions", "marks"))
    places = shares(noted("insertions marks"))
    if places is None:
        return None
    anterior, inferior = (picture.in_slice(place) for place in places)
    return Insertions(picture.position, anterior, inferior)


def shares(sent: object) -> list[tuple[float, float]] | None:
    """Return two places from 0 to 1 out of what a browser sent; None where it is something else.

    >>> shares([[0.5, 0.25], [0, 1]]), shares([[2, 0], [0, 0]]), shares("x")
    ([(0.5, 0.25), (0.0, 1.0)], None, None)
    """
    if not isinstance(sent, list) or len(sent) != 2:
        return None
    places = []
    for place in sent:
        if not isinstance(place, list) or len(place) != 2:
            return None
        numbers = [float(one) for one in place if isinstance(one, int | float)]
        if len(numbers) != 2 or not all(math.isfinite(one) and 0 <= one <= 1 for one in numbers):
            return None
        places.append((numbers[0], numbers[1]))
    return places

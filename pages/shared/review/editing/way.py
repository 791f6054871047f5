"""How a slice is corrected, in the painter or on the canvas, and what that means for the buttons."""

import streamlit as st

from pages.shared.review.desk import Desk
from pages.shared.review.editing.contours import is_canvas_shown

PAINT, CONTOURS = "Paint", "Whole contours"
WAY = "way"


def choose_way() -> bool:
    """Draw the choice; returns whether whole contours are to be drawn."""
    way = st.segmented_control(
        "How to correct",
        (PAINT, CONTOURS),
        default=PAINT,
        key=WAY,
        label_visibility="collapsed",
        required=True,
    )
    return way == CONTOURS


def apart(desk: Desk) -> str:
    """Return what the key of a button that decides ends with, so that a late click means no other slice.

    The painter holds a click back until the page shows what it was meant for, and needs keys that stay.
    Nobody does so over the canvas: there each slice has buttons of its own, and those of another are no more.
    """
    with_canvas = st.session_state.get(WAY) == CONTOURS or is_canvas_shown()
    return f" over {desk.document}" if with_canvas else ""

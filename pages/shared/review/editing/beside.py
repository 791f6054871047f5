"""What stands at the picture's right and follows each stroke, where a page wants something there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from pages.shared.review.desk import Desk

Beside = Callable[[Desk], None]
WIDTHS = (2.05, 1)  # of the picture, and of what stands beside it


@contextmanager
def picture_with(beside: Beside | None, desk: Desk) -> Iterator[None]:
    """Have what is drawn inside stand at the left; what is beside it comes later and knows its strokes."""
    if beside is None:
        yield
        return
    picture, right = st.columns(WIDTHS, gap="small")
    with picture:
        yield
    with right:
        beside(desk)

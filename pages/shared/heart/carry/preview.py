"""What was carried, the least sure first, to be looked at and left out slice by slice."""

from collections.abc import Sequence

import streamlit as st

from core.records.slices import SeriesRow
from core.workflow.hearts.carry import CarriedSlice
from core.workflow.review.spread.carried_pictures import carried_pictures
from pages.shared.heart.carry.choices import which
from pages.shared.pictures import picture

AT_ONCE = 12  # slices on one page of pictures
COLUMNS = 3
PICTURE_PX = 150
HEIGHT_PX = 380


def least_sure_first(made: Sequence[CarriedSlice]) -> list[CarriedSlice]:
    """Return what was carried in the order in which it is worth a look."""
    return sorted(made, key=lambda one: (-one.unsure_share, one.look.row.phase, one.look.row.position))


def show_carried(series: SeriesRow, made: Sequence[CarriedSlice], mark: int) -> list[CarriedSlice]:
    """Draw what was carried, a page at a time; return the slices that are not left out.

    Args:
        series: whose slices.
        made: what was carried, in the order in which it is shown.
        mark: of the plan, so that what was left out of another one does not count.
    """
    n_pages = -(-len(made) // AT_ONCE)
    first = 0
    if n_pages > 1:
        page = st.number_input(f"Page of {n_pages}", 1, n_pages, key=f"carry page {mark}", width=120)
        first = AT_ONCE * (int(page) - 1)
    left_out: set[int] = st.session_state.setdefault("carry left out", {}).setdefault(mark, set())
    is_long = len(made) > COLUMNS
    with st.container(height=HEIGHT_PX if is_long else "content", border=True, key="carry pictures"):
        shown = made[first : first + AT_ONCE]
        drawn = list(zip(shown, carried_pictures(shown, PICTURE_PX), strict=True))
        for start in range(0, len(drawn), COLUMNS):
            row = drawn[start : start + COLUMNS]
            for column, (one, png) in zip(st.columns(COLUMNS)[: len(row)], row, strict=True):
                with column:
                    keep_or_not(series, one, png, left_out, mark)
    return [one for one in made if one.look.row.id not in left_out]


def keep_or_not(series: SeriesRow, one: CarriedSlice, png: bytes, left_out: set[int], mark: int) -> None:
    """Draw one slice with the choice to leave it out."""
    words, number = which(series, one.look.row), one.look.row.id
    percent = round(100 * one.unsure_share)
    caption = f"before, after: {f'{percent} %' if percent else 'less than 1 %'} unsure"
    picture(st.container(), png, caption, f"{words}, {caption}", 2 * PICTURE_PX)
    if st.checkbox(f"Keep {words}", number not in left_out, key=f"carry keep {mark} {number}"):
        left_out.discard(number)
    else:
        left_out.add(number)

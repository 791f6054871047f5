"""Which heart is open: the one that the address names, or that of the slice that was open."""

from dataclasses import dataclass

import streamlit as st

from core.errors import NotFound
from core.records.decisions import TO_DO
from core.workflow.review import Filter, Order, list_slices, places_in_series
from core.workflow.review.open_slice import OpenSlice
from pages.shared.frame import sentence
from pages.shared.plain import plain
from pages.shared.review.slice_choice import first_slice, named_number, opened_slice


@dataclass(frozen=True)
class OpenHeart:
    """A heart with one of its slices open."""

    opened: OpenSlice
    chosen: Filter  # its slices that are to do: a decision goes on with the next of them
    order: Order = Order.HEART

    @property
    def series_id(self) -> int:
        """Which heart it is."""
        return self.opened.row.series_id


def open_heart(reader: str) -> OpenHeart | None:
    """Return the heart to be shown, which the address names from then on; None where none was chosen yet."""
    named = named_number("series")
    if named is None and st.query_params.get("slice") is None and st.session_state.get("open slice") is None:
        return None
    slice_id = slice_to_open(named)
    opened = None if slice_id is None else opened_slice(slice_id, reader)
    if opened is None:
        st.query_params.pop("series", None)
        return None
    st.query_params["series"], st.query_params["slice"] = str(opened.row.series_id), str(opened.row.id)
    return OpenHeart(opened, Filter(statuses=TO_DO, series_id=opened.row.series_id))


def slice_to_open(series_id: int | None) -> int | None:
    """Return the slice that was open or that the address names if it is of this heart, else its first."""
    open_id = first_slice(Filter(series_id=series_id), Order.HEART)
    if series_id is None or open_id is None:
        return open_id
    first = list_slices(Filter(series_id=series_id), Order.HEART, limit=1)
    if not first:
        st.error(plain(sentence(str(NotFound(f"there is no series {series_id}")))), icon=":material/error:")
        return None
    if open_id not in {number for number, *_ in places_in_series(series_id)}:
        st.session_state["open slice"] = first[0].id
        st.session_state["looked at"] = st.session_state["compare with"] = None
    chosen: int = st.session_state["open slice"]
    return chosen

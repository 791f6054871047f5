"""Which slice is open on Review: the one that the address names, or the first of the queue."""

import streamlit as st

from core.errors import NotFound
from core.workflow.review import Filter, Order, list_slices
from core.workflow.review.open_slice import OpenSlice, open_slice
from pages.shared.frame import sentence
from pages.shared.plain import plain
from pages.shared.review.desk import MAX_DIGITS, is_behind


def named_number(what: str) -> int | None:
    """Return the number of a slice or series that the address names; what is none is told and removed."""
    named = st.query_params.get(what, "")
    if named.isascii() and named.isdigit() and len(named) <= MAX_DIGITS:
        return int(named)
    if named:
        shown = plain(named if len(named) <= 20 else f"{named[:20]}…")
        st.warning(
            f"The address names {what} {shown}, which is no number of at most {MAX_DIGITS} digits.",
            icon=":material/link_off:",
        )
        del st.query_params[what]
    return None


def first_slice(chosen: Filter, order: Order) -> int | None:
    """Return the slice that the address names, the one that was open, or the first of the queue, or any."""
    named = named_number("slice")
    if named is not None and is_behind(named):
        named = st.session_state["open slice"]
        st.query_params["slice"] = str(named)
    if named is not None and named != st.session_state.get("open slice"):  # also by a link within the app
        st.session_state["open slice"] = named
        st.session_state["looked at"] = st.session_state["compare with"] = None
    if st.session_state.get("open slice") is None:
        # Where nothing is to do, there is still something to look at.
        rows = list_slices(chosen, order, limit=1) or list_slices(limit=1)
        st.session_state["open slice"] = rows[0].id if rows else None
    open_id: int | None = st.session_state["open slice"]
    return open_id


def opened_slice(slice_id: int, reader: str) -> OpenSlice | None:
    """Return the slice as the reader finds it; None for one that is gone, which is told and forgotten."""
    try:
        return open_slice(slice_id, reader, st.session_state.get("compare with"))
    except NotFound as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        st.session_state["open slice"] = st.session_state["compare with"] = None
        st.query_params.pop("slice", None)
        return None

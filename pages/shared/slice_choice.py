"""Which slice is open on Review: the one that the address names, or the first of the queue."""

import streamlit as st

from core.errors import NotFound
from core.workflow import correction, worklist
from pages.shared.frame import sentence
from pages.shared.plain import plain
from pages.shared.queue import Choice

MOST_DIGITS = 9  # of a slice's number; no column of a database takes more


def named_slice() -> int | None:
    """The slice that the address names; what names none is told, and goes from the address."""
    named = st.query_params.get("slice", "")
    if named.isascii() and named.isdigit() and len(named) <= MOST_DIGITS:
        return int(named)
    if named:
        shown = plain(named if len(named) <= 20 else f"{named[:20]}…")
        st.warning(
            f"The address names slice {shown}, which is no number of at most {MOST_DIGITS} digits.",
            icon=":material/link_off:",
        )
        del st.query_params["slice"]
    return None


def first_slice(choice: Choice, order: worklist.Order) -> int | None:
    """The slice that the address names, the one that was open, or the first of the queue."""
    named = named_slice()
    if named is not None and named != st.session_state.get("open slice"):  # also by a link within the app
        st.session_state["open slice"] = named
        st.session_state["looked at"] = st.session_state["compare with"] = None
    if st.session_state.get("open slice") is None:
        rows = worklist.queue(**choice, order=order, limit=1)
        st.session_state["open slice"] = rows[0].id if rows else None
    open_id: int | None = st.session_state["open slice"]
    return open_id


def opened_slice(slice_id: int, reader: str) -> correction.OpenSlice | None:
    """The slice as the reader finds it; None for one that is gone, which is told and forgotten."""
    try:
        return correction.open_slice(slice_id, reader, st.session_state.get("compare with"))
    except NotFound as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        st.session_state["open slice"] = st.session_state["compare with"] = None
        st.query_params.pop("slice", None)
        return None

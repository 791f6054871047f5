"""The way from an import to its slices."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.records import FileResult
from core.workflow import worklist
from core.workflow.worklist import Order


def review_button(results: Sequence[FileResult]) -> None:
    """A button that opens the first slice of what came in; none where nothing did."""
    came = [result for result in results if result.series_ids]
    if came and st.button("Review them", icon=":material/rate_review:", type="primary", key="review"):
        open_series(came[0].series_ids[0], {result.summary.patient for result in came if result.summary})


def open_series(series_id: int, patients: Collection[str]) -> None:
    """Open Review at the first slice of the series, with a queue that shows these patients at its top."""
    first = worklist.queue(series_id=series_id, order=Order.IMPORTED, limit=1)
    if not first:
        st.toast("These slices are no longer in the store.", icon=":material/delete:")
        return
    one = next(iter(patients)) if len(patients) == 1 else ""
    # Filters that hid these slices would show the queue of something else.
    st.session_state["queue filters"] = {"patient": one} if one else {"order": Order.NEWEST}
    st.session_state["open slice"] = first[0].id
    st.session_state["looked at"] = st.session_state["compare with"] = None
    st.switch_page("pages/2_Review.py")

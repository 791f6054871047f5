"""The way from an import to its slices."""

from collections.abc import Sequence

import streamlit as st

from core.records.results import FileResult
from core.workflow.review import Filter, Order, list_slices
from core.workflow.review.address import to_address
from core.workflow.review.worklist import Saved, Worklist, ranges_of
from pages.shared.clicks import button


def review_button(results: Sequence[FileResult]) -> None:
    """A button that opens the slices of what came in, and the way to its heart; none where nothing did."""
    came = [number for result in results for number in result.series_ids]
    if not came:
        return
    heart_link(came)
    if button("Review them", icon=":material/rate_review:", type="primary", key="review"):
        open_series(came)


def heart_link(series_ids: Sequence[int]) -> None:
    """The way to the first of these hearts, with all its slices on one page."""
    st.page_link(
        "pages/3_Heart.py",
        label="Whole heart" if len(series_ids) == 1 else "First heart",
        icon=":material/monitor_heart:",
        query_params={"series": str(series_ids[0])},
        width="content",
    )


def open_series(series_ids: Sequence[int]) -> None:
    """Open Review at the first slice of these series, with a worklist of nothing else."""
    imported = ranges_of(series_ids)
    first = list_slices(Filter(series=imported), Order.HEART, limit=1)
    if not first:
        st.toast("These slices are no longer in the store.", icon=":material/delete:")
        return
    named = to_address(Worklist(Saved.IMPORT, imported)) | {"slice": str(first[0].id)}
    st.switch_page("pages/2_Review.py", query_params=named)

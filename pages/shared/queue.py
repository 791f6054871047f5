"""The queue beside the picture: a window of rows from the store, filtered and sorted there."""

from typing import TypedDict

import streamlit as st

from core.records import SliceRow, Split, Status
from core.workflow import worklist
from core.workflow.worklist import Order

MARKS = {
    Status.NEW: "·",
    Status.PREDICTED: "○",
    Status.IN_PROGRESS: "✎",
    Status.APPROVED: "✓",
    Status.REJECTED: "✕",
}
LEGEND = ", ".join(f"{mark} {status}" for status, mark in MARKS.items()) + ", ▶ open"
WINDOW = 200  # rows sent to the browser; the store holds the rest


class Choice(TypedDict):
    """The filters as `worklist.queue` takes them."""

    statuses: tuple[Status, ...]
    splits: tuple[Split, ...]
    patient_text: str
    phase: int | None


def choose_filters() -> tuple[Choice, Order]:
    """Filters and order, folded into a popover; they last while the reader moves through the app."""
    kept = st.session_state.setdefault("queue filters", {})
    with st.popover("Filter and sort", icon=":material/filter_list:", width="stretch"):
        patient = st.text_input(
            "Patient", kept.get("patient", ""), key="filter patient", icon=":material/search:"
        )
        statuses = st.pills(
            "Status", list(Status), selection_mode="multi", default=kept.get("statuses"), key="filter status"
        )
        splits = st.pills(
            "Split", list(Split), selection_mode="multi", default=kept.get("splits"), key="filter split"
        )
        phase = st.number_input(
            "Phase, from 1", 1, 1000, kept.get("phase"), key="filter phase", placeholder="any"
        )
        orders = list(Order)
        order = st.selectbox("Sort by", orders, orders.index(kept.get("order", Order.WORTH)), key="order")
    kept.update(patient=patient, statuses=statuses, splits=splits, phase=phase, order=order)
    choice = Choice(
        statuses=tuple(statuses),
        splits=tuple(splits),
        patient_text=patient,
        phase=phase - 1 if phase else None,
    )
    return choice, order


def queue_list(choice: Choice, order: Order, open_id: int | None, height: int) -> int | None:
    """Draw the rows; returns the slice that the reader just chose, if any."""
    total = worklist.count(**choice)
    pages = max(1, -(-total // WINDOW))
    page = 1
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(f"{total} slices" if total != 1 else "1 slice", width="content")
        if pages > 1:
            page = min(pages, st.pagination(pages, key="queue page"))
    rows = worklist.queue(**choice, order=order, offset=(page - 1) * WINDOW, limit=WINDOW)
    if not rows:
        st.info("No slice fits the filters.", icon=":material/filter_list_off:")
        return None
    picked = st.dataframe(
        [line(row, open_id) for row in rows],
        hide_index=True,
        height=height,
        on_select="rerun",
        selection_mode="single-cell",  # a click anywhere in a row opens it
        key=f"queue {open_id} {page}",
        column_config={
            "": st.column_config.TextColumn(width=28, help=LEGEND),
            "Patient": st.column_config.TextColumn(width=98),
            "Place": st.column_config.TextColumn(width=50, help="Slice / phase, from 1"),
            "Worth": st.column_config.TextColumn(
                width=52, help="How much a correction is worth: doubt, disagreement, implausible anatomy"
            ),
        },
    )
    chosen = picked.selection.cells
    return rows[chosen[0][0]].id if chosen else None


def line(row: SliceRow, open_id: int | None) -> dict[str, object]:
    """One row as the list shows it."""
    return {
        "": "▶" if row.id == open_id else MARKS[row.status],
        "Patient": row.patient,
        "Place": f"{row.position + 1} / {row.phase + 1}",
        "Worth": "" if row.worth is None else f"{row.worth:.2f}",
    }

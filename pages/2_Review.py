"""Review: the queue, the slice that is open with its mask, and what to do with it."""

import streamlit as st

from core.records import Status
from core.workflow import exporting, prediction, worklist
from pages.shared.frame import frame
from pages.shared.mask_editor import slice_viewer
from pages.shared.queue import Choice, choose_filters, queue_list
from pages.shared.run_progress import prediction_progress

QUEUE_HEIGHT = 420
STEPS = {
    "previous_slice": (-1, 0),
    "next_slice": (1, 0),
    "previous_phase": (0, -1),
    "next_phase": (0, 1),
}


def open_slice(slice_id: int | None) -> None:
    """Show another slice, and name it in the address; at an end, stay."""
    if slice_id is not None:
        st.session_state["open slice"] = slice_id
        st.query_params["slice"] = str(slice_id)
        st.rerun()


def first_slice(choice: Choice, order: worklist.Order) -> int | None:
    """The slice that the address names, the one that was open, or the first of the queue."""
    named = st.query_params.get("slice", "")
    if named.isdigit() and "open slice" not in st.session_state:
        st.session_state["open slice"] = int(named)
    if "open slice" not in st.session_state:
        rows = worklist.queue(**choice, order=order, limit=1)
        st.session_state["open slice"] = rows[0].id if rows else None
    open_id: int | None = st.session_state["open slice"]
    return open_id


def decide(view: worklist.SliceView, status: Status, choice: Choice, order: worklist.Order) -> None:
    """Approve or reject, and go on with the next slice of the queue."""
    worklist.set_status(view.row.id, status)
    st.toast(f"{view.row.patient}, slice {view.row.position + 1}: {status}")
    open_slice(worklist.next_in_queue(view.row.id, **choice, order=order))
    st.rerun()


def predict_choices(view: worklist.SliceView) -> None:
    """Predict this slice at once, or many in a process of their own."""
    with st.popover("Predict", icon=":material/smart_toy:", width="stretch"):
        if st.button("This slice", key="predict slice", width="stretch"):
            with st.spinner("Predicting"):
                prediction.predict_slice(view.row.id)
            st.rerun()
        if st.button("This series", key="predict series", width="stretch"):
            prediction.start_prediction(view.row.series_id)
            st.rerun()
        if st.button("All slices", key="predict all", width="stretch"):
            prediction.start_prediction(None)
            st.rerun()
        st.caption("What a reader made, imported or approved stays as it is.")


def history(view: worklist.SliceView) -> None:
    """The versions of the mask, and the way out for it."""
    with st.popover("Masks", icon=":material/history:", width="stretch"):
        for version in view.versions:
            when = f"{version.created_at.astimezone():%Y-%m-%d %H:%M}"
            st.markdown(f"**{version.origin.capitalize()}** by {version.author}, {when}. {version.note}")
        if not view.versions:
            st.caption("No mask yet.")
        elif st.button("Prepare the series' masks", icon=":material/download:", key="export"):
            name = f"{view.row.patient}_masks.zip"
            data = exporting.export_zip([view.row.series_id])
            st.download_button(f"Download {name}", data, name, key="download", type="primary")


with frame("Review"):
    side, main = st.columns([1, 3.4], gap="small")
    with side:
        choice, order = choose_filters()
        open_id = first_slice(choice, order)
        tools = st.container(horizontal=True, gap="small")
        open_slice(queue_list(choice, order, open_id, QUEUE_HEIGHT))
        prediction_progress()
    with main:
        if open_id is None:
            st.info("There is no slice here yet.", icon=":material/inbox:")
            st.page_link("pages/1_Import.py", label="Import some", icon=":material/upload_file:")
        else:
            view = worklist.slice_view(open_id)
            row, series = view.row, view.series
            with tools:
                predict_choices(view)
                history(view)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                place = f"slice {row.position + 1} of {series.n_positions}"
                phase = f", phase {row.phase + 1} of {series.n_phases}" if series.n_phases > 1 else ""
                st.markdown(f"**{row.patient}** {place}{phase} · {row.split} · **{row.status}**")
                if st.button("Reject", icon=":material/block:", key="reject"):
                    decide(view, Status.REJECTED, choice, order)
                if st.button("Approve", icon=":material/check:", type="primary", key="approve"):
                    decide(view, Status.APPROVED, choice, order)
            document = f"slice-{row.id}"
            given = slice_viewer(
                view.packed,
                document=document,
                key="viewer",
                revision=view.revision,
                group=f"series-{row.series_id}",
                reserve_px=150,
            )
            for command in given:
                if command.name in STEPS:
                    positions, phases = STEPS[command.name]
                    open_slice(worklist.neighbour(row.id, positions, phases))
                elif command.document == document and command.name in ("approve", "reject"):
                    approved = command.name == "approve"
                    decide(view, Status.APPROVED if approved else Status.REJECTED, choice, order)

"""Review: the queue, the slice that is open to be corrected, and what to do with it."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.records import Status
from core.workflow import correction, exporting, prediction, worklist
from pages.shared.conflict import conflict_choice
from pages.shared.contours import contour_editor
from pages.shared.drawing import (
    RESERVE_PX,
    Desk,
    decide,
    discard,
    discarded_at,
    drawing,
    go_to,
    leave,
    prepare_next,
    refusals_shown,
    save,
)
from pages.shared.frame import frame
from pages.shared.mask_editor import slice_viewer
from pages.shared.plain import plain
from pages.shared.presence import who_else
from pages.shared.queue import Choice, choose_filters, queue_list
from pages.shared.reader import current_reader
from pages.shared.run_progress import prediction_progress
from pages.shared.versions import old_version_bar, version_list

QUEUE_HEIGHT = 455
WAYS = ("Paint", "Contours")


def first_slice(choice: Choice, order: worklist.Order) -> int | None:
    """The slice that the address names, the one that was open, or the first of the queue."""
    named = st.query_params.get("slice", "")
    if named.isdigit() and int(named) != st.session_state.get("open slice"):  # also by a link within the app
        st.session_state["open slice"] = int(named)
        st.session_state["looked at"] = st.session_state["compare with"] = None
    if st.session_state.get("open slice") is None:
        rows = worklist.queue(**choice, order=order, limit=1)
        st.session_state["open slice"] = rows[0].id if rows else None
    open_id: int | None = st.session_state["open slice"]
    return open_id


def predict_choices(slice_id: int, series_id: int) -> None:
    """Predict this slice at once, or many in a process of their own."""
    chosen = st.menu_button(
        "Predict",
        ("This slice", "This series", "All slices"),
        key="predict",
        icon=":material/smart_toy:",
        width="stretch",
        help="What a reader made, imported or approved stays as it is",
    )
    if chosen is None:
        return
    if chosen == "This slice":
        with st.spinner("Predicting"):
            prediction.predict_slice(slice_id)
    else:
        prediction.start_prediction(series_id if chosen == "This series" else None)
    st.rerun()


def versions(opened: correction.OpenSlice) -> None:
    """The versions of the mask, and the way out for it."""
    looked_at = st.session_state.get("looked at")
    closed_anew = f"versions {opened.row.id} {opened.newest and opened.newest.id} {looked_at}"
    with st.popover("Versions", icon=":material/history:", key=closed_anew, width="stretch"):
        version_list(opened.row.id, looked_at)
        if opened.newest and st.button("Prepare the series' masks", icon=":material/download:", key="export"):
            name = f"{opened.row.patient}_masks.zip"
            data = exporting.export_zip([opened.row.series_id])
            st.download_button(f"Download {plain(name)}", data, name, key="download", type="primary")


def saving(desk: Desk) -> Callable[[], int] | None:
    """The buttons beside the slice's name; keys in the editor do the same. Returns what one of them asks for.

    It is to be done after the editor's commands: a key that moved on came first, and the click was then meant
    for another slice.
    """
    asked: Callable[[], int] | None = None
    opened = desk.opened
    # A popover of another key is a closed one, and a note is for one version: both go by the mask.
    mask = f"{opened.row.id} {opened.revision} {discarded_at(opened.row.id)}"
    with st.popover("Save", icon=":material/save:", key=f"saving {mask}", help="Ctrl + S saves at once"):
        note = st.text_input("Note", key=f"note {mask}", placeholder="optional", max_chars=500)
        if st.button("Save a version", icon=":material/save:", key="save", type="primary"):
            asked = partial(save, desk, note)
        if opened.has_draft and st.button(
            "Discard the strokes",
            icon=":material/delete:",
            key="discard",
            help="The newest version is shown again; undo brings the strokes back",
        ):
            asked = partial(discard, desk)
    if st.button("Reject", icon=":material/block:", key="reject", help="X"):
        asked = partial(decide, desk, Status.REJECTED)
    if st.button("Approve", icon=":material/check:", type="primary", key="approve", help="Enter"):
        asked = partial(decide, desk, Status.APPROVED)
    return asked


def place(opened: correction.OpenSlice) -> str:
    """Which slice it is and how far, in a line."""
    row, series = opened.row, opened.series
    phase = f" · phase {row.phase + 1}/{series.n_phases}" if series.n_phases > 1 else ""
    return (
        f"**{plain(row.patient)}** slice {row.position + 1}/{series.n_positions}{phase} · {row.split} · "
        f"**{row.status}**"
    )


def old_version(opened: correction.OpenSlice, version_id: int, reader: str) -> None:
    """A version that is not the newest, to look at."""
    old_version_bar(version_id, reader)
    commands = slice_viewer(
        correction.pack_version(version_id),
        document=f"version-{version_id}",
        key="viewer",
        revision=version_id,
        group=f"series-{opened.row.series_id}",
        reserve_px=RESERVE_PX + 40,
    )
    for command in commands:
        near = opened.neighbours.get(command.name)
        go_to(near.id if near else None)


with frame("Review"):
    reader = current_reader()
    side, main = st.columns([1, 3.05], gap="small")
    with side:
        choice, order = choose_filters()
        open_id = first_slice(choice, order)
        predicting, keeping = st.columns(2, gap="xsmall")
        go_to(queue_list(choice, order, open_id, QUEUE_HEIGHT))
        prediction_progress()
        notes = st.container()
    with main:
        if open_id is None:
            st.info("There is no slice here yet.", icon=":material/inbox:")
            st.page_link("pages/1_Import.py", label="Import some", icon=":material/upload_file:")
        else:
            opened = correction.open_slice(open_id, reader, st.session_state.get("compare with"))
            desk = Desk(opened, reader, choice, order)
            with notes:
                who_else(open_id, reader)
                if opened.row.reasons:
                    st.caption(f"Why look here: {'; '.join(opened.row.reasons)}.")
            with predicting:
                predict_choices(opened.row.id, opened.row.series_id)
            with keeping:
                versions(opened)
            looked_at = st.session_state.get("looked at")
            if looked_at is not None:
                old_version(opened, looked_at, reader)
            else:
                with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
                    st.markdown(place(opened))
                    way = st.segmented_control(
                        "How to correct",
                        WAYS,
                        default=WAYS[0],
                        key="way",
                        label_visibility="collapsed",
                        required=True,
                    )
                    asked = saving(desk)
                with st.container(key="conflict"):  # keeps the editor's place, so that it is not mounted anew
                    conflict_choice(opened, reader)
                if way == "Contours":
                    contour_editor(desk)
                else:
                    drawing(desk)
                if asked:
                    with refusals_shown():
                        leave(desk, asked())
                if way != "Contours":
                    prepare_next(desk)

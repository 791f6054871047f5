"""Review: the queue, the slice that is open to be corrected, and what to do with it."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.records import Status
from core.workflow import correction, exporting, prediction
from pages.shared.conflict import conflict_choice
from pages.shared.contours import contour_editor
from pages.shared.desk import RESERVE_PX, Desk, discarded_at, document_of, go_to, leave, take_news
from pages.shared.drawing import decide, discard, drawing, prepare_next, refusals_shown, save
from pages.shared.frame import frame
from pages.shared.in_view import forget, show
from pages.shared.mask_editor import slice_viewer
from pages.shared.plain import plain
from pages.shared.presence import who_else
from pages.shared.queue import choose_filters, queue_list
from pages.shared.reader import ask_name, current_reader
from pages.shared.run_progress import prediction_progress
from pages.shared.slice_choice import first_slice, opened_slice
from pages.shared.versions import old_version_bar, version_list

QUEUE_HEIGHT = 455
WAYS = ("Paint", "Contours")
VERSION_BAR_PX = 40  # of the window's height, for the line above an old version
ASKING_PX = 110  # for the box that asks for a name


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
        forget()
    else:
        wanted = series_id if chosen == "This series" else None
        prediction.start_prediction(wanted, person=current_reader())
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


def to_look_at(opened: correction.OpenSlice, packed: bytes, document: str, revision: int) -> None:
    """A mask that is only looked at; the keys lead on to the slices around."""
    commands = slice_viewer(
        packed,
        document=document,
        key="viewer",
        revision=revision,
        group=f"series-{opened.row.series_id}",
        reserve_px=RESERVE_PX + VERSION_BAR_PX + (0 if current_reader() else ASKING_PX),
    )
    for command in commands:
        near = opened.neighbours.get(command.name)
        go_to(near.id if near else None)


def at_work(desk: Desk) -> None:
    """The slice that is open, to draw on, and what to do with it."""
    opened = desk.opened
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
        conflict_choice(desk)
    if way == "Contours":
        contour_editor(desk)
    else:
        drawing(desk)
    if asked:
        with refusals_shown():
            leave(desk, asked())
    if way != "Contours":
        prepare_next(desk)


def review(opened: correction.OpenSlice, desk: Desk) -> None:
    """The slice that is open, or one of its versions; without a name there is nothing but to look."""
    looked_at = st.session_state.get("looked at")
    before = desk.seen
    if not desk.reader:
        ask_name()
    else:
        take_news(desk)
    if looked_at is not None:
        old_version_bar(looked_at, desk.reader, before.newest_id)
        to_look_at(opened, correction.pack_version(looked_at), f"version-{looked_at}", looked_at)
    elif desk.reader:
        at_work(desk)
    else:
        st.markdown(place(opened))
        to_look_at(opened, opened.packed, document_of(opened.row.id, ""), opened.revision)
    show(desk.document, opened, before)


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
        opened = None
        if open_id is None:
            st.info("There is no slice here yet.", icon=":material/inbox:")
            st.page_link("pages/1_Import.py", label="Import some", icon=":material/upload_file:")
        else:
            opened = opened_slice(open_id, reader)
        if opened is not None:
            with notes:
                if reader:
                    who_else(opened.row.id, reader)
                if opened.row.reasons:
                    st.caption(f"Why look here: {plain('; '.join(opened.row.reasons))}.")
            with predicting:
                predict_choices(opened.row.id, opened.row.series_id)
            with keeping:
                versions(opened)
            review(opened, Desk(opened, reader, choice, order))

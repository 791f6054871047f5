"""The editor on the open slice: strokes into the store, keys and buttons into verbs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from core.errors import SeptumError
from core.records import Status
from core.workflow import correction, smart_correction, worklist
from core.workflow.worklist import NEIGHBOURS
from pages.shared.frame import sentence, telling
from pages.shared.mask_editor import Command, ShownAs, acknowledge, mask_editor, send_ahead, send_ways
from pages.shared.plain import plain
from pages.shared.queue import Choice

KEY = "editor"
RESERVE_PX = 150  # of the window's height, for the menu and the line above the picture
MOST_AHEAD = 32  # slices that the browser is trusted to have still


@dataclass(frozen=True)
class Desk:
    """What lies before the reader: the slice, who reads, and the queue that it came from."""

    opened: correction.OpenSlice
    reader: str
    choice: Choice
    order: worklist.Order

    @property
    def document(self) -> str:
        """The editor's name of this slice."""
        return document_of(self.opened.row.id, self.reader)


def document_of(slice_id: int, reader: str) -> str:
    """The editor's name of a slice; readers who share a browser do not share drafts."""
    return f"slice-{slice_id} of {reader}"


def go_to(slice_id: int | None) -> None:
    """Open another slice and name it in the address; at an end, stay."""
    if slice_id is None:
        return
    st.session_state["open slice"] = slice_id
    st.session_state["looked at"] = None
    st.session_state["compare with"] = None
    st.query_params["slice"] = str(slice_id)
    st.rerun()


def take_over(slice_id: int) -> None:
    """Have the editor show the stored mask of a slice, although the browser holds another one."""
    st.session_state.setdefault("discards", {})[slice_id] = time.time_ns() // 1_000_000


def discarded_at(slice_id: int) -> int:
    """When the reader last gave strokes on a slice up in this session, in ms; 0 for never."""
    when: int = st.session_state.get("discards", {}).get(slice_id, 0)
    return when


def decide(desk: Desk, status: Status, pending: int = 0) -> int:
    """Approve with what was drawn, or reject; returns the slice to go on with."""
    row = desk.opened.row
    if status == Status.APPROVED:
        correction.save(row.id, desk.reader, seq=pending, approve=True)
    else:
        worklist.set_status(row.id, status)
    st.toast(f"{plain(row.patient)}, slice {row.position + 1}: {status}")
    following = worklist.next_in_queue(row.id, **desk.choice, order=desk.order)
    return row.id if following is None else following


def save(desk: Desk, note: str = "", pending: int = 0) -> int:
    """Make the strokes a version and stay."""
    version_id = correction.save(desk.opened.row.id, desk.reader, seq=pending, note=note)
    st.toast(f"Saved as version {version_id}")
    return desk.opened.row.id


def discard(desk: Desk) -> int:
    """Give the unsaved strokes up and stay."""
    correction.discard(desk.opened.row.id, desk.reader)
    take_over(desk.opened.row.id)
    return desk.opened.row.id


def leave(desk: Desk, slice_id: int) -> None:
    """Draw the page anew, on another slice or on this one as it is now."""
    if slice_id != desk.opened.row.id:
        go_to(slice_id)
    st.rerun()


@st.fragment
def drawing(desk: Desk) -> None:
    """Draw the editor; a stroke runs this alone, not the whole page."""
    opened = desk.opened
    result = mask_editor(opened.packed, **shown_as(opened, desk.document), key=KEY, reserve_px=RESERVE_PX)
    place = (desk.document, opened.revision)
    with telling():
        if result.edit:
            stored = correction.take_edit(
                opened.row.id, desk.reader, result.edit, document=desk.document, revision=opened.revision
            )
            st.session_state["stored"] = (place, stored)
    kept_place, stored = st.session_state.get("stored", (None, None))
    if kept_place != place:
        stored = opened.stored
    with telling():
        if result.refine:
            st.session_state["preview"] = smart_correction.preview(
                opened.row.id, result.refine, document=desk.document, revision=opened.revision
            )
    acknowledge(
        document=desk.document,
        revision=opened.revision,
        tab=stored.tab,
        seq=stored.seq,
        key=KEY,
        preview=st.session_state.get("preview"),
    )
    if result.commands:
        slice_id = opened.row.id
        with refusals_shown():
            for command in result.commands:
                slice_id = obey(command, desk, slice_id)
        leave(desk, slice_id)


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Tell why something was refused and draw the page anew: after a conflict it shows both masks."""
    try:
        yield
    except SeptumError as error:
        st.toast(sentence(str(error)), icon=":material/warning:", duration="long")
        st.rerun()


def obey(command: Command, desk: Desk, slice_id: int) -> int:
    """Do what a key asked for on a slice and return the one to be on then.

    What changes a slice is done only where it was meant for the one that is open.
    """
    if command.name in NEIGHBOURS:
        near = worklist.neighbours(slice_id).get(command.name)
        return near.id if near else slice_id
    if command.document == desk.document and slice_id == desk.opened.row.id:
        if command.name == "approve":
            return decide(desk, Status.APPROVED, command.edit_seq)
        if command.name == "reject":
            return decide(desk, Status.REJECTED)
        if command.name == "save":
            return save(desk, pending=command.edit_seq)
    return slice_id


def shown_as(opened: correction.OpenSlice, document: str) -> ShownAs:
    """How the editor shows a slice."""
    return ShownAs(
        document=document,
        revision=opened.revision,
        acknowledged=opened.stored.seq,
        group=f"series-{opened.row.series_id}",
        discards=discarded_at(opened.row.id),
    )


def prepare_next(desk: Desk) -> None:
    """Send what the keys may lead to, so that the browser draws it when one is pressed.

    Call it last on the page: the reader has the open slice by then. What was sent is sent again only when its
    mask is another one; a picture that is old by a moment is put right as soon as the page has followed.
    """
    row = desk.opened.row
    reached = dict(desk.opened.neighbours)
    following = worklist.next_in_queue(row.id, **desk.choice, order=desk.order)
    if following is not None:
        reached["approve"] = reached["reject"] = worklist.row(following)
    send_ways(
        document=desk.document,
        ways={command: document_of(near.id, desk.reader) for command, near in reached.items()},
        key=KEY,
    )
    sent: dict[str, int | None] = st.session_state.setdefault("sent ahead", {})
    for near in {near.id: near for near in reached.values()}.values():
        document = document_of(near.id, desk.reader)
        if near.id == row.id or sent.get(document, -1) == near.newest_version_id:
            continue
        opened = correction.open_slice(near.id, desk.reader)
        send_ahead(opened.packed, **shown_as(opened, document), key=KEY, reserve_px=RESERVE_PX)
        sent[document] = near.newest_version_id
        while len(sent) > MOST_AHEAD:
            sent.pop(next(iter(sent)))

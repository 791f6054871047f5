"""The editor on the open slice: strokes into the store, keys and buttons into verbs."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import Conflict, SeptumError
from core.records import Status
from core.workflow import correction, smart_correction, worklist
from core.workflow.worklist import NEIGHBOURS
from pages.shared.desk import RESERVE_PX, Desk, document_of, leave, shown_as, take_over
from pages.shared.frame import sentence, telling
from pages.shared.in_view import drew, forget, meant_for, saved
from pages.shared.mask_editor import Command, acknowledge, mask_editor, send_ahead, send_ways
from pages.shared.plain import plain

KEY = "editor"
MOST_AHEAD = 32  # slices that the browser is trusted to have still


def decide(desk: Desk, status: Status, pending: int = 0) -> int:
    """Approve with what was drawn, or reject; returns the slice to go on with."""
    row = desk.opened.row
    if status == Status.APPROVED:
        correction.save(row.id, desk.reader, desk.seen, seq=pending, approve=True)
        forget()
    else:
        worklist.set_status(row.id, status)
    st.toast(f"{plain(row.patient)}, slice {row.position + 1}: {status}")
    following = worklist.next_in_queue(row.id, **desk.choice, order=desk.order)
    return row.id if following is None else following


def save(desk: Desk, note: str = "", pending: int = 0) -> int:
    """Make the strokes a version and stay."""
    seen = desk.seen
    version_id = correction.save(desk.opened.row.id, desk.reader, seen, seq=pending, note=note)
    saved(desk.document, seen.parent_id or 0, version_id)
    st.toast(f"Saved as version {version_id}")
    return desk.opened.row.id


def discard(desk: Desk) -> int:
    """Give the unsaved strokes up and stay."""
    correction.discard(desk.opened.row.id, desk.reader, desk.seen)
    take_over(desk.opened.row.id)
    forget()
    return desk.opened.row.id


@st.fragment
def drawing(desk: Desk) -> None:
    """Draw the editor; a stroke runs this alone, not the whole page."""
    opened = desk.opened
    result = mask_editor(opened.packed, **shown_as(opened, desk.document), key=KEY, reserve_px=RESERVE_PX)
    with telling():
        if result.edit:
            take_stroke(desk, result.edit)
    stored = desk.seen.strokes
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


def take_stroke(desk: Desk, edit: dict[str, object]) -> None:
    """Keep what was drawn; where another window drew meanwhile, show its strokes and say so."""
    row_id, revision = desk.opened.row.id, desk.opened.revision
    try:
        strokes = correction.take_edit(row_id, desk.reader, edit, document=desk.document, revision=revision)
    except Conflict as error:
        st.session_state["refused"] = str(error)
        st.rerun()
    drew(desk.document, desk.opened, strokes)


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Tell why something was refused and draw the page anew: after a conflict it shows both masks."""
    try:
        yield
    except SeptumError as error:
        st.toast(plain(sentence(str(error))), icon=":material/warning:", duration="long")
        st.rerun()


def obey(command: Command, desk: Desk, slice_id: int) -> int:
    """Do what a key asked for on a slice and return the one to be on then.

    What changes a slice is done only where it was meant for the one that is open.
    """
    if command.name in NEIGHBOURS:
        near = worklist.neighbours(slice_id).get(command.name)
        return near.id if near else slice_id
    if command.document == desk.document and slice_id == desk.opened.row.id:
        if not meant_for(desk.document, command.revision, desk.seen):
            raise Conflict(
                "the mask of this slice is another one since the key was pressed; look at it again"
            )
        if command.name == "approve":
            return decide(desk, Status.APPROVED, command.edit_seq)
        if command.name == "reject":
            return decide(desk, Status.REJECTED)
        if command.name == "save":
            return save(desk, pending=command.edit_seq)
    return slice_id


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

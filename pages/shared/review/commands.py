"""What Review's commands do, one verb each: keys in the editor reach them by name, buttons call them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import Conflict, SeptumError
from core.records.decisions import Decision, RejectReason
from core.records.slices import Status
from core.workflow.review import clear_draft, publish_draft, set_status, slice_row
from core.workflow.review.open_slice import OpenSlice
from core.workflow.review.queue import NEIGHBOURS, neighbours, next_in_queue
from pages.shared.frame import sentence
from pages.shared.mask_editor import Command
from pages.shared.plain import plain
from pages.shared.review.decided import forget_decision, remember_decision
from pages.shared.review.desk import Desk, show_stored, slice_of
from pages.shared.review.in_view import forget, meant_for, remember_version
from pages.shared.review.turning import take_showing

# Each takes the number of the newest stroke that the browser has made, 0 where all have arrived, and returns
# the slice to be on then.
Verb = Callable[[Desk, int], int]


def approve(desk: Desk, seq: int = 0) -> int:
    """Approve the slice with what was drawn on it, and go on to the next one."""
    seen = desk.seen
    version_id = publish_draft(desk.opened.row.id, desk.reader, seen, seq=seq, approve=True)
    remember_version(desk.document, seen.parent_id or 0, version_id)
    return go_on(desk, Status.APPROVED, version_id)


def reject(desk: Desk, seq: int = 0, reason: RejectReason | None = None, words: str = "") -> int:
    """Reject the slice, and go on to the next one; strokes stay a draft, whether they have arrived or not."""
    set_status(desk.opened.row.id, Status.REJECTED, Decision(desk.reader, reason, words))
    return go_on(desk, Status.REJECTED, desk.seen.newest_id)


def go_on(desk: Desk, status: Status, newest_id: int | None) -> int:
    """Say what the slice is now, with its undo, and return the one that follows in the queue, or itself."""
    row, opened = desk.opened.row, desk.opened
    words = which_slice(opened)
    if row.status == status and not opened.has_draft:
        forget_decision()
        st.toast(f"{plain(words)}: {status}, as it was")
    else:
        remember_decision(desk, words, status, newest_id)
    following = next_in_queue(row.id, desk.chosen, desk.order)
    if following is None:
        st.toast("That was the last slice of this list.", icon=":material/done_all:")
        return row.id
    return following


def which_slice(opened: OpenSlice) -> str:
    """Return whose slice it is, and which, in words."""
    row = opened.row
    phase = opened.series.phases.describe(row.phase)
    joined = " of " if opened.series.phases.name(row.phase) else ", "
    return f"{row.patient}, slice {row.number}{phase and joined}{phase}"


def save(desk: Desk, seq: int = 0, note: str = "") -> int:
    """Make the strokes a version, and stay."""
    seen = desk.seen
    version_id = publish_draft(desk.opened.row.id, desk.reader, seen, seq=seq, note=note)
    remember_version(desk.document, seen.parent_id or 0, version_id)
    forget_decision()  # undo is the strokes' again
    st.toast(f"Saved as version {version_id}")
    return desk.opened.row.id


def discard(desk: Desk) -> int:
    """Give the unsaved strokes up, and stay."""
    clear_draft(desk.opened.row.id, desk.reader, desk.seen)
    show_stored(desk.opened.row.id)
    forget()
    return desk.opened.row.id


OPEN = "open"  # the slice that the reader moved to in the browser alone
VERBS: dict[str, Verb] = {"approve": approve, "reject": reject, "save": save}


def perform(command: Command, desk: Desk, slice_id: int) -> int:
    """Do what a key asked for while a slice was open, and return the slice to be on then.

    What changes a slice is done only where it was meant for the one that is open.

    Raises:
        NotFound: when the slice to open is gone.
        BadInput: when a picture cannot be turned so.
        Conflict: when the slice's mask is another one since the key was pressed.
    """
    if command.name == OPEN:
        wanted = slice_of(command.document, desk.reader)
        return slice_id if wanted is None else slice_row(wanted).id
    if take_showing(command.name, desk.opened.series, desk.reader):
        return slice_id
    if command.name in NEIGHBOURS:
        near = neighbours(slice_id).get(command.name)
        return near.id if near else slice_id
    verb = VERBS.get(command.name)
    if verb is None or (command.document, slice_id) != (desk.document, desk.opened.row.id):
        return slice_id
    strokes = None if command.edit_seq and command.name == "reject" else command.strokes
    if command.edit_seq > desk.seen.strokes.seq:
        strokes = None  # they have not arrived: who saves is told that
    if not meant_for(desk.document, command.revision, strokes, desk.seen):
        show_stored(desk.opened.row.id)  # whatever the browser showed, the reader looks at what there is
        raise Conflict("the mask of this slice is another one since the key was pressed; look at it again")
    return verb(desk, command.edit_seq)


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Say why something was refused and draw the page anew: after a conflict it shows both masks."""
    try:
        yield
    except SeptumError as error:
        st.toast(plain(sentence(str(error))), icon=":material/warning:", duration="long")
        st.rerun()

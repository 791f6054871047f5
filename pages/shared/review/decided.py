"""What was decided a moment ago, with the way to undo it: a line at the foot of the window, and a key."""

import time
from dataclasses import dataclass

import streamlit as st

from core.records.decisions import RejectReason
from core.records.slices import Status
from core.workflow.review import take_back
from pages.shared.plain import plain
from pages.shared.review.desk import Desk, go_to
from pages.shared.review.undo_bar import STATE_KEY, undo_bar

REASON_WORDS = {
    RejectReason.ARTEFACT: "artefact",
    RejectReason.WRONG_PLANE: "not short-axis",
    RejectReason.NO_HEART: "no heart in it",
    RejectReason.DAMAGED: "damaged picture",
    RejectReason.TWICE: "there twice",
    RejectReason.OTHER: "something else",
}


@dataclass(frozen=True)
class Decided:
    """A decision that can be undone."""

    slice_id: int
    words: str  # which slice it was, for people
    status: Status  # what it became
    before: Status
    newest_id: int | None  # the version that was decided on
    at: float  # seconds


def remember_decision(desk: Desk, words: str, status: Status, newest_id: int | None) -> None:
    """Offer to undo what was just decided on the open slice."""
    row = desk.opened.row
    st.session_state[STATE_KEY] = Decided(row.id, words, status, row.status, newest_id, time.time())


def forget_decision() -> None:
    """Offer no undo any more: what was asked for since decided nothing, and the line would be of another."""
    st.session_state.pop(STATE_KEY, None)


def undo_line(reader: str) -> None:
    """Draw the newest decision with its undo for a moment; undone, its slice is open again.

    Raises:
        Conflict: when somebody has decided otherwise, or drawn, since; nothing is changed then.
    """
    decided: object = st.session_state.get(STATE_KEY)
    if not isinstance(decided, Decided) or not reader:
        return
    if undo_bar(f"{plain(decided.words)}: **{decided.status}**", decided.at):
        status = take_back(decided.slice_id, reader, decided.status, decided.newest_id, decided.before)
        st.toast(f"{plain(decided.words)}: {status} again", icon=":material/undo:")
        if st.session_state.get("open slice") == decided.slice_id:
            st.rerun()
        go_to(decided.slice_id)


def take_back_here(desk: Desk) -> int:
    """Take the decision on the open slice back, however long ago it was, and stay."""
    row = desk.opened.row
    take_back(row.id, desk.reader, row.status, desk.seen.newest_id)
    forget_decision()
    return row.id

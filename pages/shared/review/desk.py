"""What Review has open: the slice, its reader, the queue it came from, and what the editor is told of it."""

import time
from dataclasses import dataclass

import streamlit as st

from core.records.masks import Seen
from core.workflow.review import Filter, Order
from core.workflow.review.open_slice import OpenSlice
from pages.shared.frame import sentence
from pages.shared.mask_editor import ShownAs
from pages.shared.plain import plain
from pages.shared.review.in_view import describe_change, in_view, is_left_behind, own_tabs
from pages.shared.review.turning import showing_of

EDITOR_KEY = "editor"
MAX_DIGITS = 9  # of a slice's number; no column of a database takes more
ADDRESS_BEHIND_SECONDS = 3.0  # in which a browser may still name the slice that was left
RESERVE_PX = 150  # of the window's height, for the menu and the line above the picture


@dataclass(frozen=True)
class Desk:
    """The slice that is open, who reads it, and the queue that it came from."""

    opened: OpenSlice
    reader: str
    chosen: Filter  # of the queue
    order: Order

    @property
    def document(self) -> str:
        """The editor's name of this slice."""
        return document_of(self.opened.row.id, self.reader)

    @property
    def seen(self) -> Seen:
        """What of the slice is in view, for which every key and click is meant."""
        return in_view(self.document, self.opened)


def document_of(slice_id: int, reader: str) -> str:
    """Return the editor's name of a slice; readers who share a browser do not share drafts."""
    return f"slice-{slice_id} of {reader}"


def slice_of(document: str, reader: str) -> int | None:
    """Return the slice of that name; None for what is no name of one for this reader.

    >>> slice_of(document_of(12, "ann"), "ann"), slice_of("slice-12 of bob", "ann")
    (12, None)
    """
    digits = document.removeprefix("slice-").removesuffix(f" of {reader}")
    known = digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS
    return int(digits) if known and document == document_of(int(digits), reader) else None


def group_of(series_id: int) -> str:
    """Return the editor's name of a series, whose slices share zoom, pan and window."""
    return f"series-{series_id}"


def go_to(slice_id: int | None) -> None:
    """Open another slice and name it in the address; at an end, stay."""
    if slice_id is None:
        return
    st.session_state["left slice"] = (st.session_state.get("open slice"), time.monotonic())
    st.session_state["open slice"] = slice_id
    st.session_state["looked at"] = None
    st.session_state["compare with"] = None
    st.query_params["slice"] = str(slice_id)
    st.rerun()


def is_behind(named: int) -> bool:
    """Return whether an address names the slice that was left a moment ago, as a browser does that was asked
    for something before it heard of that.
    """
    left, when = st.session_state.get("left slice", (None, 0.0))
    return named == left and time.monotonic() - when < ADDRESS_BEHIND_SECONDS


def show_stored(slice_id: int) -> None:
    """Have the editor show the stored mask of a slice, although the browser holds another one.

    Undo brings back the one that the browser held.
    """
    st.session_state.setdefault("discards", {})[slice_id] = time.time_ns() // 1_000_000


def discarded_at(slice_id: int) -> int:
    """Return when the reader last gave strokes on a slice up in this session, in ms; 0 for never."""
    when: int = st.session_state.get("discards", {}).get(slice_id, 0)
    return when


def leave(desk: Desk, slice_id: int) -> None:
    """Draw the page anew, on another slice or on this one as it is now."""
    if slice_id != desk.opened.row.id:
        go_to(slice_id)
    st.rerun()


def show_changes(desk: Desk) -> None:
    """Let the editor show what became of the slice elsewhere, and say so; undo brings back what it showed."""
    refused = st.session_state.pop("refused", "")
    change = describe_change(desk.opened, desk.seen, own_tabs()) or (refused and plain(sentence(refused)))
    if change:
        st.toast(change, icon=":material/group:", duration="infinite")
        show_stored(desk.opened.row.id)
    elif is_left_behind(desk.document, desk.opened):
        show_stored(desk.opened.row.id)


def shown_as(opened: OpenSlice, document: str) -> ShownAs:
    """Return the arguments with which the editor shows a slice."""
    return ShownAs(
        document=document,
        revision=opened.revision,
        acknowledged=opened.stored.seq,
        acknowledged_tab=opened.stored.tab,
        seconds=opened.seconds,
        group=group_of(opened.row.series_id),
        discards=discarded_at(opened.row.id),
        showing=showing_of(opened.series),
    )

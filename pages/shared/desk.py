"""What lies before the reader on Review: the slice, and what the editor is told of it."""

import time
from dataclasses import dataclass

import streamlit as st

from core.records import Seen
from core.workflow import correction, worklist
from pages.shared.frame import sentence
from pages.shared.in_view import in_view, news
from pages.shared.mask_editor import ShownAs
from pages.shared.plain import plain
from pages.shared.queue import Choice

RESERVE_PX = 150  # of the window's height, for the menu and the line above the picture


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

    @property
    def seen(self) -> Seen:
        """What of the slice is in view, for which every key and click is meant."""
        return in_view(self.document, self.opened)


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
    """Have the editor show the stored mask of a slice, although the browser holds another one.

    Undo brings back the one that the browser held.
    """
    st.session_state.setdefault("discards", {})[slice_id] = time.time_ns() // 1_000_000


def discarded_at(slice_id: int) -> int:
    """When the reader last gave strokes on a slice up in this session, in ms; 0 for never."""
    when: int = st.session_state.get("discards", {}).get(slice_id, 0)
    return when


def leave(desk: Desk, slice_id: int) -> None:
    """Draw the page anew, on another slice or on this one as it is now."""
    if slice_id != desk.opened.row.id:
        go_to(slice_id)
    st.rerun()


def take_news(desk: Desk) -> None:
    """Let the editor show what became of the slice elsewhere, and say so; undo brings back what it showed."""
    refused = st.session_state.pop("refused", "")
    told = news(desk.opened, desk.seen) or (refused and plain(sentence(refused)))
    if told:
        st.toast(told, icon=":material/group:", duration="infinite")
        take_over(desk.opened.row.id)


def shown_as(opened: correction.OpenSlice, document: str) -> ShownAs:
    """How the editor shows a slice."""
    return ShownAs(
        document=document,
        revision=opened.revision,
        acknowledged=opened.stored.seq,
        acknowledged_tab=opened.stored.tab,
        seconds=opened.seconds,
        group=f"series-{opened.row.series_id}",
        discards=discarded_at(opened.row.id),
    )

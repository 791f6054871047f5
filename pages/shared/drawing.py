"""The editor on the open slice: strokes into the store, keys and buttons into verbs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from core.errors import Conflict
from core.records import Status
from core.workflow import correction, smart_correction, worklist
from core.workflow.correction import NEIGHBOURS
from pages.shared.frame import sentence, telling
from pages.shared.mask_editor import Command, acknowledge, mask_editor
from pages.shared.queue import Choice

KEY = "editor"
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
        """The editor's name of this slice; readers who share a browser do not share drafts."""
        return f"slice-{self.opened.row.id} of {self.reader}"


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


def decide(desk: Desk, status: Status, pending: int = 0) -> None:
    """Approve with what was drawn, or reject, and go on with the next slice of the queue."""
    row = desk.opened.row
    if status == Status.APPROVED:
        correction.save(row.id, desk.reader, seq=pending, approve=True)
    else:
        worklist.set_status(row.id, status)
    st.toast(f"{row.patient}, slice {row.position + 1}: {status}")
    go_to(worklist.next_in_queue(row.id, **desk.choice, order=desk.order))
    st.rerun()


def save(desk: Desk, note: str = "", pending: int = 0) -> None:
    """Make the strokes a version and stay."""
    version_id = correction.save(desk.opened.row.id, desk.reader, seq=pending, note=note)
    st.toast(f"Saved as version {version_id}")
    st.rerun()


@st.fragment
def drawing(desk: Desk) -> None:
    """Draw the editor; a stroke runs this alone, not the whole page."""
    opened = desk.opened
    result = mask_editor(
        opened.packed,
        document=desk.document,
        revision=opened.revision,
        key=KEY,
        acknowledged=opened.stored.seq,
        group=f"series-{opened.row.series_id}",
        reserve_px=RESERVE_PX,
        discards=st.session_state.get("discards", {}).get(opened.row.id, 0),
    )
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
    for command in result.commands:
        with telling(), conflicts_shown():
            obey(command, desk)


@contextmanager
def conflicts_shown() -> Iterator[None]:
    """Tell of a conflict and draw the page anew: it then shows both masks."""
    try:
        yield
    except Conflict as conflict:
        st.toast(sentence(str(conflict)), icon=":material/warning:", duration="long")
        st.rerun()


def obey(command: Command, desk: Desk) -> None:
    """Do what a key asked for; keys that were meant for another slice do nothing."""
    if command.name in NEIGHBOURS:
        positions, phases = NEIGHBOURS[command.name]
        go_to(worklist.neighbour(desk.opened.row.id, positions, phases))
    elif command.document != desk.document:
        return
    elif command.name == "approve":
        decide(desk, Status.APPROVED, command.edit_seq)
    elif command.name == "reject":
        decide(desk, Status.REJECTED)
    elif command.name == "save":
        save(desk, pending=command.edit_seq)

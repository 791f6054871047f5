"""What the reader has in view: the version and the strokes that the page showed last, and nothing newer.

A click or a key was meant for that, so it is what verbs are told that the reader has seen.
"""

from dataclasses import dataclass

import streamlit as st

from core.records import Seen, Strokes
from core.workflow.correction import OpenSlice
from pages.shared.plain import plain

KEY = "in view"


@dataclass(frozen=True)
class InView:
    """A slice as the reader's window shows it."""

    document: str  # the editor's name of it
    seen: Seen
    saved_from: int | None = None  # the revision from which this window itself saved what is shown


def in_view(document: str, opened: OpenSlice) -> Seen:
    """What of a slice was shown before this run of the page; what is shown now where it was not shown yet."""
    kept = _kept(document)
    return opened.seen if kept is None else kept.seen


def meant_for(document: str, revision: int, seen: Seen) -> bool:
    """Whether a key that was pressed on this revision was pressed on what is shown.

    It was, too, where this window itself made a version of it, which the browser had not heard of yet.
    """
    kept = _kept(document)
    return revision == (seen.parent_id or 0) or (kept is not None and kept.saved_from == revision)


def show(document: str, opened: OpenSlice, before: Seen) -> None:
    """At the end of a run: the page shows what was opened, with the strokes that it has taken since."""
    kept = _kept(document)
    if kept is None or kept.seen == before:
        same = kept is not None and kept.seen.parent_id == opened.seen.parent_id
        saved_from = kept.saved_from if kept is not None and same else None
        st.session_state[KEY] = InView(document, opened.seen, saved_from)


def drew(document: str, opened: OpenSlice, strokes: Strokes) -> None:
    """The window's own strokes were taken."""
    seen = in_view(document, opened)
    st.session_state[KEY] = InView(document, Seen(opened.seen.parent_id, strokes, seen.newest_id))


def saved(document: str, revision: int, version_id: int) -> None:
    """The window itself made a version of what it shows."""
    st.session_state[KEY] = InView(document, Seen(version_id, newest_id=version_id), revision)


def forget() -> None:
    """The reader has changed what is shown, and knows it."""
    st.session_state.pop(KEY, None)


def news(opened: OpenSlice, before: Seen) -> str:
    """What another reader or window has made of the slice since, in words; "" where it shows the same."""
    if (before.parent_id, before.strokes) == (opened.seen.parent_id, opened.stored):
        return ""
    if opened.stored.seq:
        told = "Another window of yours drew on this slice: its strokes are shown."
    elif opened.newest is not None and opened.newest.id != before.newest_id:
        told = f"{plain(opened.newest.author)} saved version {opened.newest.id} of this slice: it is shown."
    else:
        told = "Another window of yours gave the strokes on this slice up."
    return told + (" Undo brings back those of this window." if before.strokes.seq else "")


def _kept(document: str) -> InView | None:
    kept: InView | None = st.session_state.get(KEY)
    return kept if kept is not None and kept.document == document else None

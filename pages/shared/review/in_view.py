"""What the reader has in view: the version and the strokes that the page showed last, and nothing newer.

A click or a key was meant for that, so it is what verbs are told that the reader has seen.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import streamlit as st

from core.records.masks import Seen, Strokes
from core.workflow.review.open_slice import OpenSlice
from pages.shared.plain import plain

STATE_KEY = "in view"
TABS_KEY = "own tabs"  # names that this session's window has had in the store's drafts
LEFT_KEY = "shown before"  # what was shown of each slice, by the editor's name of it, the newest last
MOST_LEFT = 500
NO_STROKES = Strokes()


@dataclass(frozen=True)
class InView:
    """A slice as the reader's window shows it."""

    document: str  # the editor's name of it
    seen: Seen
    saved_from: int | None = None  # the revision from which this window itself saved what is shown
    saved: Strokes = NO_STROKES  # on that revision, which it saved


def in_view(document: str, opened: OpenSlice) -> Seen:
    """Return what of a slice was shown before this run of the page; what is shown now for a new one."""
    kept = _kept(document)
    return opened.seen if kept is None else kept.seen


def meant_for(document: str, revision: int, strokes: Strokes | None, seen: Seen) -> bool:
    """Return whether a key pressed on this revision, with these strokes, was pressed on what is shown.

    It was, too, where this window itself made a version of them, which the browser had not heard of yet.
    Where the strokes are not told, as on their way to the store, the revision alone counts.
    """
    if revision == (seen.parent_id or 0) and strokes in (None, seen.strokes):
        return True
    kept = _kept(document)
    if kept is None or kept.saved_from != revision:
        return False
    return strokes is None or (strokes == kept.saved and seen.strokes == NO_STROKES)


def remember_shown(document: str, opened: OpenSlice, before: Seen) -> None:
    """Note at the end of a run that the page shows what was opened, with the strokes taken since."""
    kept = _kept(document)
    if kept is None or kept.seen == before:
        same = kept is not None and kept.seen.parent_id == opened.seen.parent_id
        if kept is not None and same:
            _keep(replace(kept, seen=opened.seen))
        else:
            _keep(InView(document, opened.seen))


def remember_strokes(document: str, opened: OpenSlice, strokes: Strokes) -> None:
    """Note that the window's own strokes were taken."""
    seen = in_view(document, opened)
    _keep(InView(document, Seen(opened.seen.parent_id, strokes, seen.newest_id)))


def remember_tab(tab: str) -> None:
    """Note by which name the store knows the strokes of this session's own window; "" is none."""
    if tab:
        own_tabs().add(tab)


def own_tabs() -> set[str]:
    """Return the names that were noted."""
    tabs: set[str] = st.session_state.setdefault(TABS_KEY, set())
    return tabs


def remember_version(document: str, revision: int, version_id: int) -> None:
    """Note that the window itself made a version of what it shows."""
    kept = _kept(document)
    saved = NO_STROKES if kept is None else kept.seen.strokes
    _keep(InView(document, Seen(version_id, newest_id=version_id), revision, saved))


def forget() -> None:
    """Drop the note: the reader has changed what is shown, and knows it."""
    kept: InView | None = st.session_state.pop(STATE_KEY, None)
    if kept is not None:
        _left().pop(kept.document, None)


def is_left_behind(document: str, opened: OpenSlice) -> bool:
    """Return whether the window comes back to a slice whose strokes, as it knows them, have gone meanwhile.

    The browser still holds them, on a version that is the same.
    """
    left = _left().get(document)
    if left is None or _kept(document) is not None or left.parent_id != opened.seen.parent_id:
        return False
    goes_on = opened.stored.tab == left.strokes.tab and opened.stored.seq >= left.strokes.seq
    return left.strokes.seq > 0 and not goes_on


def describe_change(opened: OpenSlice, before: Seen, own: Collection[str] = ()) -> str:
    """Return what another reader or window has made of the slice since, as a sentence; "" for nothing.

    Args:
        opened: the slice as it is now.
        before: what was shown of it.
        own: tabs of this window. Another server may have kept a stroke of theirs, which was on its way there
            when the window came here; the browser has it, and all before it.
    """
    if (before.parent_id, before.strokes) == (opened.seen.parent_id, opened.stored):
        return ""
    is_older = opened.stored.tab == before.strokes.tab and opened.stored.seq <= before.strokes.seq
    if before.parent_id == opened.seen.parent_id and opened.stored.tab in own and not is_older:
        return ""
    if opened.stored.seq:
        change = "Another window of yours drew on this slice: its strokes are shown."
    elif opened.newest is not None and opened.newest.id != before.newest_id:
        change = f"{plain(opened.newest.author)} saved version {opened.newest.id} of this slice: it is shown."
    else:
        change = "Another window of yours gave the strokes on this slice up."
    return change + (" Undo brings back those of this window." if before.strokes.seq else "")


def _keep(view: InView) -> None:
    st.session_state[STATE_KEY] = view
    left = _left()
    left.pop(view.document, None)
    left[view.document] = view.seen
    if len(left) > MOST_LEFT:
        del left[next(iter(left))]


def _left() -> dict[str, Seen]:
    left: dict[str, Seen] = st.session_state.setdefault(LEFT_KEY, {})
    return left


def _kept(document: str) -> InView | None:
    kept: InView | None = st.session_state.get(STATE_KEY)
    return kept if kept is not None and kept.document == document else None

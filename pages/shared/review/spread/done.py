"""What was done to many slices, shown at once in the editor, with the undo for all of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.records.spreads import SpreadKind
from core.workflow.review.spread.acts import DoneSpread, last_spread, undo_spread
from core.workflow.review.spread.preview import SpreadPreview
from pages.shared.clicks import button
from pages.shared.review.desk import show_stored
from pages.shared.review.in_view import forget
from pages.shared.review.spread.words import what_was_done
from pages.shared.review.undo_bar import STATE_KEY, undo_bar


@dataclass(frozen=True)
class SpreadDone:
    """A spread that this window did a moment ago."""

    name: str
    words: str
    at: float  # seconds


def remember_spread(preview: SpreadPreview, done: DoneSpread) -> None:
    """Have the editor show what was done, and offer to undo it."""
    remember(preview.request.kind, done)


def remember(kind: SpreadKind, done: DoneSpread) -> None:
    """The same of what was done in another way than by a preview of this dialog."""
    show_everywhere(done.slice_ids)
    words = what_was_done(kind, len(done.slice_ids))
    st.session_state[STATE_KEY] = SpreadDone(done.name, words, time.time())


def spread_line(reader: str) -> None:
    """Draw what was done to many slices a moment ago, with its undo.

    Raises:
        Conflict: when one of the slices is another one since; nothing is changed then.
    """
    done: object = st.session_state.get(STATE_KEY)
    if isinstance(done, SpreadDone) and reader and undo_bar(f"**{done.words}**", done.at):
        take_back(done.name, reader, done.words)


def last_line(series_id: int, reader: str) -> None:
    """Draw in the dialog what was done last in this series, with its undo, however long ago it was."""
    last = last_spread(series_id, reader)
    if last is None:
        return
    words = what_was_done(last.kind, last.n_slices)
    when = f"{last.done_at.astimezone():%Y-%m-%d %H:%M}"
    with st.container(horizontal=True, vertical_alignment="center", key="last spread"):
        st.markdown(f"Last: {words}, {when}.", width="content")
        if not last.is_whole:
            gone = last.n_slices - len(last.slice_ids)
            st.caption(
                f"{gone} of them changed since: go back there slice by slice, by Save, Discard the strokes",
                width="content",
            )
        elif button("Undo all of it", icon=":material/undo:", key="many undo", width="content"):
            take_back(last.name, reader, words)


def take_back(name: str, reader: str, words: str) -> None:
    """Undo a spread and draw the page anew.

    Raises:
        Conflict: when one of the slices is another one since; nothing is changed then.
    """
    show_everywhere(undo_spread(name, reader))
    st.session_state.pop(STATE_KEY, None)
    st.toast(f"Undone: {words}", icon=":material/undo:")
    st.rerun()


def show_everywhere(slice_ids: Sequence[int]) -> None:
    """Have the editor show the stored mask of these slices, whatever the browser has of them."""
    for slice_id in slice_ids:
        show_stored(slice_id)
    forget()

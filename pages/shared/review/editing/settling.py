"""Whoever decides on a slice, or leaves it, waits for what the canvas has still to tell: nothing is lost."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from pages.shared.review.desk import Desk
from pages.shared.review.editing.contours import is_open

SETTLE_SECONDS = 0.4  # the canvas gathers what happens within a fifth of a second before it tells the page
MAX_AGE_SECONDS = 3.0  # an older click is one that the page never came to, as when it was left
WAITING, LEAVING = "contours asked", "contours left"


@dataclass(frozen=True)
class Waiting:
    """What a button asked for on a slice."""

    document: str
    when: float  # monotonic seconds
    verb: Callable[..., int]
    told: dict[str, str]  # to the verb


def settled(desk: Desk, asked: Callable[[], int] | None) -> Callable[[], int] | None:
    """Return what a button asks for, once the canvas had time to tell of the last point that was dragged.

    News from the canvas ends this run of the page, and the next one, which has them, takes the click up.
    """
    waiting: Waiting | None = st.session_state.pop(WAITING, None)
    if isinstance(asked, partial):
        st.session_state[WAITING] = Waiting(desk.document, time.monotonic(), asked.func, asked.keywords)
        time.sleep(SETTLE_SECONDS)
        st.empty()  # here the run ends when there are news
        del st.session_state[WAITING]
        return asked
    late = waiting is None or time.monotonic() - waiting.when > MAX_AGE_SECONDS
    if waiting is None or late or waiting.document != desk.document:
        return None
    return partial(waiting.verb, desk, **waiting.told)


@dataclass(frozen=True)
class Leaving:
    """Where a reader goes from the canvas on a slice."""

    document: str
    when: float  # monotonic seconds
    goal: int | None  # the slice to open, None for the painter on the same one


def is_left_for(goal: int | None, document: str) -> bool:
    """Return whether it is the canvas on this slice that is left, which is then given time for its last word.

    News from it end this run of the page. `leaving` says afterwards, or in the next run, where the reader was
    going: leave only once the canvas was read.
    """
    if not is_open(document):
        return False
    st.session_state[LEAVING] = Leaving(document, time.monotonic(), goal)
    time.sleep(SETTLE_SECONDS)
    st.empty()  # here the run ends when there are news
    return True


def leaving(document: str) -> Leaving | None:
    """Return where the reader goes from the canvas on this slice; None for one who stays."""
    kept: Leaving | None = st.session_state.pop(LEAVING, None)
    late = kept is not None and time.monotonic() - kept.when > MAX_AGE_SECONDS
    return kept if kept is not None and kept.document == document and not late else None

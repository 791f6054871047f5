"""Clicks that count once each, however many messages of the browser come beside them.

Streamlit tells a page of a click in the one run that the click began. A message of the editor or the worklist
that comes before that run has reached the button begins another run, and the click is forgotten. Callbacks
run before the page does: what is clicked is noted there, and waits for the page to come to it.
"""

import time
from collections.abc import Callable
from typing import Literal, TypedDict, Unpack

import streamlit as st

NOTED_KEY = "clicks"
KEPT_FOR = 60.0  # seconds; a page that has not come to a button by then no longer has it


class Look(TypedDict, total=False):
    """How a button looks, as `streamlit.button` takes it."""

    icon: str | None
    type: Literal["primary", "secondary", "tertiary"]
    help: str | None
    disabled: bool
    width: Literal["content", "stretch"] | int
    shortcut: str | None


def button(label: str, *, key: str, **look: Unpack[Look]) -> bool:
    """Draw a button; return True once for each click."""
    st.button(label, key=key, on_click=note, args=(key, True), **look)
    return noted(key) is True


def submit_button(label: str, *, key: str, **look: Unpack[Look]) -> bool:
    """Draw the button of a form; return True once for each click."""
    st.form_submit_button(label, key=key, on_click=note, args=(key, True), **look)
    return noted(key) is True


def noting(key: str, trigger: str) -> Callable[[], None]:
    """Return the callback for a component's trigger; what it said is then `noted(f"{key} {trigger}")`."""
    return lambda: note(f"{key} {trigger}", st.session_state[key][trigger])


def note(key: str, said: object) -> None:
    """Keep what was clicked until the page comes to it."""
    notes()[key] = (time.monotonic(), said)


def noted(key: str) -> object:
    """Return what was noted of a button or trigger, once; None where nothing was."""
    when, said = notes().pop(key, (0.0, None))
    return said if time.monotonic() - when < KEPT_FOR else None


def forget_clicks() -> None:
    """Forget what a page that was drawn to its end did not ask for: its button is no longer there."""
    notes().clear()


def notes() -> dict[str, tuple[float, object]]:
    """Return when each was clicked that the page has not come to yet, and what the click said."""
    kept: dict[str, tuple[float, object]] = st.session_state.setdefault(NOTED_KEY, {})
    return kept

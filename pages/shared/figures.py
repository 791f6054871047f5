"""Figures that may take long, as pages ask for them: what is not there yet is told, and comes by itself."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from core.settings import settings
from core.workflow.kept_figures import KeptFigures
from pages.shared.messages import draw_anew

Value = TypeVar("Value")
WAITED = "waited for figures"  # in vain: a page waits once, however many of its figures are slow
OLD = "figures of before"  # when those were made that a page shows although something has changed since


class Counting(Exception):
    """Some figures are being made; whatever rests on them cannot be drawn yet."""

    def __init__(self, key: Hashable) -> None:
        """Of these figures."""
        super().__init__(key)
        self.key = key


@st.cache_resource(show_spinner=False)
def kept_figures() -> KeptFigures:
    """Return what is kept in this process, for all sessions."""
    return KeptFigures()


def figures(key: tuple[Hashable, ...], stamp: str, make: Callable[[], Value]) -> Value:
    """Return figures, made in a moment or kept from before.

    Args:
        key: which figures.
        stamp: another text whenever what they rest on has changed.
        make: makes them, without drawing anything.

    Raises:
        Counting: while the first are being made.
    """
    whole_key = (settings().home, settings().database, *key)
    made = kept_figures().ask(whole_key, stamp, make, wait=not st.session_state.get(WAITED))
    if made is None:
        st.session_state[WAITED] = True
        raise Counting(whole_key)
    if made.stamp != stamp:
        st.session_state.setdefault(OLD, []).append(made.at)
    return made.value


def begin_page() -> None:
    """Let a page that is drawn anew wait for its figures."""
    st.session_state.pop(WAITED, None)


@contextmanager
def counting(*, told: bool = True) -> Iterator[None]:
    """Draw what stands on figures, and of when they are if not of now; or that they are being counted.

    Args:
        told: whether that is said, and not only waited for: of what is shown in few stores, nothing is.
    """
    st.session_state.pop(OLD, None)
    try:
        yield
    except Counting as error:
        wait_for(error.key, told)
    if (old := st.session_state.pop(OLD, None)) and told:
        st.caption(f"As of {min(old).astimezone():%H:%M}; what has changed since is being counted.")


@st.fragment(run_every=1)
def wait_for(key: Hashable, told: bool) -> None:
    """Say so each second where it is to be told, and draw the page anew when they are there."""
    if not kept_figures().is_making(key):
        draw_anew()
    if told:
        st.info("Counting; the figures come by themselves.", icon=":material/hourglass_top:")

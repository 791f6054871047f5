"""Messages that outlast a page which draws itself anew, before anybody has had the time to read them."""

import time

import streamlit as st

from pages.shared.plain import plain

TOLD = "told last"  # when, and the sentence
TOLD_BEFORE = "told before the page drew itself anew"
READ_WITHIN = 10.0  # seconds


def tell(sentence: str) -> None:
    """Show what went wrong where the page is at."""
    st.session_state[TOLD] = (time.monotonic(), sentence)
    st.error(plain(sentence), icon=":material/error:")


def draw_anew() -> None:
    """Draw the whole page anew, though nobody clicked."""
    when, sentence = st.session_state.pop(TOLD, (0.0, ""))
    st.session_state[TOLD_BEFORE] = sentence if time.monotonic() - when < READ_WITHIN else ""
    st.rerun(scope="app")


def tell_again() -> None:
    """Show at the edge what a page told just before it drew itself anew, unless it tells it now as well."""
    before = st.session_state.pop(TOLD_BEFORE, "")
    if before and before != st.session_state.get(TOLD, (0.0, ""))[1]:
        st.toast(plain(before), icon=":material/error:", duration="long")

"""Who reads: the name that is written beside what is saved."""

import streamlit as st

from core.settings import settings

LONGEST = 80  # letters of a name


def current_reader() -> str:
    """Who signed in, else the name given in this window or its address, else the one of the settings."""
    if signed_in := sign_in_name():
        return signed_in
    if "reader" not in st.session_state:
        st.session_state["reader"] = tidy(st.query_params.get("reader", "")) or settings().reader
    return str(st.session_state["reader"])


def reader_choice() -> None:
    """The name in the menu, and a field to change it; the address keeps it through a reload."""
    name = current_reader()
    if sign_in_name():
        st.badge(name, icon=":material/verified_user:")
        return
    if name != settings().reader:
        st.query_params["reader"] = name
    with st.popover(name, icon=":material/person:", width="content"):
        given = st.text_input("Your name", name, max_chars=LONGEST, key="reader name")
        st.caption("It is written beside every mask that you save.")
        if tidy(given) and tidy(given) != name:
            st.session_state["reader"] = tidy(given)
            st.rerun()


def sign_in_name() -> str:
    """The name that a sign-in in front of Septum vouches for; "" where none is set up.

    Only the header that the settings name is believed, since anybody who reaches the app can send one.
    """
    header = settings().reader_header
    return tidy(st.context.headers.get(header, "")) if header else ""


def tidy(name: str) -> str:
    """One line of at most `LONGEST` letters.

    >>> tidy("  Ann\\n Lee ")
    'Ann Lee'
    """
    return " ".join(name.split())[:LONGEST]

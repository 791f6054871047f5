"""Who reads: the name that is written beside what is saved, vouched for by a sign-in or given once."""

from pathlib import Path
from urllib.parse import unquote

import streamlit as st

from core.settings import settings
from core.workflow.people import MAX_NAME_LETTERS, Reader, default_reader, reader_name
from pages.shared.plain import plain

WHY_A_NAME = "It stands beside every mask that you save, and keeps your strokes apart from other people's."

COOKIE = "septum-reader"
KEEP_NAME = st.components.v2.component(
    "septum_keep_name", js=Path(__file__).with_name("keep_name.js").read_text(encoding="utf-8")
)


def this_reader() -> Reader:
    """Return who signed in, else whom this window, its address, the settings or this browser named before.

    Its name is "" where nobody has said who it is.
    """
    if settings().reader_header:
        return Reader(sign_in_name(), signed_in=True)
    if not st.session_state.get("reader"):
        named = reader_name(st.query_params.get("reader", "")) or default_reader()
        st.session_state["reader"] = named or reader_name(unquote(st.context.cookies.get(COOKIE, "")))
    return Reader(str(st.session_state["reader"]))


def current_reader() -> str:
    """Return the reader's name; "" where nobody has said who it is."""
    return this_reader().name


def require_sign_in() -> None:
    """Show nothing but a sentence to whoever comes without the sign-in that the settings name."""
    header, names = settings().reader_header, sign_in_names()
    if not header or (len(names) == 1 and "" not in names):
        return
    problem = f"the header {header}, which names the reader, is missing or empty"
    if len(names) > 1:
        problem = f"the header {header}, which names the reader, came several times with different names"
    st.error(
        plain(f"Nobody is signed in: {problem}. Open Septum by the address of the sign-in in front of it."),
        icon=":material/lock:",
    )
    st.stop()


def reader_choice() -> None:
    """Draw the name in the menu and a field to change it; address and browser keep it through a reload."""
    reader = this_reader()
    if reader.signed_in:
        st.badge(plain(reader.name), icon=":material/verified_user:")
        return
    keep_in_address(reader.name)
    if reader.name and not default_reader():
        KEEP_NAME(data=reader.name, key="keep name")
    label = plain(reader.name) if reader.name else "Your name"
    with st.popover(label, icon=":material/person:", width="content"):
        name_field("reader name")
        st.caption(WHY_A_NAME)


def keep_in_address(name: str) -> None:
    """Let the address name the reader, unless the settings do; tell of an address that names nobody."""
    named = st.query_params.get("reader", "")
    if named and not reader_name(named):
        st.toast("The address names a reader in letters that nobody can read; it was left out.")
        del st.query_params["reader"]
    if name and name != default_reader():
        st.query_params["reader"] = name


def ask_name() -> None:
    """Ask for the name where it is needed: without one there is nothing but to look."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="ask name"):
        st.markdown("**Give your name to draw, save and approve.**", width="content")
        name_field("asked name")
        st.caption(WHY_A_NAME)


def name_field(key: str) -> None:
    """Draw a field for the reader's name; what is entered counts at once, on every page."""
    name = current_reader()
    given = reader_name(
        st.text_input(
            "Your name",
            name,
            max_chars=MAX_NAME_LETTERS,
            key=key,
            placeholder="Your name",
            label_visibility="collapsed",
            width=260,
        )
    )
    if given and given != name:
        st.session_state["reader"] = given
        st.rerun()


def sign_in_name() -> str:
    """Return the name that a sign-in in front of Septum vouches for; "" where none does."""
    names = sign_in_names()
    return names.pop() if len(names) == 1 else ""


def sign_in_names() -> set[str]:
    """Return all names in the header that the settings name; empty where they name none.

    No other header is believed, since anybody who reaches the app can send one.
    """
    header = settings().reader_header
    return {reader_name(sent) for sent in st.context.headers.get_all(header)} if header else set()

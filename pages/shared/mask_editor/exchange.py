"""What goes to the editor and what comes back: the envelope around a slice, and commands given once each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import streamlit as st

from core.editing.contours import TISSUES
from core.labels import COLOURS, NAMES, SHORT_NAMES, Label
from core.records.masks import Strokes

MAX_WANTED = 8  # slices that one request of the browser may ask for
ALIGNMENT = 8  # bytes, as core.editing.editor_codec packs a slice
OF_THE_DRAFT = ("acknowledged", "acknowledged_tab", "seconds")  # options that change with every stroke


class Showing(TypedDict):
    """How the series is shown, and what its menu offers."""

    turn: str  # which way round, a key of core.records.orientation.Turn
    usual: str  # the key that puts it the usual way up; "" where nobody knows
    base: str  # from which end its slices count, and who says so, in a line
    ends: bool  # whether there are two ends to count from


class ShownAs(TypedDict):
    """The arguments of the editor that are a slice's own."""

    document: str
    revision: int
    acknowledged: int
    acknowledged_tab: str
    seconds: float
    group: str
    discards: int
    showing: Showing | None


@dataclass(frozen=True)
class Command:
    """A key that asks the page for something."""

    name: str  # open, previous_slice, next_slice, previous_phase, next_phase, approve, reject or save
    document: str  # that was open when the key was pressed; ignore an approve for another one; what to open
    revision: int
    edit_seq: int  # number of the newest edit that the store had not acknowledged then, 0 for none
    strokes: Strokes | None = (
        None  # of the reader, that were on the screen; None for one that decides nothing
    )


def envelope(options: Mapping[str, object], packed: bytes) -> bytes:
    """Return the page's options before the slice, in the layout of a slice's own header."""
    text = json.dumps(options, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % ALIGNMENT)
    return len(text).to_bytes(4, "little") + text + packed


def frozen_envelope(options: Mapping[str, object], packed: bytes, key: str) -> bytes:
    """Return the envelope that was sent first for this document and revision, while only the draft changes.

    The browser holds the newer mask anyway; sending the picture again with each stroke would only cost time.
    """
    length = int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4 : 4 + length])
    header.pop("mask")
    lasting = {name: value for name, value in options.items() if name not in OF_THE_DRAFT}
    digest = hashlib.blake2b(json.dumps([lasting, header]).encode() + packed[4 + length :]).digest()
    kept: tuple[bytes, bytes] | None = st.session_state.get(f"{key} envelope")
    if kept is None or kept[0] != digest:
        kept = (digest, envelope(options, packed))
        st.session_state[f"{key} envelope"] = kept
    return kept[1]


def packed_together(messages: Sequence[bytes]) -> bytes:
    """Return several messages as one, their lengths in front."""
    return envelope({"lengths": [len(message) for message in messages]}, b"".join(messages))


def editor_options(**chosen: object) -> dict[str, object]:
    """Return what the editor is told beside the slice."""
    return {**chosen, "editable": True, "labels": label_table(), "outlines": outline_table()}


def label_table() -> list[dict[str, object]]:
    """Return what the editor needs to know of each label, in the order of their numbers."""
    return [
        {"label": int(label), "name": NAMES[label], "short": SHORT_NAMES[label], "colour": COLOURS[label]}
        for label in Label
    ]


def outline_table() -> list[dict[str, object]]:
    """Return what the editor outlines: its name and the labels inside, its own first, in order of drawing."""
    return [
        {"name": str(outline), "labels": [int(label) for label in inside]}
        for outline, inside in TISSUES.items()
    ]


def handled_commands(key: str) -> dict[str, int]:
    """Return the number of the newest command of each tab that this session has taken."""
    handled: dict[str, int] = st.session_state.setdefault(f"{key} handled", {})
    return handled


def new_commands(state: object, key: str) -> tuple[Command, ...]:
    """Return the commands in the component's state that this session has not taken yet."""
    if not isinstance(state, dict) or not isinstance(state.get("list"), list):
        return ()
    handled = handled_commands(key)
    tab = str(state.get("tab"))
    fresh = []
    for listed in state["list"]:
        match listed:
            case {
                "seq": int(seq),
                "name": str(name),
                "document": str(document),
                "revision": int(revision),
                "edit_seq": int(edit_seq),
            }:
                if seq > handled.get(tab, 0):
                    handled[tab] = seq
                    fresh.append(Command(name, document, revision, edit_seq, strokes_in(listed)))
    return tuple(fresh)


def strokes_in(listed: Mapping[object, object]) -> Strokes | None:
    """Return which strokes were on the screen when a command was given; None where it does not say."""
    match listed.get("seen"):
        case {"tab": str(tab), "seq": int(seq)}:
            return Strokes(tab, seq)
    return None


def new_edit(state: object, key: str) -> dict[str, object] | None:
    """Return the edit in the component's state, unchecked, unless this session has already returned it."""
    if not isinstance(state, dict):
        return None
    mark = tuple(str(state.get(name)) for name in ("document", "revision", "tab", "seq", "attempt"))
    if st.session_state.get(f"{key} edit") == mark:
        return None
    st.session_state[f"{key} edit"] = mark
    return state


def told_tab(*states: object) -> str:
    """Return the name that the browser tab has in one of the component's states; "" where none has come."""
    return next((state["tab"] for state in states if isinstance(state, dict) and state.get("tab")), "")


def new_request(state: object, key: str) -> dict[str, object] | None:
    """Return the smart correction that the component asks for, unchecked, unless it was taken before."""
    if not isinstance(state, dict):
        return None
    mark = (str(state.get("tab")), str(state.get("request")))
    if st.session_state.get(f"{key} request") == mark:
        return None
    st.session_state[f"{key} request"] = mark
    return state


def new_wanted(state: object, key: str) -> tuple[str, ...]:
    """Return the documents that the browser asks for, unchecked names, unless it was told them before."""
    match state:
        case {"tab": str(tab), "request": int(request), "documents": list(listed)}:
            mark = (tab, request)
        case _:
            return ()
    if st.session_state.get(f"{key} wanted") == mark:
        return ()
    st.session_state[f"{key} wanted"] = mark
    return tuple(str(document) for document in listed[:MAX_WANTED])


def ignore() -> None:
    """Stand in as a callback: Streamlit gives a state its place in the result only with one."""

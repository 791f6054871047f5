"""What goes to the editor and what comes back: the envelope around a slice, and commands given once each."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.labels import COLOURS, NAMES, SHORT_NAMES, Label

ALIGNMENT = 8  # bytes, as core.editing packs a slice
OF_THE_DRAFT = ("acknowledged", "acknowledged_tab", "seconds")  # options that change with every stroke


@dataclass(frozen=True)
class Command:
    """A key that asks the page for something."""

    name: str  # previous_slice, next_slice, previous_phase, next_phase, approve, reject or save
    document: str  # that was open when the key was pressed; ignore an approve for another one
    revision: int
    edit_seq: int  # number of the newest edit that the store had not acknowledged then, 0 for none


def envelope(options: Mapping[str, object], packed: bytes) -> bytes:
    """The page's options before the slice, in the layout of a slice's own header."""
    text = json.dumps(options, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % ALIGNMENT)
    return len(text).to_bytes(4, "little") + text + packed


def frozen_envelope(options: Mapping[str, object], packed: bytes, key: str) -> bytes:
    """The envelope that was sent first for this document and revision, as long as only the draft has changed.

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


def label_table() -> list[dict[str, object]]:
    """What the editor needs to know of each label, in the order of their numbers."""
    return [
        {"label": int(label), "name": NAMES[label], "short": SHORT_NAMES[label], "colour": COLOURS[label]}
        for label in Label
    ]


def handled_commands(key: str) -> dict[str, int]:
    """Number of the newest command of each tab that this session has returned."""
    handled: dict[str, int] = st.session_state.setdefault(f"{key} handled", {})
    return handled


def new_commands(state: object, key: str) -> tuple[Command, ...]:
    """The commands in the component's state that were not returned before in this session."""
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
                    fresh.append(Command(name, document, revision, edit_seq))
    return tuple(fresh)


def new_edit(state: object, key: str) -> dict[str, object] | None:
    """The edit in the component's state, unchecked, unless this session has already returned it."""
    if not isinstance(state, dict):
        return None
    mark = tuple(str(state.get(name)) for name in ("document", "revision", "tab", "seq", "attempt"))
    if st.session_state.get(f"{key} edit") == mark:
        return None
    st.session_state[f"{key} edit"] = mark
    return state


def new_request(state: object, key: str) -> dict[str, object] | None:
    """The smart correction asked for in the component's state, unchecked, unless it was returned before."""
    if not isinstance(state, dict):
        return None
    mark = (str(state.get("tab")), str(state.get("request")))
    if st.session_state.get(f"{key} request") == mark:
        return None
    st.session_state[f"{key} request"] = mark
    return state

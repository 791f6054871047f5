"""The slice viewer and mask editor: our Streamlit component, its parts joined without a build step."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.labels import COLOURS, NAMES, SHORT_NAMES, Label

FOLDER = Path(__file__).parent
# In the order of use: Streamlit takes one script, so all modules share one scope and no imports are left.
MODULES = (
    "dom",
    "runs",
    "packing",
    "window_level",
    "colours",
    "icons",
    "keys",
    "preferences",
    "tab_memory",
    "commands",
    "view",
    "toolbar",
    "pointer",
    "editor",
)
ALIGNMENT = 8  # bytes, as core.editing packs a slice


@dataclass(frozen=True)
class Command:
    """A key that asks the page for something."""

    name: str  # previous_slice, next_slice, previous_phase, next_phase, approve, reject or save
    document: str  # that was open when the key was pressed; ignore an approve for another one
    revision: int
    edit_seq: int  # number of the newest edit at that moment, 0 for none


def joined_script() -> str:
    """All modules as one script: import lines and every export but the entry's are taken off."""
    parts = []
    for name in MODULES:
        text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
        text = re.sub(r'^import [^;]*? from "\./[a-z_]+\.js";\n', "", text, flags=re.MULTILINE)
        parts.append(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE))
    return "\n".join(parts)


COMPONENT = st.components.v2.component(
    "septum_mask_editor",
    html='<div class="septum-editor"></div>',
    css=(FOLDER / "editor.css").read_text(encoding="utf-8"),
    js=joined_script(),
)


def slice_viewer(
    packed: bytes, *, document: str, key: str, revision: int = 0, group: str = "", reserve_px: int = 190
) -> tuple[Command, ...]:
    """Show a slice with its mask, without a way to change it; return the commands given since the last run.

    Args:
        packed: what core.editing.pack_slice made
        document: name of the slice, e.g. "slice-12"
        key: of the component; the same for all slices, so that zoom and focus stay
        revision: of the mask; a new number makes the viewer take the new mask
        group: slices of one group (a series) share zoom, pan and a window set by hand
        reserve_px: height of the window that the page needs above and below the viewer
    """
    options = {"document": document, "revision": revision, "group": group, "reserve_px": reserve_px}
    result = COMPONENT(
        data=envelope({**options, "editable": False, "labels": label_table()}, packed),
        key=key,
        on_commands_change=ignore,
    )
    return new_commands(result.commands, key)


def envelope(options: dict[str, object], packed: bytes) -> bytes:
    """The page's options before the slice, in the layout of a slice's own header."""
    text = json.dumps(options, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % ALIGNMENT)
    return len(text).to_bytes(4, "little") + text + packed


def label_table() -> list[dict[str, object]]:
    """What the editor needs to know of each label, in the order of their numbers."""
    return [
        {"label": int(label), "name": NAMES[label], "short": SHORT_NAMES[label], "colour": COLOURS[label]}
        for label in Label
    ]


def new_commands(state: object, key: str) -> tuple[Command, ...]:
    """The commands in the component's state that were not returned before in this session."""
    if not isinstance(state, dict) or not isinstance(state.get("list"), list):
        return ()
    handled: dict[str, int] = st.session_state.setdefault(f"{key} handled", {})
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


def ignore() -> None:
    """Stand in as a callback: Streamlit gives a state its place in the result only with one."""

"""The slice viewer and the mask editor: our own Streamlit component."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

import streamlit as st

from pages.shared.mask_editor.assets import AHEAD_MODULES, asset, joined_script
from pages.shared.mask_editor.exchange import (
    Command,
    envelope,
    frozen_envelope,
    handled_commands,
    label_table,
    new_commands,
    new_edit,
    new_request,
)

__all__ = [
    "Command",
    "EditorResult",
    "ShownAs",
    "acknowledge",
    "mask_editor",
    "send_ahead",
    "send_ways",
    "slice_viewer",
]

COMPONENT = st.components.v2.component(
    "septum_mask_editor",
    html='<div class="septum-editor"></div>',
    css=asset("editor.css"),
    js=joined_script(),
)
ACKNOWLEDGEMENT = st.components.v2.component("septum_acknowledgement", js=asset("acknowledgement.js"))
AHEAD = st.components.v2.component("septum_ahead", js=joined_script(AHEAD_MODULES))


class ShownAs(TypedDict):
    """The arguments of the editor that are a slice's own."""

    document: str
    revision: int
    acknowledged: int
    acknowledged_tab: str
    seconds: float
    group: str
    discards: int


@dataclass(frozen=True)
class EditorResult:
    """What the reader did since the last run of the page; handle the edit before the commands."""

    edit: dict[str, object] | None  # as the browser sent it: check it with core.editing.read_edit
    commands: tuple[Command, ...]
    refine: dict[str, object] | None = None  # clicks of a smart correction, unchecked; answer with a preview


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
    data = envelope({**options, "editable": False, "labels": label_table()}, packed)
    result = COMPONENT(data=data, key=key, on_commands_change=ignore)
    return new_commands(result.commands, key)


def mask_editor(
    packed: bytes,
    *,
    document: str,
    revision: int,
    key: str,
    acknowledged: int = 0,
    acknowledged_tab: str = "",
    seconds: float = 0.0,
    group: str = "",
    reserve_px: int = 190,
    discards: int = 0,
) -> EditorResult:
    """Show a slice with its mask to draw on; return what the reader did since the last run.

    The browser takes over the mask in `packed` when document or revision are new and keeps its own otherwise,
    so a page may pack the newest draft each time. Tell it what is stored with `acknowledge`, in the same run.

    Args:
        packed: what core.editing.pack_slice made
        document: name of the slice, e.g. "slice-12"
        revision: number of the mask that the drawing started from (the version's id); another one makes the
            browser take over the mask in `packed` as a step that the reader can undo
        key: of the component; the same for all slices, so that zoom and focus stay
        acknowledged: number of the newest edit of this document and revision that the store has
        acknowledged_tab: the browser tab that made it; a number of another tab is another state
        seconds: of active work in the draft that the store has
        group: slices of one group (a series) share zoom, pan and a window set by hand
        reserve_px: height of the window that the page needs above and below the editor
        discards: when the reader last gave strokes on this document up (ms); a later time makes the browser
            take over the mask in `packed` although the revision is the same
    """
    options = editor_options(
        document=document,
        revision=revision,
        acknowledged=acknowledged,
        acknowledged_tab=acknowledged_tab,
        seconds=seconds,
        group=group,
        reserve_px=reserve_px,
        discards=discards,
    )
    handled = dict(handled_commands(key))
    result = COMPONENT(
        data=frozen_envelope(options, packed, key),
        key=key,
        on_edit_change=ignore,
        on_commands_change=ignore,
        on_refine_change=ignore,
    )
    st.session_state[f"{key} answered"] = handled
    return EditorResult(
        new_edit(result.edit, key), new_commands(result.commands, key), new_request(result.refine, key)
    )


def acknowledge(
    *,
    document: str,
    revision: int,
    tab: str,
    seq: int,
    key: str,
    preview: Mapping[str, object] | None = None,
) -> None:
    """Tell the editor that the store has this edit; call it in every run, after `mask_editor`.

    `preview` answers a smart correction: its document, tab, request and the mask as runs. The editor is also
    told which commands earlier runs have heard: what it then sees is what came of them. So run the page once
    more after commands, whatever they came to.
    """
    data = {
        "document": document,
        "revision": revision,
        "tab": tab,
        "seq": seq,
        "handled": st.session_state.get(f"{key} answered", {}),
        "preview": preview,
    }
    ACKNOWLEDGEMENT(data=data, key=f"{key} acknowledgement")


def send_ways(*, document: str, ways: Mapping[str, str], key: str) -> None:
    """Tell the editor which document each command leads to from this one, so that it can show it at once.

    The slices themselves are sent by `send_ahead`. The editor shows such a slice when the key is pressed, and
    lets the reader draw on it once the page has followed.
    """
    AHEAD(data={"document": document, "ways": dict(ways)}, key=f"{key} ways")


def send_ahead(packed: bytes, *, key: str, reserve_px: int = 190, **shown: Unpack[ShownAs]) -> None:
    """Have the editor keep a slice that a command may lead to; arguments as for `mask_editor`."""
    options = editor_options(**shown, reserve_px=reserve_px)
    AHEAD(data=envelope(options, packed), key=f"{key} ahead {shown['document']}")


def editor_options(**chosen: object) -> dict[str, object]:
    """What the editor is told beside the slice."""
    return {**chosen, "editable": True, "labels": label_table()}


def ignore() -> None:
    """Stand in as a callback: Streamlit gives a state its place in the result only with one."""

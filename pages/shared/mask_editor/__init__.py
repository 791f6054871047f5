"""The slice viewer and the mask editor: our own Streamlit component."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from pages.shared.mask_editor.assets import ACKNOWLEDGEMENT, EDITOR, joined_script, joined_style
from pages.shared.mask_editor.exchange import (
    Command,
    Showing,
    ShownAs,
    editor_options,
    envelope,
    frozen_envelope,
    handled_commands,
    ignore,
    label_table,
    new_commands,
    new_edit,
    new_request,
    new_wanted,
    told_tab,
)
from pages.shared.mask_editor.sent_ahead import SeriesPlaces, packed_ahead, send_ahead, send_ways

__all__ = [
    "Command",
    "EditorResult",
    "Showing",
    "ShownAs",
    "acknowledge",
    "mask_editor",
    "SeriesPlaces",
    "packed_ahead",
    "send_ahead",
    "send_ways",
    "slice_viewer",
]

EDITOR_COMPONENT = st.components.v2.component(
    "septum_mask_editor",
    html='<div class="septum-editor"></div>',
    css=joined_style(),
    js=joined_script(EDITOR),
)
ACKNOWLEDGEMENT_COMPONENT = st.components.v2.component(
    "septum_acknowledgement", js=joined_script(ACKNOWLEDGEMENT)
)


@dataclass(frozen=True)
class EditorResult:
    """What the reader did since the last run of the page; handle the edit before the commands."""

    edit: dict[str, object] | None  # unchecked, for core.editing.editor_codec.read_edit
    commands: tuple[Command, ...]
    wanted: tuple[str, ...] = ()  # documents whose pictures it asks for; answer with send_ahead
    refine: dict[str, object] | None = None  # clicks of a smart correction, unchecked; answer with a preview
    tab: str = (
        ""  # the browser tab's own name, by which the store knows its strokes; "" before it has said it
    )


def slice_viewer(
    packed: bytes,
    *,
    document: str,
    key: str,
    revision: int = 0,
    group: str = "",
    reserve_px: int = 190,
    showing: Showing | None = None,
) -> tuple[Command, ...]:
    """Show a slice with its mask, without a way to change it; return the commands given since the last run.

    Args:
        packed: what core.editing.editor_codec.pack_slice made
        document: name of the slice, e.g. "slice-12"
        key: of the component; the same for all slices, so that zoom and focus stay
        revision: of the mask; a new number makes the viewer take the new mask
        group: slices of one group (a series) share zoom, pan and a window set by hand
        reserve_px: height of the window that the page needs above and below the viewer
        showing: which way round the group is shown; None leaves it as it comes
    """
    options = {"document": document, "revision": revision, "group": group, "reserve_px": reserve_px}
    data = envelope({**options, "showing": showing, "editable": False, "labels": label_table()}, packed)
    result = EDITOR_COMPONENT(data=data, key=key, on_commands_change=ignore)
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
    showing: Showing | None = None,
) -> EditorResult:
    """Show a slice with its mask to draw on; return what the reader did since the last run.

    The browser takes over the mask in `packed` when document or revision are new and keeps its own otherwise,
    so a page may pack the newest draft each time. Tell it what is stored with `acknowledge`, in the same run.

    Args:
        packed: what core.editing.editor_codec.pack_slice made
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
        showing: which way round the group is shown, with what the menu offers; None leaves it as it comes
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
        showing=showing,
    )
    handled = dict(handled_commands(key))
    result = EDITOR_COMPONENT(
        data=frozen_envelope(options, packed, key),
        key=key,
        on_edit_change=ignore,
        on_commands_change=ignore,
        on_refine_change=ignore,
        on_wanted_change=ignore,
    )
    st.session_state[f"{key} answered"] = handled
    commands = new_commands(result.commands, key)
    return EditorResult(
        new_edit(result.edit, key),
        commands,
        # What is wanted still is when the page has followed.
        () if commands else new_wanted(result.wanted, key),
        new_request(result.refine, key),
        str(told_tab(result.edit, result.wanted, result.commands)),
    )


def acknowledge(
    *,
    document: str,
    revision: int,
    tab: str,
    seq: int,
    key: str,
    preview: Mapping[str, object] | None = None,
    says: str = "",
) -> None:
    """Tell the editor that the store has this edit; call it in every run, after `mask_editor`.

    `preview` answers a smart correction: its document, tab, request and the mask as runs. `says` is which
    slice it is and how far, in words that are read out to whoever cannot see the page. The editor is also
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
        "says": says,
    }
    ACKNOWLEDGEMENT_COMPONENT(data=data, key=f"{key} acknowledgement")

"""What the page sends to the editor ahead of the keys: which slice lies where, and pictures it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import streamlit as st

from pages.shared.mask_editor.assets import AHEAD, joined_script
from pages.shared.mask_editor.exchange import (
    ShownAs,
    editor_options,
    envelope,
    packed_together,
)

AHEAD_COMPONENT = st.components.v2.component("septum_ahead", js=joined_script(AHEAD))


@dataclass(frozen=True)
class SeriesPlaces:
    """Which slice lies where in a series, for keys that move on without an answer of the page."""

    group: str  # as the editor was given it
    n_phases: int
    slices: tuple[tuple[str, int, int, str], ...]  # document, place from the base, phase, state of the mask
    phase_ms: float | None = None  # time from phase to phase, where the source tells it


def send_ways(
    *,
    document: str,
    ways: Mapping[str, str],
    versions: Mapping[str, str],
    places: SeriesPlaces,
    key: str,
) -> None:
    """Tell the editor what lies around the open slice.

    It then asks for the pictures, which `send_ahead` sends, shows a slice when a key is pressed, and lets it
    be drawn on once the page has followed.

    Args:
        document: the slice that is open
        ways: the document that each decision leads to
        versions: the state of the mask of those, which tells the browser whether its picture is old
        places: the slices of the open series
        key: of the editor
    """
    data = {
        "document": document,
        "ways": dict(ways),
        "versions": dict(versions),
        "group": places.group,
        "phases": places.n_phases,
        "phase_ms": places.phase_ms,
        "slices": list(places.slices),
    }
    AHEAD_COMPONENT(data=data, key=f"{key} ways")


def packed_ahead(packed: bytes, *, reserve_px: int = 190, **shown: Unpack[ShownAs]) -> bytes:
    """Return a slice as `send_ahead` sends it; arguments as for `mask_editor`."""
    return envelope(editor_options(**shown, reserve_px=reserve_px), packed)


def send_ahead(slices: Sequence[bytes], *, key: str) -> None:
    """Have the editor keep slices that it asked for, of `packed_ahead`; call it in every run."""
    AHEAD_COMPONENT(data=packed_together(slices) if slices else None, key=f"{key} ahead")

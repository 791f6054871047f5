"""Small pictures and masks on their way to the grid: pictures once, masks as they change."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.workflow.hearts.overview.cells import Cell, HeartOverview
from core.workflow.hearts.overview.masks import COLUMNS, mask_sheet
from core.workflow.hearts.overview.pictures import picture_sheet
from core.workflow.hearts.overview.small import MaskPart, Square
from pages.shared.heart.grid.assets import SENT, joined
from pages.shared.heart.grid.rows import mask_state
from pages.shared.mask_editor.exchange import envelope

SIDE = 80  # pixels of a small picture or mask
MOST_CHANGED = 48  # masks that are sent apart; of more, all are sent anew
STATE_KEY = "heart masks"
SHEET = st.components.v2.component("septum_heart_sheet", js=joined(SENT))


@dataclass(frozen=True)
class SentMasks:
    """All masks of a heart as they were when they were sent together."""

    series_id: int
    states: Mapping[int, str]  # by slice
    packed: bytes


def send_pictures(overview: HeartOverview, square: Square) -> None:
    """Send the pictures of a heart, the same bytes in every run, which the browser is sent only once."""
    place = {"top": square.top, "left": square.left, "side": square.side}
    header = {"side": SIDE, "square": place, "type": "image/jpeg"}
    send(overview, "pictures", header, picture_sheet(overview, square, SIDE))


def send_masks(overview: HeartOverview, square: Square, parts: Mapping[int, MaskPart | None]) -> None:
    """Send all masks of a heart once, and then beside them those that have changed."""
    masked = [cell for cell in overview.cells if cell.has_mask]
    states = {cell.row.id: mask_state(cell, square) for cell in masked}
    sent: SentMasks | None = st.session_state.get(STATE_KEY)
    changed = changed_since(sent, overview.series.id, masked, states)
    if sent is None or sent.series_id != overview.series.id or len(changed) > MOST_CHANGED:
        packed = mask_sheet((parts.get(cell.row.id) for cell in masked), square, SIDE)
        sent, changed = SentMasks(overview.series.id, states, packed), []
        st.session_state[STATE_KEY] = sent
    send(overview, "masks", masks_header(list(sent.states.items())), sent.packed)
    few = [(cell.row.id, states[cell.row.id]) for cell in changed]
    sheet = mask_sheet((parts.get(cell.row.id) for cell in changed), square, SIDE)
    send(overview, "changes", masks_header(few), sheet)


def changed_since(
    sent: SentMasks | None, series_id: int, masked: Sequence[Cell], states: Mapping[int, str]
) -> list[Cell]:
    """Return those slices whose mask is another one than was sent."""
    before = sent.states if sent is not None and sent.series_id == series_id else {}
    return [cell for cell in masked if before.get(cell.row.id) != states[cell.row.id]]


def masks_header(cells: Sequence[tuple[int, str]]) -> dict[str, object]:
    """Return what the browser needs to know of a sheet of masks."""
    return {"side": SIDE, "columns": min(COLUMNS, max(1, len(cells))), "cells": cells, "type": "image/png"}


def send(overview: HeartOverview, kind: str, header: Mapping[str, object], packed: bytes) -> None:
    """Send one sheet, with a stamp by which the browser knows one that it has."""
    stamp = hashlib.blake2b(f"{sorted(header.items())}".encode() + packed, digest_size=12).hexdigest()
    told = {**header, "series": overview.series.id, "kind": kind, "stamp": stamp}
    SHEET(data=envelope(told, packed), key=f"heart {kind}")

"""Masks and slices on their way to the browser's editor and back: run lengths, packing, checked edits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from core.errors import BadInput
from core.labels import Label
from core.records.masks import Strokes, check_mask

ALIGNMENT = 8  # bytes; the browser can only lay a 16- or 32-bit array over an aligned offset
BROWSER_TYPES = ("uint8", "int16", "uint16", "int32", "float32")  # JavaScript has a typed array for each
MAX_COUNT = 2**31  # pixels of one run, and changes of one slice: no column of a database takes more
MAX_TAB_LETTERS = 64  # letters of a browser tab's name
NEIGHBOURS = ("previous_slice", "next_slice", "previous_phase", "next_phase")


@dataclass(frozen=True, eq=False)
class Edit:
    """The whole mask of one slice as the browser held it at the end of a stroke."""

    document: str
    revision: int
    tab: str  # which browser tab drew it
    seq: int  # counts the changes of this document, so that a late one is known as late
    since: Strokes  # of the store's draft that the browser had seen
    mask: np.ndarray  # (height, width) uint8 of Label values
    seconds: float  # of active work since the document was opened


def encode_runs(mask: np.ndarray) -> list[int]:
    """Return row-major run lengths: label, count, label, count and so on.

    >>> encode_runs(np.array([[0, 0, 3], [3, 0, 0]], dtype=np.uint8))
    [0, 2, 3, 2, 0, 2]
    """
    flat = np.ascontiguousarray(mask).ravel()
    if not flat.size:
        return []
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    counts = np.diff(np.append(starts, flat.size))
    runs: list[int] = np.column_stack([flat[starts].astype(np.int64), counts]).ravel().tolist()
    return runs


def decode_runs(runs: object, shape: tuple[int, int]) -> np.ndarray:
    """Return the mask, (height, width) uint8, that the run lengths spell out.

    Raises BadInput when they are no list of whole numbers, name an unknown label or do not fill the shape.
    """
    height, width = shape
    n_pixels = height * width
    if not isinstance(runs, list) or len(runs) % 2 or len(runs) > 2 * n_pixels:
        raise BadInput(
            f"A mask from the editor must be pairs of label and count, at most {n_pixels} of them."
        )
    if not all(type(value) is int and 0 <= value < MAX_COUNT for value in runs):
        raise BadInput("A mask from the editor must hold whole numbers from 0 on.")
    labels, counts = np.array(runs, dtype=np.int64).reshape(-1, 2).T
    if labels.size and labels.max() > max(Label):
        raise BadInput(f"A mask from the editor has label {labels.max()}; labels are 0 to {int(max(Label))}.")
    if counts.sum() != n_pixels or (counts == 0).any():
        raise BadInput(
            f"A mask from the editor has runs for {counts.sum()} pixels; the slice has {height} x {width}."
        )
    return np.repeat(labels.astype(np.uint8), counts).reshape(shape)


def read_edit(payload: object, *, document: str, revision: int, shape: tuple[int, int]) -> Edit:
    """Check what a browser sent as an edit of this document; BadInput says what is wrong, nothing is changed.

    Args:
        payload: document, revision, tab, seq, since, since_tab, height, width, runs and seconds, from the
            editor
        shape: (height, width) of the slice that is open
    """
    if not isinstance(payload, dict):
        raise BadInput("An edit from the editor must be an object; open the slice again.")
    if payload.get("document") != document:
        raise BadInput("An edit belongs to another slice than the open one; open that slice again to see it.")
    if payload.get("revision") != revision:
        raise BadInput("An edit was made on an older mask of this slice; open the slice again to compare.")
    if (payload.get("height"), payload.get("width")) != shape:
        raise BadInput(f"An edit must be for a mask of {shape[0]} x {shape[1]} pixels; open the slice again.")
    seq, seconds, tab = payload.get("seq"), payload.get("seconds", 0.0), payload.get("tab")
    if type(seq) is not int or not 0 < seq < MAX_COUNT:
        raise BadInput("An edit must carry its number, a whole number above 0.")
    since, since_tab = payload.get("since", 0), payload.get("since_tab", "")
    if type(since) is not int or not 0 <= since < MAX_COUNT:
        raise BadInput("An edit must name the stored change that it began on, a whole number from 0.")
    if since_tab != "" and not is_tab(since_tab):
        raise BadInput("An edit must name the browser tab whose change it began on.")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
        raise BadInput("An edit must carry its seconds of work, a number from 0.")
    if not is_tab(tab):
        raise BadInput(f"An edit must name its browser tab in at most {MAX_TAB_LETTERS} plain letters.")
    mask = decode_runs(payload.get("runs"), shape)
    return Edit(document, revision, tab, seq, Strokes(since_tab, since), mask, float(seconds))


def is_tab(name: object) -> TypeGuard[str]:
    """Return whether this can be the name of a browser tab: short, of letters that every database takes."""
    return (
        isinstance(name, str) and 0 < len(name) <= MAX_TAB_LETTERS and name.isascii() and name.isprintable()
    )


def pack_slice(
    pixels: np.ndarray,
    mask: np.ndarray | None = None,
    *,
    spacing_mm: tuple[float, float] | None = None,
    confidence: np.ndarray | None = None,
    model_mask: np.ndarray | None = None,
    neighbours: Mapping[str, np.ndarray] | None = None,
) -> bytes:
    """Return one slice with all that the editor shows, as one run of bytes.

    Layout, little-endian: the length n of the header (4 bytes); the header, JSON in n bytes, filled up with
    spaces so that 4 + n is a multiple of 8; then the planes, each row-major and beginning at a multiple of 8.
    The header has `height`, `width`, `spacing_mm` ([row, column] or null), `planes` (a list of `name`, `type`
    and `offset` after the header; `pixels` in full depth and, where given, `confidence`, 255 for 1.0), and
    as run lengths `mask`, `model_mask` (or null) and `neighbours` (by name, see NEIGHBOURS).

    Args:
        pixels: (height, width), scanner units
        mask: (height, width) uint8 of Label values; None for a slice that has none yet
        confidence: (height, width) from 0 to 1
        model_mask: what the model proposed, for the difference view
        neighbours: masks that may be copied into this slice; those of another shape are left out
    """
    height, width = pixels.shape
    shown = np.zeros((height, width), np.uint8) if mask is None else mask
    for labels in (shown, model_mask):
        if labels is not None:
            check_mask(labels, pixels.shape)
    planes = {"pixels": browser_pixels(pixels)}
    if confidence is not None:
        planes["confidence"] = np.round(np.clip(confidence, 0, 1) * 255).astype(np.uint8)
    listing, body = [], b""
    for name, plane in planes.items():
        listing.append({"name": name, "type": plane.dtype.name, "offset": len(body)})
        data = np.ascontiguousarray(plane, dtype=plane.dtype.newbyteorder("<")).tobytes()
        body += data + bytes(-len(data) % ALIGNMENT)
    usable = {name: near for name, near in (neighbours or {}).items() if near.shape == pixels.shape}
    if unknown := set(usable) - set(NEIGHBOURS):
        raise ValueError(f"neighbours must be among {NEIGHBOURS}, got {sorted(unknown)}")
    header = {
        "height": height,
        "width": width,
        "spacing_mm": spacing_mm,
        "planes": listing,
        "mask": encode_runs(shown),
        "model_mask": None if model_mask is None else encode_runs(model_mask),
        "neighbours": {name: encode_runs(near) for name, near in usable.items()},
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % ALIGNMENT)
    return len(text).to_bytes(4, "little") + text + body


def browser_pixels(pixels: np.ndarray) -> np.ndarray:
    """Return the same values in the smallest type that both sides have; float32 where none holds them all."""
    if pixels.dtype.name in BROWSER_TYPES:
        return pixels
    if np.issubdtype(pixels.dtype, np.integer) and pixels.size:
        low, high = int(pixels.min()), int(pixels.max())
        for name in ("uint8", "int16", "uint16", "int32"):
            if np.iinfo(name).min <= low and high <= np.iinfo(name).max:
                return pixels.astype(name)
    return pixels.astype(np.float32)

"""The pictures and masks of one phase of a heart, in the order from its base, as one reader finds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.pixels.grey_window import window_of
from core.records.slices import SeriesRow, SliceRow
from core.store.database import Store, open_store
from core.store.masks.reader_view import view_slices

MAX_STACKS = 6  # of grey pictures that are kept: 12 slices of 256 x 256 pixels are less than a megabyte
MIDDLE = 0.5  # of a grey picture without a window


@dataclass(frozen=True, eq=False)
class PhaseStack:
    """The slices of one phase at equidistant places from the base, shown as their series is turned."""

    rows: tuple[SliceRow | None, ...]  # by place; None where there is no slice
    grey: tuple[np.ndarray | None, ...]  # (height, width) uint8, all in one window
    masks: tuple[np.ndarray | None, ...]  # (height, width) uint8 of Label values, of the reader's view


def load_stack(store: Store, series: SeriesRow, rows: Sequence[SliceRow], reader: str) -> PhaseStack:
    """Return the slices of one phase.

    Args:
        store: where they are.
        series: whose.
        rows: of the phase, all of one size, in any order.
        reader: whose strokes go before what is saved.
    """
    places = places_of(series)
    fitting = {places[row.position]: row for row in rows}
    ordered = [fitting[place] for place in sorted(fitting)]
    pictures = dict(zip(sorted(fitting), _grey(tuple(row.image_sha256 for row in ordered)), strict=True))
    looks = view_slices(store, [row.id for row in ordered], reader)
    masks = {place: looks[row.id].mask for place, row in fitting.items() if row.id in looks}
    everywhere = range(1 + max(places.values()))
    return PhaseStack(
        tuple(fitting.get(place) for place in everywhere),
        tuple(_turned(series, pictures.get(place)) for place in everywhere),
        tuple(_turned(series, masks.get(place)) for place in everywhere),
    )


def places_of(series: SeriesRow) -> Mapping[int, int]:
    """Return the place of each position among equidistant ones, 0 at the base, or at the source's first.

    A stack from which the source left slices out has places without a position.
    """
    indices = series.geometry.slice_indices or range(series.n_positions)
    order = sorted(range(series.n_positions), key=series.number_of)
    first = indices[order[0]]
    return {position: abs(indices[position] - first) for position in order}


def _turned(series: SeriesRow, plane: np.ndarray | None) -> np.ndarray | None:
    return None if plane is None else series.turn.shown(plane)


@lru_cache(maxsize=MAX_STACKS)
def _grey(images: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Pictures by their content, which never changes, as they came, in one window."""
    planes = open_store().arrays.load_all(images)
    low, high = window_of(np.concatenate([plane.ravel() for plane in planes]))
    scale = 255 / (high - low) if high > low else 0.0
    made = []
    for plane in planes:
        grey = (plane.astype(np.float32) - low) * scale if scale else np.full(plane.shape, 255 * MIDDLE)
        grey = np.clip(grey, 0, 255).astype(np.uint8)
        grey.setflags(write=False)
        made.append(grey)
    return tuple(made)

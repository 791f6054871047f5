"""Pictures of a heart at end-diastole and end-systole, from base to apex, with the outlines of its labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.editing.spread.distance import box_around
from core.imaging.thumbnail import grey_levels, outlined, png_of
from core.records.exports import ChosenMask, Selection
from core.records.slices import SeriesRow, SliceRow
from core.store.database import Store
from core.store.masks.chosen_masks import chosen_masks
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slice_pixels

MOST = 6  # positions
SIDE = 180  # pixels of a picture, six to a millimetre on paper: outlines are a pixel wide, and must be seen
MARGIN_PX = 8  # of a slice, around the heart


@dataclass(frozen=True)
class Picture:
    """One slice."""

    number: int  # as readers count it, from the base
    png: bytes
    behind: str  # which version it is and whose, and how far the slice is


@dataclass(frozen=True)
class PictureRow:
    """The slices of one phase."""

    title: str  # such as "ED, phase 1 of 25"
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Pictures:
    """What is shown of a heart, and the masks behind it."""

    rows: tuple[PictureRow, ...]
    masks: tuple[ChosenMask, ...]  # of ED and ES, also those that are not shown


def heart_pictures(
    store: Store, series: SeriesRow, moments: Mapping[str, int], selection: Selection
) -> Pictures:
    """Return the pictures of some slices, the same ones at each phase.

    Args:
        store: where they are.
        series: whose slices.
        moments: phases by their names, such as ED.
        selection: whose masks.
    """
    rows = [
        row
        for row in list_slices(store, Filter(series_id=series.id), limit=None)
        if row.phase in moments.values()
    ]
    masks = chosen_masks(store, [row.id for row in rows], selection)
    filled = sorted({row.from_base for row in rows if row.id in masks and masks[row.id].mask.any()})
    shown = chosen_places(filled or sorted({row.from_base for row in rows}))
    by_place = {(row.from_base, row.phase): row for row in rows if row.from_base in shown}
    boxes = _boxes(list(by_place.values()), masks)
    drawn = [
        PictureRow(
            f"{name}, phase {phase + 1} of {series.n_phases}",
            tuple(
                _picture(store, series, row, masks.get(row.id), boxes[row.height, row.width])
                for place in shown
                if (row := by_place.get((place, phase))) is not None
            ),
        )
        for name, phase in moments.items()
    ]
    return Pictures(tuple(drawn), tuple(masks.values()))


def chosen_places(filled: Sequence[int]) -> list[int]:
    """Return at most MOST places, evenly spaced, the first and the last among them.

    >>> chosen_places(range(3)), chosen_places(range(11))
    ([0, 1, 2], [0, 2, 4, 6, 8, 10])
    """
    if len(filled) <= MOST:
        return list(filled)
    return [filled[round(index)] for index in np.linspace(0, len(filled) - 1, MOST).tolist()]


def _boxes(
    rows: Sequence[SliceRow], masks: Mapping[int, ChosenMask]
) -> dict[tuple[int, int], tuple[slice, slice]]:
    """Rows and columns that are shown of slices, by their size: a square around the heart."""
    boxes = {}
    for size in {(row.height, row.width) for row in rows}:
        filled = np.zeros(size, bool)
        for row in rows:
            if (row.height, row.width) == size and row.id in masks:
                filled |= masks[row.id].mask > 0
        box = box_around(filled if filled.any() else ~filled, MARGIN_PX)
        side = min(max(one.stop - one.start for one in box), *size)
        starts = [
            min(max((one.start + min(one.stop, length) - side) // 2, 0), length - side)
            for one, length in zip(box, size, strict=True)
        ]
        boxes[size] = (slice(starts[0], starts[0] + side), slice(starts[1], starts[1] + side))
    return boxes


def _picture(
    store: Store, series: SeriesRow, row: SliceRow, chosen: ChosenMask | None, box: tuple[slice, slice]
) -> Picture:
    grey = grey_levels(slice_pixels(store, row))[box].astype(np.uint8)
    mask = np.zeros((row.height, row.width), np.uint8) if chosen is None else chosen.mask
    picture = series.turn.shown(outlined(grey, mask[box], SIDE))
    if chosen is None:
        return Picture(row.number, png_of(picture, SIDE), "no mask")
    version = "" if chosen.version_id is None else f"v{chosen.version_id}, "
    return Picture(row.number, png_of(picture, SIDE), f"{version}{chosen.author or 'unknown'}, {row.status}")

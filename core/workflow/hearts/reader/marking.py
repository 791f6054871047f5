"""The picture on which a reader marks the insertions of the right ventricle, and marks on it as pixels."""

from dataclasses import dataclass

import numpy as np

from core.imaging.thumbnail import thumbnail_png
from core.records.exports import EVERYTHING
from core.records.orientation import Turn
from core.store.database import open_store
from core.store.slices.slices import slice_pixels, slices_by_id
from core.workflow.hearts.loading import masks_of
from core.workflow.hearts.reader.view import CAVITIES, ReaderHeart

SIDE = 300  # pixels of the picture
HALF = 0.5  # a pixel's number is where its middle lies
Share = tuple[float, float]  # (x, y) from 0 to 1 of what is shown
Point = tuple[float, float]  # (row, column) of a slice


@dataclass(frozen=True)
class MarkedPicture:
    """The part of a slice at ED that shows the heart."""

    png: bytes
    position: int
    top: int  # of the part, in the slice's pixels
    left: int
    height: int
    width: int
    turn: Turn

    def in_slice(self, share: Share) -> Point:
        """Return the pixel of the slice at a place of what is shown."""
        x, y = share
        for _ in range(self.turn.quarters):  # a quarter back, against the clock
            x, y = y, 1 - x
        x = 1 - x if self.turn.mirrored else x
        return max(0.0, self.top + y * self.height - HALF), max(0.0, self.left + x * self.width - HALF)

    def on_picture(self, point: Point) -> Share:
        """Return where a pixel of the slice is shown."""
        y, x = (point[0] + HALF - self.top) / self.height, (point[1] + HALF - self.left) / self.width
        x = 1 - x if self.turn.mirrored else x
        for _ in range(self.turn.quarters):
            x, y = 1 - y, x
        return x, y


def picture_to_mark(read: ReaderHeart, ed_phase: int, wanted: int) -> MarkedPicture | None:
    """Return the slice at ED to mark on: the wanted position if it shows the LV there, else the middle one.

    Args:
        read: the heart.
        ed_phase: the phase of ED.
        wanted: position of the slice that is open.
    """
    filled = read.heart.stack.filled(CAVITIES[0], ed_phase)
    if not filled:
        return None
    position = wanted if wanted in filled else filled[len(filled) // 2]
    slice_id = read.slice_at(position, ed_phase)
    if slice_id is None:
        return None
    store, turn = open_store(), read.heart.series.turn
    row = slices_by_id(store, [slice_id])[slice_id]
    mask = masks_of(store, [slice_id], EVERYTHING, read.heart.reader).get(slice_id)
    if mask is None:
        return None
    rows, columns = (_span(np.asarray(mask.any(axis=axis))) for axis in (1, 0))
    part = (slice(*rows), slice(*columns))
    png = thumbnail_png(slice_pixels(store, row)[part], mask[part], SIDE, turn)
    height, width = rows[1] - rows[0], columns[1] - columns[0]
    return MarkedPicture(png, position, rows[0], columns[0], height, width, turn)


def _span(filled: np.ndarray) -> tuple[int, int]:
    """From where to where a side shows the heart, with as much around it as a third of it."""
    places = np.flatnonzero(filled)
    around = (int(places[-1]) - int(places[0]) + 1) // 3 + 1
    return max(0, int(places[0]) - around), min(len(filled), int(places[-1]) + 1 + around)

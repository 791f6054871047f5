"""Small pictures and masks of one square part of a slice, and which part that is."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image

MARGIN = 0.15  # of the heart's own size, on each side: strokes just outside of it are still seen
LEAST_SIDE = 32  # pixels of a slice below which a part of it tells nothing


@dataclass(frozen=True)
class Box:
    """The rows and columns of a slice from the first to before the last."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Square:
    """The part of each slice that is shown small, in its pixels; it may reach beyond the slice's edge."""

    top: int
    left: int
    side: int

    @property
    def key(self) -> str:
        """What tells it from another one."""
        return f"{self.top} {self.left} {self.side}"

    def holds(self, box: Box) -> bool:
        """Return whether a box lies within it."""
        inside = self.top <= box.top and self.left <= box.left
        return inside and box.bottom <= self.top + self.side and box.right <= self.left + self.side


@dataclass(frozen=True, eq=False)
class MaskPart:
    """A mask without the background around it."""

    box: Box
    labels: np.ndarray  # (bottom - top, right - left) uint8 of Label values


def part_of(mask: np.ndarray) -> MaskPart | None:
    """Return what a mask (height, width) uint8 holds; None for an empty one."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    box = Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    return MaskPart(box, mask[box.top : box.bottom, box.left : box.right].copy())


def square_around(boxes: Iterable[Box], shape: tuple[int, int]) -> Square:
    """Return the square around boxes with a margin; around the whole slice (height, width) for none.

    >>> square_around([Box(20, 30, 60, 70)], (100, 100))
    Square(top=14, left=24, side=52)
    >>> square_around([], (100, 80))
    Square(top=0, left=-10, side=100)
    """
    held = list(boxes)
    whole = max(shape)
    if not held:
        return Square((shape[0] - whole) // 2, (shape[1] - whole) // 2, whole)
    top, left = min(box.top for box in held), min(box.left for box in held)
    bottom, right = max(box.bottom for box in held), max(box.right for box in held)
    longest = max(bottom - top, right - left)
    side = min(whole, max(LEAST_SIDE, round(longest * (1 + 2 * MARGIN))))
    return Square((top + bottom - side) // 2, (left + right - side) // 2, side)


def small_picture(pixels: np.ndarray, square: Square, side: int) -> np.ndarray:
    """Return the part of a slice (height, width), (side, side) float32 in its own units."""
    height, width = pixels.shape
    bottom, right = square.top + square.side, square.left + square.side
    inside = pixels[max(square.top, 0) : min(bottom, height), max(square.left, 0) : min(right, width)]
    part = np.full((square.side, square.side), pixels.min(), np.float32)
    top, left = max(-square.top, 0), max(-square.left, 0)
    part[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    # Where it becomes smaller, each pixel is the mean of those that it stands for.
    return np.asarray(Image.fromarray(part).resize((side, side), Image.Resampling.BILINEAR))


def small_mask(part: MaskPart, square: Square, side: int) -> np.ndarray:
    """Return the part of a mask, (side, side) uint8: at each pixel the label in its middle."""
    middles = ((np.arange(side) + 0.5) * square.side / side).astype(np.intp)
    rows, columns = square.top + middles - part.box.top, square.left + middles - part.box.left
    in_rows = (rows >= 0) & (rows < part.labels.shape[0])
    in_columns = (columns >= 0) & (columns < part.labels.shape[1])
    small = np.zeros((side, side), np.uint8)
    small[np.ix_(in_rows, in_columns)] = part.labels[np.ix_(rows[in_rows], columns[in_columns])]
    return small

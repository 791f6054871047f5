"""The part of a picture in which the heart lies."""

from collections.abc import Sequence

import numpy as np

from core.labels import FOREGROUND, Label

MARGIN_MM = 20.0  # around the heart, in which it is looked at
Point = tuple[int, int]  # row and column of the picture as it is shown
Box = tuple[int, int, int, int]  # top, left, bottom, right; the latter two beyond it


def surroundings(masks: Sequence[np.ndarray | None], shape: Point, spacing_mm: tuple[float, float]) -> Box:
    """Return (top, left, bottom, right) of the heart with a margin; of the whole picture without a mask."""
    marked = np.zeros(shape, bool)
    for mask in masks:
        if mask is not None and mask.shape == shape:
            marked |= np.isin(mask, FOREGROUND)
    if not marked.any():
        return 0, 0, *shape
    sides = []
    for axis in (0, 1):
        lines = np.flatnonzero(marked.any(axis=1 - axis))
        margin = round(MARGIN_MM / spacing_mm[axis])
        sides.append((max(0, int(lines[0]) - margin), min(shape[axis], int(lines[-1]) + 1 + margin)))
    (top, bottom), (left, right) = sides
    return top, left, bottom, right


def middle_of(masks: Sequence[np.ndarray | None], shape: Point) -> Point:
    """Return (row, column) of the middle of all LV pixels, or of the picture where there is none."""
    found = [np.argwhere(mask == Label.LEFT_VENTRICLE) for mask in masks if mask is not None]
    points = np.concatenate([*found, np.empty((0, 2), np.int64)])
    if not len(points):
        return shape[0] // 2, shape[1] // 2
    row, column = np.round(points.mean(axis=0)).astype(int)
    return int(row), int(column)


def inside(point: Point, box: Box) -> Point:
    """Return a point of the whole picture as one of the box, the nearest where it lies outside."""
    top, left, bottom, right = box
    return min(max(point[0], top), bottom - 1) - top, min(max(point[1], left), right - 1) - left


def cropped(planes: Sequence[np.ndarray | None], box: Box) -> list[np.ndarray | None]:
    """Return the box of each picture."""
    top, left, bottom, right = box
    return [None if plane is None else plane[top:bottom, left:right] for plane in planes]

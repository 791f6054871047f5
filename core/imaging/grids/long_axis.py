"""A stack of short-axis slices cut lengthwise: what lies on one row or one column of every slice."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Along(StrEnum):
    """Which line of each slice is taken."""

    ROW = "row"  # from its left to its right edge
    COLUMN = "column"  # from its upper to its lower edge


@dataclass(frozen=True, eq=False)
class LongAxis:
    """What one line of every slice shows, slice below slice; nothing is interpolated."""

    pixels: np.ndarray  # (places, samples); 0 where there is no slice
    labels: np.ndarray  # (places, samples) uint8 of Label values
    present: np.ndarray  # (places,) bool: whether there is a slice
    sample_mm: float  # from one sample to the next
    distance_mm: float  # from the centre of one place to that of the next: so high is each


def cut(
    planes: Sequence[np.ndarray | None],
    masks: Sequence[np.ndarray | None],
    along: Along,
    at: int,
    spacing_mm: tuple[float, float],
    distance_mm: float,
) -> LongAxis:
    """Return the cut of a stack along the same row or column of each of its slices.

    Args:
        planes: (height, width) each, in the order in which they lie, one for each of equidistant places;
            None where a place has no slice.
        masks: (height, width) uint8 each; None where a slice has none.
        along: rows or columns.
        at: which one.
        spacing_mm: (row, column) of a pixel.
        distance_mm: between the centres of neighbouring places, so with the gap between slices.

    Raises:
        ValueError: when there is no slice, they differ in size, or the line lies outside.
    """
    shapes = {plane.shape for plane in (*planes, *masks) if plane is not None}
    if len(shapes) != 1 or len(planes) != len(masks):
        raise ValueError(f"a stack needs slices and masks of one size, got {sorted(shapes)}")
    height, width = shapes.pop()
    across = along is Along.ROW
    if not 0 <= at < (height if across else width):
        raise ValueError(f"{along} {at} lies outside of slices of {height} x {width} pixels")
    some = next(plane for plane in planes if plane is not None)
    n_samples = width if across else height
    pixels = np.zeros((len(planes), n_samples), some.dtype)
    labels = np.zeros((len(planes), n_samples), np.uint8)
    for target, sources in ((pixels, planes), (labels, masks)):
        for place, plane in enumerate(sources):
            if plane is not None:
                target[place] = plane[at, :] if across else plane[:, at]
    present = np.array([plane is not None for plane in planes])
    return LongAxis(pixels, labels, present, spacing_mm[1 if across else 0], distance_mm)

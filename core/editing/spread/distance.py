"""Signed distances of a region, and shapes between two of them."""

import numpy as np
from scipy import ndimage

Spacing = tuple[float, float]  # (row, column)


def signed_distance(inside: np.ndarray, spacing: Spacing = (1.0, 1.0)) -> np.ndarray:
    """Return how far each pixel lies outside a region, below 0 within it, (height, width) float64.

    Distances are those between middles of pixels, less half a pixel, so that the border itself is at 0;
    beyond the picture lies what is not in the region.

    Args:
        inside: (height, width) bool, with some pixel in it.
        spacing: of a pixel; the distances have its unit.

    >>> signed_distance(np.array([[0, 0, 1, 1, 1, 0]], bool)).tolist()
    [[1.5, 0.5, -0.5, -0.5, -0.5, 0.5]]
    """
    if not inside.any():
        raise ValueError("an empty region has no border to measure from")
    framed = np.pad(inside, 1)
    outwards = ndimage.distance_transform_edt(~framed, sampling=spacing)
    inwards = ndimage.distance_transform_edt(framed, sampling=spacing)
    half = float(np.sqrt(spacing[0] * spacing[1])) / 2
    signed: np.ndarray = np.where(framed, half - inwards, outwards - half)[1:-1, 1:-1]
    return signed


def moved(distances: np.ndarray, by: tuple[float, float]) -> np.ndarray:
    """Return signed distances moved by (rows, columns) of pixels, bilinearly; what comes in is the edge's."""
    if by == (0.0, 0.0):
        return distances
    shifted: np.ndarray = ndimage.shift(distances, by, order=1, mode="nearest")
    return shifted


def middle(inside: np.ndarray) -> np.ndarray:
    """Return the mean (row, column) of a region's pixels."""
    return np.argwhere(inside).mean(axis=0)


def box_around(filled: np.ndarray, margin: int) -> tuple[slice, slice]:
    """Return the rows and columns of a region (height, width) bool and of so many pixels around it.

    >>> box_around(np.array([[0, 0, 0, 0], [0, 1, 0, 0]], bool), 1)
    (slice(0, 3, None), slice(0, 3, None))
    """
    ranges = []
    for axis in (0, 1):
        places = np.flatnonzero(filled.any(axis=1 - axis))
        if not places.size:
            return slice(0, 0), slice(0, 0)
        ranges.append(slice(max(0, int(places[0]) - margin), int(places[-1]) + margin + 1))
    return ranges[0], ranges[1]

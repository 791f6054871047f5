"""Connected pieces of a region of a slice."""

import numpy as np
from scipy import ndimage

EIGHT_NEIGHBOURS = np.ones((3, 3), bool)  # pixels that share a corner belong together


def label_pieces(region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (the number of each pixel's piece from 1, (height, width) int; pixels of each piece by number).

    Args:
        region: (height, width) bool; outside of it is number 0, which counts as of no size.

    >>> numbers, sizes = label_pieces(np.array([[1, 0, 0, 1], [0, 1, 0, 0]], bool))
    >>> numbers.tolist(), sizes.tolist()
    ([[1, 0, 0, 2], [0, 1, 0, 0]], [0, 2, 1])
    """
    numbers, _ = ndimage.label(region, EIGHT_NEIGHBOURS)
    sizes = np.bincount(numbers.ravel(), minlength=1)
    sizes[0] = 0
    return numbers, sizes

"""The rim of a region: how much of it lies on its wall."""

import numpy as np
from scipy import ndimage


def surrounded_share(mask: np.ndarray, cavity: int, wall: int) -> float | None:
    """Return the share of the pixels just outside a cavity that are its wall; None where there is no cavity.

    Just outside are pixels that share an edge with it; the picture's own edge has none.

    Args:
        mask: (height, width) labels.
        cavity: the label whose rim it is.
        wall: the label that should lie there.

    >>> surrounded_share(np.array([[2, 2, 2], [2, 3, 0], [2, 2, 2]]), 3, 2)
    0.75
    """
    rows, columns = np.nonzero(mask == cavity)
    if not len(rows):
        return None
    window = mask[max(rows.min() - 1, 0) : rows.max() + 2, max(columns.min() - 1, 0) : columns.max() + 2]
    inside = window == cavity
    rim = ndimage.binary_dilation(inside) & ~inside
    return float((window[rim] == wall).mean()) if rim.any() else None

"""Remove small islands from a predicted mask: a step of its own, that can be switched off."""

import numpy as np
from scipy import ndimage

from core.labels import FOREGROUND, Label

TOUCHING = np.ones((3, 3), dtype=bool)  # pixels that share a corner belong together


def keep_largest_component(mask: np.ndarray) -> np.ndarray:
    """Return a copy in which every heart label keeps its largest piece; the others become background.

    Args:
        mask: (height, width) uint8 of Label values. Of two equally large pieces the upper one stays.

    >>> keep_largest_component(np.array([[3, 3, 0, 3]], np.uint8)).tolist()
    [[3, 3, 0, 0]]
    """
    kept = mask.copy()
    for label in FOREGROUND:
        pieces, count = ndimage.label(mask == label, structure=TOUCHING)
        if count > 1:
            sizes = np.bincount(pieces.ravel())
            sizes[0] = 0  # everything else
            kept[(pieces > 0) & (pieces != sizes.argmax())] = Label.BACKGROUND
    return kept

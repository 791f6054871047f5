"""Remove small islands from a predicted mask: a step of its own, that can be switched off."""

import numpy as np

from core.labels import HEART, Label, LabelSet
from core.pixels.pieces import label_pieces

MIN_SHARE = 0.25  # of the largest piece of the heart
MIN_HEART_MM2 = 50.0  # 8 mm across; of 1,101 that ACDC's readers drew one is smaller


def without_islands(
    mask: np.ndarray, spacing_mm: tuple[float, float], labels: LabelSet = HEART
) -> np.ndarray:
    """Return a copy in which what can't be part of the one heart of a slice has become background.

    Pieces are of the heart as a whole, whatever their labels: those smaller than a quarter of the largest go,
    and those smaller than 50 mm2. A cavity that a wall encloses, as the LV, is round and one in every
    short-axis slice, so only its largest piece stays. RV and myocardium may well be in several: inflow and
    outflow near the base, a wall that is open at the valve.

    Args:
        mask: (height, width) uint8 of label values. Of equally large pieces of the LV the upper stays.
        spacing_mm: (row, column) of a pixel.
        labels: of the mask.

    >>> without_islands(np.array([[3, 2, 1, 1, 2, 0, 1, 0, 3]], np.uint8), (10.0, 10.0)).tolist()
    [[3, 2, 1, 1, 2, 0, 0, 0, 0]]
    """
    smallest_px = MIN_HEART_MM2 / (spacing_mm[0] * spacing_mm[1])
    kept = without_small_pieces(mask, smallest_px)
    for cavity in labels.walled:
        pieces, sizes = label_pieces(kept == cavity)
        kept[(pieces > 0) & (pieces != sizes.argmax())] = Label.BACKGROUND
    return without_small_pieces(kept, smallest_px)  # a piece may have hung on what was taken for the cavity


def without_small_pieces(mask: np.ndarray, smallest_px: float) -> np.ndarray:
    """Return a copy without pieces of too few pixels, and without those far smaller than the largest."""
    pieces, sizes = label_pieces(mask != Label.BACKGROUND)
    small = sizes[pieces] < max(MIN_SHARE * sizes.max(), smallest_px)
    return np.where(small, Label.BACKGROUND, mask).astype(mask.dtype)

"""Remove small islands from a predicted mask: a step of its own, that can be switched off."""

import numpy as np
from scipy import ndimage

from core.labels import Label

TOUCHING = np.ones((3, 3), dtype=bool)  # pixels that share a corner belong together
SMALLEST_SHARE = 0.25  # of the largest piece of the heart
SMALLEST_HEART_MM2 = 50.0  # 8 mm across; of 1,101 that ACDC's readers drew one is smaller


def without_islands(mask: np.ndarray, spacing_mm: tuple[float, float]) -> np.ndarray:
    """Return a copy in which what can't be part of the one heart of a slice has become background.

    Pieces are of the heart as a whole, whatever their labels: those smaller than a quarter of the largest go,
    and those smaller than 50 mm2. The LV is one round cavity in every short-axis slice, so only its largest
    piece stays. RV and myocardium may well be in several: inflow and outflow near the base, a wall that is
    open at the valve.

    Args:
        mask: (height, width) uint8 of Label values. Of equally large pieces of the LV the upper stays.
        spacing_mm: (row, column) of a pixel.

    >>> without_islands(np.array([[3, 2, 1, 1, 2, 0, 1, 0, 3]], np.uint8), (10.0, 10.0)).tolist()
    [[3, 2, 1, 1, 2, 0, 0, 0, 0]]
    """
    smallest_px = SMALLEST_HEART_MM2 / (spacing_mm[0] * spacing_mm[1])
    kept = mask.copy()
    clear_small_pieces(kept, smallest_px)
    pieces, sizes = pieces_of(kept == Label.LEFT_VENTRICLE)
    kept[(pieces > 0) & (pieces != sizes.argmax())] = Label.BACKGROUND
    clear_small_pieces(kept, smallest_px)  # a piece may have hung on what was taken for the LV
    return kept


def clear_small_pieces(mask: np.ndarray, smallest_px: float) -> None:
    """Clear, in place, pieces of the heart of too few pixels, and those far smaller than the largest."""
    pieces, sizes = pieces_of(mask != Label.BACKGROUND)
    mask[sizes[pieces] < max(SMALLEST_SHARE * sizes.max(), smallest_px)] = Label.BACKGROUND


def pieces_of(region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the connected pieces of a region from 1; sizes by number. Outside is 0, and counts as size 0."""
    pieces, _ = ndimage.label(region, structure=TOUCHING)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return pieces, sizes

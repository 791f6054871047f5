"""Small pictures of what carrying would give slices, with what is unsure veiled."""

from collections.abc import Sequence

import numpy as np

from core.editing.spread.distance import box_around
from core.imaging.thumbnail import before_after_png
from core.store.database import open_store
from core.store.slices.slices import slice_pixels
from core.workflow.hearts.carry import CarriedSlice
from core.workflow.review.contours import shown_mask
from core.workflow.review.spread.pictures import MARGIN_PX


def carried_pictures(slices: Sequence[CarriedSlice], side: int) -> list[bytes]:
    """Return a PNG of each slice before and after, cut around the heart, with the outlines of its labels.

    Args:
        slices: which.
        side: pixels of the longer side of each half.
    """
    store = open_store()
    drawn = []
    for one in slices:
        before = shown_mask(one.look)
        filled = np.logical_or(before > 0, one.mask > 0)
        box = box_around(filled if filled.any() else ~filled, MARGIN_PX)
        drawn.append(
            before_after_png(slice_pixels(store, one.look.row), before, one.mask, side, box, one.unsure)
        )
    return drawn

"""Small pictures of what a spread would do to a slice."""

from collections.abc import Sequence

import numpy as np

from core.editing.spread.distance import box_around
from core.imaging.thumbnail import before_after_png
from core.store.database import open_store
from core.store.slices.slices import slice_pixels
from core.workflow.review.contours import shown_mask
from core.workflow.review.spread.preview import SliceChange

MARGIN_PX = 12  # of a slice, around the heart


def pictures(changes: Sequence[SliceChange], side: int) -> list[bytes]:
    """Return a PNG of each slice before and after, cut around the heart, with the outlines of its labels.

    Args:
        changes: which, at least one, all of one size.
        side: pixels of the longer side of each half.
    """
    store = open_store()
    filled = [mask > 0 for change in changes for mask in (shown_mask(change.look), change.mask)]
    box = box_around(np.logical_or.reduce(filled), MARGIN_PX)
    return [
        before_after_png(
            slice_pixels(store, change.look.row), shown_mask(change.look), change.mask, side, box
        )
        for change in changes
    ]

"""Which end of a stack is the base and which the apex, as far as its masks tell."""

import numpy as np

from core.labels import Label
from core.metrics.location import LEVEL_TITLES, SliceLevel, slice_levels
from core.store.database import open_store
from core.store.masks.masks import newest_versions
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slice_row


def stack_ends(slice_id: int) -> tuple[str, str]:
    """Return what lies at the first and at the last slice of the stack, ("", "") where the masks do not tell.

    The phase of the slice counts.
    """
    store = open_store()
    with store.snapshot():
        here = slice_row(store, slice_id)
        rows = list_slices(store, Filter(series_id=here.series_id, phase=here.phase), limit=None)
        masks = newest_versions(store, [row.id for row in rows])
    counts = [
        np.bincount(masks[row.id].mask.ravel(), minlength=len(Label)) for row in rows if row.id in masks
    ]
    places = np.array([row.from_base for row in rows if row.id in masks], int)
    levels = slice_levels(np.zeros(len(places), int), places, np.array(counts).reshape(-1, len(Label)))
    of_level = {level: places[levels == level] for level in (SliceLevel.BASAL, SliceLevel.APICAL)}
    base, apex = of_level[SliceLevel.BASAL], of_level[SliceLevel.APICAL]
    if not base.size or not apex.size:
        return "", ""
    titles = LEVEL_TITLES[SliceLevel.BASAL], LEVEL_TITLES[SliceLevel.APICAL]
    return titles if base.min() < apex.min() else (titles[1], titles[0])

"""Review: the queue, the open slice, and what becomes of a reader's strokes.

The store's own verbs that pages need as they are stand here; the modules of this folder hold those that put
several together.
"""

from core.store.database import on_open_store
from core.store.masks import decisions, drafts, presence, publishing
from core.store.masks.presence import NOBODY, Presence
from core.store.series import series
from core.store.slices import slices
from core.store.slices.filters import PLACED, Filter, Order

__all__ = [
    "NOBODY",
    "PLACED",
    "Filter",
    "Order",
    "Presence",
    "clear_draft",
    "count_slices",
    "has_slices",
    "list_series",
    "list_slices",
    "others_here",
    "places_in_series",
    "publish_draft",
    "rebase_draft",
    "restore_version",
    "set_status",
    "slice_row",
    "take_back",
]

list_slices = on_open_store(slices.list_slices)
count_slices = on_open_store(slices.count_slices)
has_slices = on_open_store(slices.has_slices)
places_in_series = on_open_store(slices.places_in_series)
slice_row = on_open_store(slices.slice_row)
list_series = on_open_store(series.list_series)
publish_draft = on_open_store(publishing.publish_draft)
clear_draft = on_open_store(drafts.clear_draft)
rebase_draft = on_open_store(drafts.rebase_draft)
set_status = on_open_store(slices.set_status)
take_back = on_open_store(decisions.take_back)
restore_version = on_open_store(publishing.restore_version)
others_here = on_open_store(presence.record_presence)

"""Is what the store names still there and whole?"""

from core.store.database import open_store
from core.store.slices import count_slices, damaged_arrays
from core.store.unused_arrays import count_unused, remove_unused


def verify() -> tuple[int, list[str]]:
    """(slices looked at, SHA-256 of each image that is missing or not what was written).

    Images that a deletion which was cut off has left behind are cleared away first.
    """
    store = open_store()
    if count_unused(store):
        remove_unused(store)
    return count_slices(store), damaged_arrays(store)

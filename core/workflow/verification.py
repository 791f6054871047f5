"""Is what the store names still there and whole?"""

from core.store.database import open_store
from core.store.slices import count_slices, damaged_arrays


def verify() -> tuple[int, list[str]]:
    """(slices looked at, SHA-256 of each image that is missing or not what was written)."""
    store = open_store()
    return count_slices(store), damaged_arrays(store)

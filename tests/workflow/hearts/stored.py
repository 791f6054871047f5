"""A synthetic heart in the store without its masks, for tests that bring their own."""

from dataclasses import replace

from core.records.slices import Series, Split
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices


def add_without_masks(series: Series) -> dict[tuple[int, int], int]:
    """Bring a heart in for training; return (position, phase) -> slice id."""
    bare = tuple(replace(image, mask=None) for image in series.slices)
    series_id = add_series(open_store(), replace(series, slices=bare, split=Split.TRAIN)).series_id
    rows = list_slices(open_store(), Filter(series_id=series_id), limit=None)
    return {(row.position, row.phase): row.id for row in rows}

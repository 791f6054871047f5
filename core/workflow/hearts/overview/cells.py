"""What is known of every slice of a heart, as one reader sees it: status, worth, areas; read in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.labels import Label
from core.metrics.function.moments import Moments, moments_of
from core.records.masks import Seen, Strokes
from core.records.slices import SeriesRow, SliceRow
from core.store.database import Store, open_store
from core.store.masks.drafts import load_drafts
from core.store.masks.reader_view import seen_in_series
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import changed_among, list_slices
from core.workflow.hearts.loading import counted, load_heart

NO_STROKES = Strokes()


@dataclass(frozen=True)
class Cell:
    """One slice of a heart."""

    row: SliceRow
    seen: Seen  # the mask that the reader sees: a version, or strokes of his own
    is_changed: bool  # since somebody approved it
    pixels: tuple[int, ...] | None  # of each label, by its number; None where there is no mask

    @property
    def has_mask(self) -> bool:
        """Whether the reader sees any."""
        return self.has_strokes or self.seen.newest_id is not None

    @property
    def has_strokes(self) -> bool:
        """Whether what the reader sees is no version yet."""
        return self.seen.strokes != NO_STROKES

    def area(self, label: Label) -> int:
        """Pixels of a label; 0 where there is no mask."""
        return self.pixels[label] if self.pixels else 0


@dataclass(frozen=True)
class HeartOverview:
    """All slices of a heart, from base to apex and by phase."""

    series: SeriesRow
    reader: str
    moments: Moments
    cells: tuple[Cell, ...]

    @property
    def pixel_mm2(self) -> float | None:
        """The area of a pixel; None where nobody told its size."""
        spacing = self.series.geometry.spacing_mm
        return None if spacing is None else spacing[0] * spacing[1]

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of its slices, of the largest where they differ."""
        return max(cell.row.height for cell in self.cells), max(cell.row.width for cell in self.cells)


def heart_overview(series_id: int, reader: str) -> HeartOverview:
    """Return what one reader sees of a heart; no mask is read but those of the reader's own strokes.

    Raises:
        NotFound: when there is no such series.
    """
    store = open_store()
    with store.snapshot():
        rows = list_slices(store, Filter(series_id=series_id), Order.HEART, limit=None)
        seen = seen_in_series(store, series_id, reader)
        counts = {number: counted(mask) for number, mask in own_masks(store, seen, reader).items()}
        heart = load_heart(store, series_id, counts=counts, reader=reader)
        changed = changed_among(store, [row.id for row in rows])
    pixels = {area.slice_id: area.pixels for area in heart.areas}
    cells = [Cell(row, seen[row.id], row.id in changed, pixels[row.id]) for row in rows]
    moments = moments_of(heart.stack, heart.choices, heart.series.phase_names)
    placed = sorted(cells, key=lambda cell: (cell.row.from_base, cell.row.phase))
    return HeartOverview(heart.series, reader, moments, tuple(placed))


def own_masks(store: Store, seen: Mapping[int, Seen], reader: str) -> dict[int, np.ndarray]:
    """Return the masks of a reader's strokes, (height, width) uint8 by slice."""
    own = [slice_id for slice_id, one in seen.items() if one.strokes != NO_STROKES]
    return {slice_id: draft.mask for slice_id, draft in load_drafts(store, own, reader).items()}

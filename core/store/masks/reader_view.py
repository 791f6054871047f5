"""A slice as one reader finds it: what everybody sees, and the reader's own unsaved strokes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import and_, select

from core.records.masks import Seen, Strokes, Version
from core.records.slices import SliceRow
from core.store.database import Store
from core.store.masks.drafts import NO_STROKES, Draft, load_draft, load_drafts
from core.store.masks.masks import newest_version, newest_versions
from core.store.slices.slices import slice_row, slices_by_id
from core.store.tables.masks import DraftTable
from core.store.tables.slices import SliceTable


@dataclass(frozen=True, eq=False)
class ReaderView:
    """A slice as a reader finds it, all at one moment."""

    row: SliceRow
    newest: Version | None  # what everybody else sees
    draft: Draft | None

    @property
    def mask(self) -> np.ndarray | None:
        """What the reader sees, (height, width) uint8; None where there is no mask yet."""
        if self.draft is not None:
            return self.draft.mask
        return None if self.newest is None else self.newest.mask

    @property
    def seen(self) -> Seen:
        """What whoever looks now has seen."""
        newest_id = None if self.newest is None else self.newest.id
        if self.draft is None:
            return Seen(newest_id, NO_STROKES, newest_id)
        return Seen(self.draft.parent_id, self.draft.strokes, newest_id)


def view_slice(store: Store, slice_id: int, reader: str) -> ReaderView:
    """Return a slice's row, its newest version and the reader's draft, all of one moment.

    Raises:
        NotFound: when there is no such slice.
    """
    with store.snapshot():
        row = slice_row(store, slice_id)
        return ReaderView(row, newest_version(store, slice_id), load_draft(store, slice_id, reader))


def view_slices(store: Store, slice_ids: Sequence[int], reader: str) -> dict[int, ReaderView]:
    """Return the same of many slices, by slice; those that are not there are left out."""
    with store.snapshot():
        rows = slices_by_id(store, slice_ids)
        newest = newest_versions(store, list(rows))
        own = load_drafts(store, list(rows), reader)
        return {number: ReaderView(row, newest.get(number), own.get(number)) for number, row in rows.items()}


def seen_in_series(store: Store, series_id: int, reader: str) -> dict[int, Seen]:
    """Return what a reader sees of each slice of a series, by slice; no mask is read."""
    own = and_(DraftTable.slice_id == SliceTable.id, DraftTable.reader == reader)
    query = (
        select(
            SliceTable.id, SliceTable.newest_version_id, DraftTable.parent_id, DraftTable.tab, DraftTable.seq
        )
        .outerjoin(DraftTable, own)
        .where(SliceTable.series_id == series_id)
    )
    with store.reading() as session:
        rows = session.connection().execute(query).all()
    return {
        slice_id: Seen(newest_id, NO_STROKES, newest_id)
        if seq is None
        else Seen(parent_id, Strokes(tab, seq), newest_id)
        for slice_id, newest_id, parent_id, tab, seq in rows
    }

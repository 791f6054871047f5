"""Drafts: what a reader has drawn and not yet saved, kept stroke by stroke."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.records import Status, check_mask
from core.store.database import Store
from core.store.masks import locked_slice
from core.store.packing import pack, unpack
from core.store.tables import DraftTable, SliceTable, now

UNFINISHED = (Status.NEW, Status.PREDICTED)


@dataclass(frozen=True, eq=False)
class Draft:
    """The mask that a reader's unsaved strokes make."""

    slice_id: int
    reader: str
    parent_id: int | None
    seq: int
    mask: np.ndarray  # (height, width) uint8 of Label values
    seconds: float
    changed_at: datetime


def save_draft(
    store: Store,
    slice_id: int,
    reader: str,
    mask: np.ndarray,
    *,
    parent_id: int | None,
    seq: int,
    seconds: float = 0.0,
) -> bool:
    """Keep the draft unless a newer one is there; returns whether it was kept, by then on the disk."""
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        check_mask(mask, (row.height, row.width))
        draft = session.get(DraftTable, (slice_id, reader))
        if draft is not None and draft.parent_id == parent_id and draft.seq >= seq:
            return False
        draft = draft or DraftTable(slice_id=slice_id, reader=reader)
        draft.parent_id, draft.seq, draft.pixels = parent_id, seq, pack(mask)
        draft.seconds, draft.changed_at = seconds, now()
        session.add(draft)
        if row.status in UNFINISHED:
            row.status = Status.IN_PROGRESS
        return True


def load_draft(store: Store, slice_id: int, reader: str) -> Draft | None:
    """The reader's draft of a slice, or None."""
    with store.reading() as session:
        row = session.get(DraftTable, (slice_id, reader))
        if row is None:
            return None
        image = session.get_one(SliceTable, slice_id)
        mask = unpack(row.pixels, (image.height, image.width))
        return Draft(slice_id, reader, row.parent_id, row.seq, mask, row.seconds, row.changed_at)


def clear_draft(store: Store, slice_id: int, reader: str) -> None:
    """Forget the draft, once it was saved as a version or given up."""
    with store.unit_of_work() as session:
        row = session.get(DraftTable, (slice_id, reader))
        if row is not None:
            session.delete(row)

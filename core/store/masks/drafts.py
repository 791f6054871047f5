"""Drafts: what a reader has drawn and not yet saved, kept stroke by stroke, until it becomes a version.

Every change holds the slice's row first, so that no two changes of one slice wait for each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.records.masks import Seen, Strokes, check_mask
from core.records.slices import Status
from core.store.codec import pack, unpack
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.masks.draft_rows import (
    ELSEWHERE,
    GONE,
    NO_STROKES,
    UNFINISHED,
    seen_draft,
    settle_status,
    strokes_of,
)
from core.store.masks.masks import locked_slice, require_newest
from core.store.masks.set_aside import delete_draft, forget_set_aside, what_is
from core.store.slices.history import change_status
from core.store.tables.base import now
from core.store.tables.masks import DraftTable
from core.store.tables.slices import SliceTable


@dataclass(frozen=True, eq=False)
class Draft:
    """The mask that a reader's unsaved strokes make."""

    slice_id: int
    reader: str
    parent_id: int | None
    tab: str  # the browser tab that drew last
    seq: int  # how many changes were made
    mask: np.ndarray  # (height, width) uint8 of Label values
    seconds: float  # of active work
    changed_at: datetime

    @property
    def strokes(self) -> Strokes:
        """How far it is."""
        return Strokes(self.tab, self.seq)


def save_draft(
    store: Store,
    slice_id: int,
    reader: str,
    mask: np.ndarray,
    *,
    parent_id: int | None,
    seq: int,
    tab: str = "",
    since: Strokes = NO_STROKES,
    seconds: float = 0.0,
) -> bool:
    """Keep the draft unless a newer one is there; returns whether it was kept, by then on the disk.

    Args:
        mask: (height, width) uint8 of Label values.
        parent_id: the version that the drawing began on.
        seq: number of the newest change in the mask.
        tab: the browser tab that drew.
        since: the strokes in the store that this tab had seen; what it drew itself need not be named.
        seconds: of active work on the slice; a draft never loses any.

    Raises:
        Conflict: when another tab of the same reader has drawn since, or on another version; nothing is
            overwritten.
    """

    def keep(session: Session, row: SliceTable) -> bool:
        check_mask(mask, (row.height, row.width))
        draft = session.get(DraftTable, (slice_id, reader))
        if draft is not None:
            mine = draft.parent_id == parent_id and draft.tab == tab
            if mine and draft.seq >= seq:
                return False
            if not mine and (draft.parent_id, strokes_of(draft)) != (parent_id, since):
                raise Conflict(ELSEWHERE)
            forget_set_aside(session, draft)
        draft = draft or DraftTable(slice_id=slice_id, reader=reader, seconds=0.0)
        draft.parent_id, draft.tab, draft.seq, draft.pixels = parent_id, tab, seq, pack(mask)
        draft.seconds, draft.changed_at = max(draft.seconds, seconds), now()
        session.add(draft)
        if row.status in UNFINISHED:
            change_status(session, row, Status.IN_PROGRESS)
        return True

    with store.row_work() as session:
        row = locked_slice(session, slice_id)
        if row.status not in UNFINISHED:
            return keep(session, row)
    with store.unit_of_work() as session:  # the first stroke on a slice changes its status, too
        return keep(session, locked_slice(session, slice_id))


def load_draft(store: Store, slice_id: int, reader: str) -> Draft | None:
    """Return the reader's draft of a slice, or None."""
    return load_drafts(store, [slice_id], reader).get(slice_id)


def load_drafts(store: Store, slice_ids: Sequence[int], reader: str) -> dict[int, Draft]:
    """Return the reader's drafts of these slices, by slice."""
    query = select(DraftTable, SliceTable).join(SliceTable, DraftTable.slice_id == SliceTable.id)
    with store.reading() as session:
        asked = (
            query.where(DraftTable.slice_id.in_(part), DraftTable.reader == reader)
            for part in parts(slice_ids)
        )
        return {
            image.id: Draft(
                image.id,
                reader,
                row.parent_id,
                row.tab,
                row.seq,
                unpack(row.pixels, (image.height, image.width)),
                row.seconds,
                row.changed_at,
            )
            for one in asked
            for row, image in session.execute(one).tuples()
        }


def rebase_draft(store: Store, slice_id: int, reader: str, seen: Seen) -> None:
    """Let the draft start from the newest version, whose author's work the reader has seen, as it is.

    Raises:
        Conflict: when there are strokes or versions that the reader has not seen; nothing is changed then.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        draft = seen_draft(session, row, reader, seen)
        if draft is None:
            raise Conflict(GONE)
        require_newest(session, row, seen.newest_id)
        draft.parent_id = row.newest_version_id
        if what_is(draft.tab) is not None:  # a spread that the reader has gone on from
            forget_set_aside(session, draft)
            draft.tab = f"kept {uuid4().hex}"


def clear_draft(store: Store, slice_id: int, reader: str, seen: Seen) -> None:
    """Give the draft up that the reader sees; where there is none, nothing happens.

    Raises:
        Conflict: when another tab of the reader has drawn since; nothing is lost.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        if session.get(DraftTable, (slice_id, reader)) is None:
            return
        draft = seen_draft(session, row, reader, seen)
        if draft is not None:
            delete_draft(session, draft)
        session.flush()
        settle_status(session, row)

"""Drafts: what a reader has drawn and not yet saved, kept stroke by stroke, until it becomes a version.

Every change holds the slice's row first, so that no two changes of one slice wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.records import Origin, Seen, SliceRow, Status, Strokes, Version, check_mask
from core.store.database import Store
from core.store.history import become
from core.store.masks import locked_slice, newest_version, require_newest
from core.store.packing import pack, unpack
from core.store.slices import slice_row
from core.store.tables import DraftTable, SliceTable, now

UNFINISHED = (Status.NEW, Status.PREDICTED)
NO_STROKES = Strokes()
ELSEWHERE = (
    "another browser tab of yours drew on this slice since; its strokes stay, and undo brings back those "
    "of this tab"
)
GONE = "another browser tab of yours gave these strokes up; undo brings them back"


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


@dataclass(frozen=True, eq=False)
class Look:
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
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        check_mask(mask, (row.height, row.width))
        draft = session.get(DraftTable, (slice_id, reader))
        if draft is not None:
            mine = draft.parent_id == parent_id and draft.tab == tab
            if mine and draft.seq >= seq:
                return False
            if not mine and (draft.parent_id, strokes_of(draft)) != (parent_id, since):
                raise Conflict(ELSEWHERE)
        draft = draft or DraftTable(slice_id=slice_id, reader=reader, seconds=0.0)
        draft.parent_id, draft.tab, draft.seq, draft.pixels = parent_id, tab, seq, pack(mask)
        draft.seconds, draft.changed_at = max(draft.seconds, seconds), now()
        session.add(draft)
        if row.status in UNFINISHED:
            become(session, row, Status.IN_PROGRESS)
        return True


def load_draft(store: Store, slice_id: int, reader: str) -> Draft | None:
    """The reader's draft of a slice, or None."""
    with store.reading() as session:
        row = session.get(DraftTable, (slice_id, reader))
        if row is None:
            return None
        image = session.get_one(SliceTable, slice_id)
        mask = unpack(row.pixels, (image.height, image.width))
        return Draft(slice_id, reader, row.parent_id, row.tab, row.seq, mask, row.seconds, row.changed_at)


def look_at(store: Store, slice_id: int, reader: str) -> Look:
    """A slice as the reader finds it: its row, its newest version and the reader's draft, of one moment.

    Raises:
        NotFound: when there is no such slice.
    """
    with store.snapshot():
        row = slice_row(store, slice_id)
        return Look(row, newest_version(store, slice_id), load_draft(store, slice_id, reader))


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


def clear_draft(store: Store, slice_id: int, reader: str, seen: Seen) -> None:
    """Give the draft up that the reader sees; where there is none, nothing happens.

    Raises:
        Conflict: when another tab of the reader has drawn since; nothing is lost.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        if session.get(DraftTable, (slice_id, reader)) is None:
            return
        session.delete(seen_draft(session, row, reader, seen))
        session.flush()
        settle_status(session, row)


def seen_draft(session: Session, row: SliceTable, reader: str, seen: Seen) -> DraftTable | None:
    """The reader's draft of a slice whose row is held, None where the reader sees none either.

    Raises:
        Conflict: when it is not the one that the reader sees.
    """
    draft = session.get(DraftTable, (row.id, reader))
    if draft is None:
        if seen.strokes.seq:
            require_newest(session, row, seen.parent_id)  # most likely they became a version
            raise Conflict(GONE)
        return None
    if (draft.parent_id, strokes_of(draft)) != (seen.parent_id, seen.strokes):
        raise Conflict(ELSEWHERE)
    return draft


def settle_status(session: Session, row: SliceTable) -> None:
    """Let a slice that nobody works on any more be as it was before anybody did."""
    if row.status != Status.IN_PROGRESS or row.newest_origin not in (None, Origin.MODEL):
        return
    if session.scalar(select(DraftTable.reader).where(DraftTable.slice_id == row.id).limit(1)) is None:
        become(session, row, Status.PREDICTED if row.newest_version_id else Status.NEW)


def strokes_of(draft: DraftTable) -> Strokes:
    """How far a stored draft is."""
    return Strokes(draft.tab, draft.seq)

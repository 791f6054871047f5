"""Drafts: what a reader has drawn and not yet saved, kept stroke by stroke, until it becomes a version."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.records import Origin, Status, check_mask
from core.store.database import Store
from core.store.masks import insert_version, locked_slice, require_newest
from core.store.packing import pack, unpack
from core.store.tables import DraftTable, MaskTable, SliceTable, now

UNFINISHED = (Status.NEW, Status.PREDICTED)


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


def save_draft(
    store: Store,
    slice_id: int,
    reader: str,
    mask: np.ndarray,
    *,
    parent_id: int | None,
    seq: int,
    tab: str = "",
    since: int = 0,
    seconds: float = 0.0,
) -> bool:
    """Keep the draft unless a newer one is there; returns whether it was kept, by then on the disk.

    Args:
        mask: (height, width) uint8 of Label values.
        parent_id: the version that the drawing began on.
        seq: number of the newest change in the mask.
        tab: the browser tab that drew.
        since: number of the newest change of the stored draft that the drawing began on.

    Raises:
        Conflict: when another tab of the same reader has drawn since; nothing is overwritten.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        check_mask(mask, (row.height, row.width))
        draft = session.get(DraftTable, (slice_id, reader))
        if draft is not None and draft.parent_id == parent_id:
            if draft.tab == tab and draft.seq >= seq:
                return False
            if draft.tab != tab and draft.seq > since:
                raise Conflict(
                    "another browser tab of yours drew on this slice since; open the slice again to go on "
                    "from there (undo brings the strokes of this tab back)"
                )
        draft = draft or DraftTable(slice_id=slice_id, reader=reader)
        draft.parent_id, draft.tab, draft.seq, draft.pixels = parent_id, tab, seq, pack(mask)
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
        return Draft(slice_id, reader, row.parent_id, row.tab, row.seq, mask, row.seconds, row.changed_at)


def publish_draft(
    store: Store, slice_id: int, reader: str, *, seq: int = 0, note: str = "", approve: bool = False
) -> int:
    """Make the draft a version of the reader and forget it; returns the id of the version shown then.

    Where there is no draft, or it changes nothing, there is no new version: the one that is shown counts.

    Args:
        seq: number of the newest change that the reader sees; an older draft is not saved in its place.
        note: kept with the version.
        approve: make the slice approved, all or nothing with the save; a plain save leaves it in progress.

    Raises:
        Conflict: when another reader saved since the drawing began, or a stroke has not arrived yet.
        NotFound: when there is neither a draft nor a version.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        draft = session.get(DraftTable, (slice_id, reader))
        if seq > (draft.seq if draft else 0):
            raise Conflict("the last stroke has not reached the store yet; wait until it has and save again")
        if draft is not None:
            require_newest(session, row, draft.parent_id)
            if changes(session, row, draft):
                version = MaskTable(
                    slice_id=slice_id,
                    parent_id=draft.parent_id,
                    origin=Origin.READER,
                    author=reader,
                    pixels=draft.pixels,
                    note=note,
                    seconds=draft.seconds,
                )
                insert_version(session, row, version, Status.IN_PROGRESS)
            session.delete(draft)
        if row.newest_version_id is None:
            raise NotFound("this slice has no mask to save; draw or predict one first, even an empty one")
        if approve:
            row.status = Status.APPROVED
        return row.newest_version_id


def rebase_draft(store: Store, slice_id: int, reader: str) -> None:
    """Let the draft start from the newest version, whose author's work the reader has seen, as it is."""
    with store.unit_of_work() as session:
        draft = session.get(DraftTable, (slice_id, reader))
        if draft is not None:
            draft.parent_id = locked_slice(session, slice_id).newest_version_id


def clear_draft(store: Store, slice_id: int, reader: str) -> None:
    """Forget the draft, once it was saved as a version or given up; a slice nobody works on is as before."""
    with store.unit_of_work() as session:
        row = session.get(DraftTable, (slice_id, reader))
        if row is None:
            return
        session.delete(row)
        image = locked_slice(session, slice_id)
        if image.status == Status.IN_PROGRESS and image.newest_origin in (None, Origin.MODEL):
            image.status = Status.PREDICTED if image.newest_version_id else Status.NEW


def changes(session: Session, row: SliceTable, draft: DraftTable) -> bool:
    """Whether the draft differs from the version that it began on; an empty first mask is one, too."""
    if draft.parent_id is None:
        return True
    return session.get_one(MaskTable, draft.parent_id).pixels != draft.pixels

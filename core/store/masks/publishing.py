"""What becomes of strokes: a reader's draft as a version, and an old version shown again."""

from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.records.decisions import Decision
from core.records.masks import Origin, Seen
from core.records.slices import Status
from core.store.database import Store
from core.store.masks.draft_rows import seen_draft
from core.store.masks.masks import insert_version, locked_slice, require_newest
from core.store.masks.set_aside import delete_draft
from core.store.slices.history import change_status
from core.store.tables.masks import DraftTable, MaskTable


def publish_draft(
    store: Store,
    slice_id: int,
    reader: str,
    seen: Seen,
    *,
    seq: int = 0,
    note: str = "",
    approve: bool = False,
) -> int:
    """Make the draft a version of the reader and forget it; returns the id of the version shown then.

    Where there is no draft, or it changes nothing, there is no new version: the one that is shown counts.

    Args:
        seen: what the reader has in view; nothing else becomes a version, or approved.
        seq: number of the newest change that the reader's browser has made; 0 where all have arrived.
        note: kept with the version.
        approve: make the slice approved, all or nothing with the save; a plain save leaves it in progress.

    Raises:
        Conflict: when another reader saved since the drawing began, another tab of the reader drew since, or
            a stroke has not arrived yet; nothing has changed then.
        NotFound: when there is neither a draft nor a version.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        if seq > seen.strokes.seq:
            raise Conflict("the last stroke has not reached the store yet; wait until it has and save again")
        draft = seen_draft(session, row, reader, seen)
        require_newest(session, row, seen.parent_id)
        if draft is not None:
            if changes(session, draft):
                version = MaskTable(
                    slice_id=slice_id,
                    parent_id=draft.parent_id,
                    origin=Origin.READER,
                    author=reader,
                    pixels=draft.pixels,
                    note=note.strip(),
                    seconds=draft.seconds,
                )
                insert_version(session, row, version, Status.APPROVED if approve else Status.IN_PROGRESS)
            delete_draft(session, draft)
        if row.newest_version_id is None:
            raise NotFound("this slice has no mask to save; draw or predict one first, even an empty one")
        if approve:
            change_status(session, row, Status.APPROVED, Decision(reader))
        return row.newest_version_id


def restore_version(store: Store, version_id: int, reader: str, newest_id: int | None) -> int:
    """Show an old version again, as a new one of the reader; returns the new version's id.

    The slice is in progress then, whatever it was: whoever approved it saw another mask.

    Args:
        version_id: the old one.
        newest_id: the newest one that the reader has seen.

    Raises:
        BadInput: when the reader has strokes on the slice that are not saved.
        Conflict: when somebody has saved since.
        NotFound: when there is no such version.
    """
    with store.unit_of_work() as session:
        old = session.get(MaskTable, version_id)
        if old is None:
            raise NotFound(f"there is no version {version_id} in the store; open the slice again")
        row = locked_slice(session, old.slice_id)
        if session.get(DraftTable, (row.id, reader)) is not None:
            raise BadInput("there are strokes on this slice that are not saved; save or discard them first")
        require_newest(session, row, newest_id)
        ended = ", no longer approved" if row.status == Status.APPROVED else ""
        again = MaskTable(
            slice_id=row.id,
            parent_id=row.newest_version_id,
            origin=Origin.READER,
            author=reader,
            pixels=old.pixels,
            note=f"version {old.id} of {old.author} again{ended}",
        )
        return insert_version(session, row, again, Status.IN_PROGRESS)


def changes(session: Session, draft: DraftTable) -> bool:
    """Return whether the draft differs from the version that it began on; an empty first mask does, too."""
    if draft.parent_id is None:
        return True
    return session.get_one(MaskTable, draft.parent_id).pixels != draft.pixels

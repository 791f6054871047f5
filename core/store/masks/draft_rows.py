"""What the rows of drafts say of a slice, inside a unit of work that holds the slice's row."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.records.masks import Origin, Seen, Strokes
from core.records.slices import Status
from core.store.masks.masks import require_newest
from core.store.slices.history import change_status
from core.store.tables.masks import DraftTable
from core.store.tables.slices import SliceTable

UNFINISHED = (Status.NEW, Status.PREDICTED)
NO_STROKES = Strokes()
ELSEWHERE = (
    "another browser tab of yours drew on this slice since; its strokes stay, and undo brings back those "
    "of this tab"
)
GONE = "another browser tab of yours gave these strokes up; undo brings them back"


def seen_draft(session: Session, row: SliceTable, reader: str, seen: Seen) -> DraftTable | None:
    """Return the reader's draft of a slice whose row is held; None where the reader sees none either.

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
    if not is_drawn_on(session, row):
        change_status(session, row, Status.PREDICTED if row.newest_version_id else Status.NEW)


def is_drawn_on(session: Session, row: SliceTable) -> bool:
    """Return whether any reader has strokes on a slice that are no version yet."""
    drawn = select(DraftTable.reader).where(DraftTable.slice_id == row.id)
    return session.scalar(drawn.limit(1)) is not None


def strokes_of(draft: DraftTable) -> Strokes:
    """Return how far a stored draft is."""
    return Strokes(draft.tab, draft.seq)

"""Decisions of readers on slices, taken back."""

from sqlalchemy.orm import Session

from core.errors import Conflict
from core.records.decisions import DECIDED, Decision
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import Store
from core.store.masks.draft_rows import is_drawn_on
from core.store.masks.masks import locked_slice, require_newest
from core.store.slices.history import change_status
from core.store.tables.slices import SliceTable


def take_back(
    store: Store,
    slice_id: int,
    reader: str,
    decided: Status,
    newest_id: int | None,
    before: Status | None = None,
) -> Status:
    """Undo an approval or a rejection; returns what the slice is then. Its mask stays as it is.

    Args:
        store: where it is.
        slice_id: which slice.
        reader: who takes it back.
        decided: what is taken back, approved or rejected.
        newest_id: the version that the reader sees.
        before: what the slice was before, where the reader undoes what was done a moment ago; else a slice
            whose mask is a model's is predicted again, and any other is in progress.

    Raises:
        Conflict: when the slice is something else by now, or shows another mask; nothing is changed then.
        NotFound: when there is no such slice.
    """
    if decided not in DECIDED:
        raise ValueError(f"decided must be approved or rejected, got {decided}")
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        if row.status != decided:
            raise Conflict(f"this slice is {row.status} by now and no longer {decided}; nothing was changed")
        require_newest(session, row, newest_id)
        status = _as_before(session, row, before)
        if decided == Status.APPROVED:
            row.approved_version_id = None
        change_status(session, row, status, Decision(reader))
        return status


def _as_before(session: Session, row: SliceTable, before: Status | None) -> Status:
    """Return what a slice is without the decision."""
    if before == Status.REJECTED:
        return before
    if before == Status.APPROVED and row.approved_version_id == row.newest_version_id is not None:
        return before
    drawn_on = is_drawn_on(session, row)
    if not drawn_on and row.newest_origin is None:
        return Status.NEW
    if not drawn_on and row.newest_origin == Origin.MODEL:
        return Status.PREDICTED
    return Status.IN_PROGRESS

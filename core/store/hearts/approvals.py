"""Who approved the slices of a heart, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.records.slices import Status
from core.store.database import Store
from core.store.tables.derived import StatusChangeTable
from core.store.tables.slices import SliceTable


@dataclass(frozen=True)
class Approval:
    """Slices of a heart that one person approved, and that still are."""

    person: str  # "" where a mask came along with its image
    n_slices: int
    newest_at: datetime


def approvals(store: Store, series_id: int) -> list[Approval]:
    """Return who approved slices of a series, those with most first; what was taken back counts no more."""
    newest = (
        select(func.max(StatusChangeTable.id))
        .join(SliceTable, SliceTable.id == StatusChangeTable.slice_id)
        .where(
            SliceTable.series_id == series_id,
            SliceTable.status == Status.APPROVED,
            StatusChangeTable.after == Status.APPROVED,
        )
        .group_by(StatusChangeTable.slice_id)
    )
    n_slices = func.count()
    query = (
        select(StatusChangeTable.person, n_slices, func.max(StatusChangeTable.changed_at))
        .where(StatusChangeTable.id.in_(newest))
        .group_by(StatusChangeTable.person)
        .order_by(n_slices.desc(), StatusChangeTable.person)
    )
    with store.reading() as session:
        return [Approval(*row) for row in session.execute(query).tuples()]

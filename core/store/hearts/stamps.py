"""Whether anything of a heart that its rank rests on is another one: what is kept of it goes by that."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.records.slices import Status
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.tables.hearts import HeartFactTable, SliceDecisionTable
from core.store.tables.slices import SliceTable


def heart_stamps(store: Store, series_ids: Sequence[int]) -> dict[int, str]:
    """Return a text of each series that is another one after any change of its masks, statuses or choices."""
    with store.reading() as session:
        return {
            number: stamp for part in parts(series_ids) for number, stamp in stamps_in(session, part).items()
        }


def stamps_in(session: Session, series_ids: Sequence[int]) -> dict[int, str]:
    """Return them of a few hundred series, as a transaction sees them; of those that are gone, none."""
    approved, rejected = (
        func.sum(SliceTable.id).filter(SliceTable.status == one) for one in (Status.APPROVED, Status.REJECTED)
    )
    versions = func.max(SliceTable.newest_version_id), func.sum(SliceTable.newest_version_id)
    others = func.sum(SliceTable.disagreement), func.sum(SliceTable.position * SliceTable.from_base)
    slices = (
        select(SliceTable.series_id, *versions, approved, rejected, *others)
        .where(SliceTable.series_id.in_(series_ids))
        .group_by(SliceTable.series_id)
    )
    facts = (
        select(HeartFactTable.series_id, func.max(HeartFactTable.id))
        .where(HeartFactTable.series_id.in_(series_ids))
        .group_by(HeartFactTable.series_id)
    )
    decisions = (
        select(SliceTable.series_id, func.max(SliceDecisionTable.id))
        .join(SliceTable, SliceTable.id == SliceDecisionTable.slice_id)
        .where(SliceTable.series_id.in_(series_ids))
        .group_by(SliceTable.series_id)
    )
    given, decided = (dict(session.execute(one).tuples().all()) for one in (facts, decisions))
    return {
        row[0]: repr((*row[1:], given.get(row[0]), decided.get(row[0]))) for row in session.execute(slices)
    }

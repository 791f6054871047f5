"""Whether anything of a heart that its rank rests on is another one: what pages keep goes by that."""

from sqlalchemy import func, select

from core.records.slices import Status
from core.store.database import Store
from core.store.tables.hearts import HeartFactTable, SliceDecisionTable
from core.store.tables.slices import SliceTable


def heart_stamps(store: Store) -> dict[int, str]:
    """Return a text of each series that is another one after any change of its masks, statuses or choices."""
    approved, rejected = (
        func.total(SliceTable.id).filter(SliceTable.status == one)
        for one in (Status.APPROVED, Status.REJECTED)
    )
    versions = func.max(SliceTable.newest_version_id), func.total(SliceTable.newest_version_id)
    others = func.total(SliceTable.disagreement), func.total(SliceTable.position * SliceTable.from_base)
    slices = select(SliceTable.series_id, *versions, approved, rejected, *others).group_by(
        SliceTable.series_id
    )
    facts = select(HeartFactTable.series_id, func.max(HeartFactTable.id)).group_by(HeartFactTable.series_id)
    decisions = (
        select(SliceTable.series_id, func.max(SliceDecisionTable.id))
        .join(SliceTable, SliceTable.id == SliceDecisionTable.slice_id)
        .group_by(SliceTable.series_id)
    )
    with store.snapshot(), store.reading() as session:
        given, decided = (dict(session.execute(one).tuples().all()) for one in (facts, decisions))
        return {
            row[0]: repr((*row[1:], given.get(row[0]), decided.get(row[0])))
            for row in session.execute(slices)
        }

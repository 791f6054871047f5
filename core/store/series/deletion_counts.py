"""What a deletion of series would take along: counted before it, and told after it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records.masks import Origin
from core.records.slices import Status
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.tables.derived import ScoreTable
from core.store.tables.masks import DraftTable, MaskTable, PredictionTable
from core.store.tables.slices import SeriesTable, SliceTable


@dataclass(frozen=True)
class DeletionCounts:
    """What a deletion takes along."""

    n_series: int = 0
    n_patients: int = 0  # whose series they are
    whole_patients: tuple[str, ...] = ()  # those who have no other series
    n_slices: int = 0
    n_approved: int = 0  # slices
    versions: dict[Origin, int] = field(default_factory=dict)
    n_drafts: int = 0
    n_predictions: int = 0
    n_scores: int = 0


def count_deletion(store: Store, series_ids: Sequence[int]) -> DeletionCounts:
    """Return how much a deletion of these series would take along.

    Raises:
        NotFound: when one of them is not there.
    """
    with store.reading() as session:
        return count_series(session, sorted(set(series_ids)))


def count_series(session: Session, ids: Sequence[int]) -> DeletionCounts:
    """Return how much hangs on the series."""
    totals: Counter[str] = Counter()
    versions: Counter[Origin] = Counter()
    owners: Counter[str] = Counter()
    for part in parts(ids):
        whose = select(SeriesTable.id, SeriesTable.patient).where(SeriesTable.id.in_(part))
        there = dict(session.execute(whose).tuples().all())
        absent = next((number for number in part if number not in there), None)
        if absent is not None:
            raise NotFound(f"there is no series {absent} in the store; it may be in another one")
        owners.update(there.values())
        slices = slices_in(part)
        approved = SliceTable.status == Status.APPROVED
        totals["slices"] += _how_many(session, slices)
        totals["approved"] += _how_many(session, slices.where(approved))
        for table in (DraftTable, PredictionTable, ScoreTable):
            totals[table.__tablename__] += _how_many(
                session, select(table.slice_id).where(table.slice_id.in_(slices))
            )
        by_origin = select(MaskTable.origin, func.count()).where(MaskTable.slice_id.in_(slices))
        for origin, n in session.execute(by_origin.group_by(MaskTable.origin)):
            versions[Origin(origin)] += n
    return DeletionCounts(
        n_series=len(ids),
        n_patients=len(owners),
        whole_patients=_whole(session, owners),
        n_slices=totals["slices"],
        n_approved=totals["approved"],
        versions=dict(versions),
        n_drafts=totals["draft"],
        n_predictions=totals["prediction"],
        n_scores=totals["score"],
    )


def _whole(session: Session, owners: Counter[str]) -> tuple[str, ...]:
    """Patients all of whose series are among those counted."""
    whole: list[str] = []
    for part in parts(sorted(owners)):
        having = (
            select(SeriesTable.patient, func.count())
            .where(SeriesTable.patient.in_(part))
            .group_by(SeriesTable.patient)
        )
        whole += [patient for patient, n in session.execute(having) if n == owners[patient]]
    return tuple(sorted(whole))


def slices_in(series_ids: Sequence[int]) -> Select[int]:
    """Return the ids of all slices of a few hundred series, as a query."""
    return select(SliceTable.id).where(SliceTable.series_id.in_(series_ids))


def _how_many(session: Session, query: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0

"""What readers decided on hearts: kept with who and when, and never changed afterwards."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.labels import HEART, Label
from core.records.hearts import GivenFact, HeartChoices, HeartFact, LeftOut, SliceDecision
from core.store.database import Store
from core.store.slices.history import forget_stakes
from core.store.tables.hearts import HeartFactTable, SliceDecisionTable
from core.store.tables.slices import SeriesTable, SliceTable

KEYS = {structure.key: structure.label for structure in HEART.structures}


def heart_choices(store: Store, series_id: int) -> HeartChoices:
    """Return what holds now: the newest of each fact, and of each slice and cavity."""
    facts = (
        select(func.max(HeartFactTable.id))
        .where(HeartFactTable.series_id == series_id)
        .group_by(HeartFactTable.fact)
    )
    decisions = (
        select(func.max(SliceDecisionTable.id))
        .join(SliceTable, SliceTable.id == SliceDecisionTable.slice_id)
        .where(SliceTable.series_id == series_id)
        .group_by(SliceDecisionTable.slice_id, SliceDecisionTable.structure)
    )
    of_slices = (
        select(SliceDecisionTable, SliceTable.position, SliceTable.phase)
        .join(SliceTable, SliceTable.id == SliceDecisionTable.slice_id)
        .where(SliceDecisionTable.id.in_(decisions))
        .order_by(SliceDecisionTable.id)
    )
    with store.reading() as session:
        given = session.scalars(select(HeartFactTable).where(HeartFactTable.id.in_(facts)))
        return HeartChoices(
            {
                HeartFact(row.fact): GivenFact(row.value, row.reader, row.given_at)
                for row in given
                if row.value is not None
            },
            tuple(
                SliceDecision(
                    LeftOut(position, phase, KEYS[row.structure]), row.counts, row.reader, row.decided_at
                )
                for row, position, phase in session.execute(of_slices).tuples()
                if row.structure in KEYS
            ),
        )


def give_facts(store: Store, series_id: int, values: Mapping[HeartFact, float | None], reader: str) -> None:
    """Keep what a reader says of a heart, all at once; None takes back what was said.

    Raises:
        NotFound: when there is no such series.
    """
    with store.unit_of_work() as session:
        _require_series(session, series_id)
        forget_stakes(session, {series_id})
        for fact, value in values.items():
            session.add(HeartFactTable(series_id=series_id, fact=fact.value, value=value, reader=reader))


def decide_slice(
    store: Store, series_id: int, position: int, phase: int, cavity: Label, *, counts: bool, reader: str
) -> None:
    """Keep whether a slice counts for a cavity.

    Raises:
        NotFound: when there is no such slice.
    """
    with store.unit_of_work() as session:
        slice_id = session.scalar(
            select(SliceTable.id).where(
                SliceTable.series_id == series_id, SliceTable.position == position, SliceTable.phase == phase
            )
        )
        if slice_id is None:
            raise NotFound(
                f"series {series_id} has no slice {position + 1} at phase {phase + 1}; it may be deleted"
            )
        forget_stakes(session, {series_id})
        structure = HEART.structures[cavity].key
        session.add(SliceDecisionTable(slice_id=slice_id, structure=structure, counts=counts, reader=reader))


def _require_series(session: Session, series_id: int) -> None:
    if session.get(SeriesTable, series_id) is None:
        raise NotFound(f"there is no series {series_id} in the store; it may be in another one")

"""Hearts in the order in which they are worth a look: what is at stake in each is kept until it changes."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, delete, exists, func, select

from core.records.slices import Split
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.hearts.stamps import stamps_in
from core.store.tables.hearts import HeartStakeTable
from core.store.tables.slices import PatientTable, SeriesTable


def hearts_in_order(store: Store, text: str = "", offset: int = 0, limit: int | None = None) -> list[int]:
    """Return series with the most EF points at stake first, a patient's second after the first of all others.

    Those of which it is not known come last. The demo's are in it where there are no others.

    Args:
        store: where they are.
        text: part of the patient's name or the series'.
        offset: how many are passed over.
        limit: how many at most.
    """
    unknown, points = HeartStakeTable.ef_points.is_(None), HeartStakeTable.ef_points.desc()
    turn = func.row_number().over(
        partition_by=SeriesTable.patient, order_by=(unknown, points, SeriesTable.id)
    )
    query = (
        select(SeriesTable.id)
        .outerjoin(HeartStakeTable, HeartStakeTable.series_id == SeriesTable.id)
        .where(*_listed(text))
        .order_by(unknown, turn, points, SeriesTable.id)
        .offset(offset)
        .limit(limit)
    )
    with store.reading() as session:
        return list(session.scalars(query))


def count_hearts(store: Store, text: str = "") -> int:
    """Return how many hearts that list has."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(SeriesTable).where(*_listed(text))) or 0


def unranked_hearts(store: Store, text: str = "") -> list[int]:
    """Return those of them of which it is not known what is at stake, or that changed since, oldest first."""
    ranked = exists().where(HeartStakeTable.series_id == SeriesTable.id)
    query = select(SeriesTable.id).where(~ranked, *_listed(text)).order_by(SeriesTable.id)
    with store.reading() as session:
        return list(session.scalars(query))


def keep_stakes(store: Store, stakes: Mapping[int, tuple[str, float]]) -> None:
    """Keep by series what is at stake in it, in EF points, with the stamp that it had when that was found.

    A heart that has changed since keeps nothing. On a server a stroke may change its status in this very
    moment; saving what was drawn then forgets what is kept here.
    """
    with store.unit_of_work() as session:
        for part in parts(list(stakes)):
            session.execute(delete(HeartStakeTable).where(HeartStakeTable.series_id.in_(part)))
            now = stamps_in(session, part)
            session.add_all(
                HeartStakeTable(series_id=number, ef_points=stakes[number][1])
                for number in part
                if now.get(number) == stakes[number][0]
            )


def _listed(text: str) -> Sequence[ColumnElement[bool]]:
    """The conditions on a series to be in the list."""
    of_demo = select(PatientTable.name).where(PatientTable.split == Split.DEMO)
    only_demo = ~exists().where(PatientTable.split != Split.DEMO)
    conditions = [SeriesTable.patient.not_in(of_demo) | only_demo]
    if wanted := text.strip():
        in_patient = SeriesTable.patient.icontains(wanted, autoescape=True)
        conditions.append(in_patient | SeriesTable.name.icontains(wanted, autoescape=True))
    return conditions

"""From which end a series is counted: as its planes lie, as its masks are large, or as a reader says."""

import math

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.labels import HEART
from core.metrics.location import larger_end
from core.records.orientation import BaseEnd, BaseTold, number_from_base
from core.store.database import Store
from core.store.slices.history import forget_stakes
from core.store.tables.derived import MaskLabelTable
from core.store.tables.slices import SeriesTable, SliceTable
from core.store.trail import Action, record_event


def from_base(position: int, furthest: int, base: BaseEnd) -> int:
    """Return how many slices lie between a position of the source and the base.

    >>> from_base(1, 9, BaseEnd.LAST), from_base(1, 9, BaseEnd.UNKNOWN)
    (8, 1)
    """
    return number_from_base(position, furthest + 1, base) - 1


def settle_base(store: Store, series_id: int) -> None:
    """Find the base of a series from the masks that it shows, unless it is known already."""
    with store.unit_of_work() as session:
        find_base(session, series_id)


def find_base(session: Session, series_id: int) -> None:
    """Do so inside a unit of work."""
    series = session.get_one(SeriesTable, series_id)
    if series.base_told != BaseTold.NOBODY or series.n_positions < 2:
        return
    session.flush()
    base = larger_end(_heart_by_position(session, series_id))
    if base is not BaseEnd.UNKNOWN:
        _count_from(session, series, base, BaseTold.MASKS)


def count_from_other_end(store: Store, series_id: int, person: str = "") -> None:
    """Let readers count the slices of a series from the other end, whoever said otherwise before.

    Raises:
        NotFound: when there is no such series.
    """
    with store.unit_of_work() as session:
        series = session.get(SeriesTable, series_id, with_for_update=True)
        if series is None:
            raise NotFound(f"there is no series {series_id} in the store; it may be in another one")
        _count_from(session, series, BaseEnd(series.base).other, BaseTold.READER)
        record_event(session, person, Action.SERIES_COUNTED, f"series {series_id}", series.base)


def _count_from(session: Session, series: SeriesTable, base: BaseEnd, told: BaseTold) -> None:
    series.base, series.base_told = base, told
    forget_stakes(session, {series.id})
    rows = session.scalars(select(SliceTable).where(SliceTable.series_id == series.id)).all()
    furthest = max(row.position for row in rows)
    for row in rows:
        row.from_base = from_base(row.position, furthest, base)


def _heart_by_position(session: Session, series_id: int) -> np.ndarray:
    """Mean area of the heart at each position of the source, (positions,), pixels; NaN without a mask."""
    heart = select(MaskLabelTable.mask_id, func.sum(MaskLabelTable.pixels).label("pixels"))
    heart = heart.where(MaskLabelTable.label.in_(HEART.foreground)).group_by(MaskLabelTable.mask_id)
    drawn = (
        select(SliceTable.newest_version_id)
        .where(SliceTable.series_id == series_id, SliceTable.newest_version_id.is_not(None))
        .scalar_subquery()
    )
    areas = heart.where(MaskLabelTable.mask_id.in_(drawn)).subquery()
    query = (
        select(SliceTable.position, func.avg(areas.c.pixels))
        .outerjoin(areas, areas.c.mask_id == SliceTable.newest_version_id)
        .where(SliceTable.series_id == series_id)
        .group_by(SliceTable.position)
        .order_by(SliceTable.position)
    )
    means = [mean for _, mean in session.execute(query)]
    return np.array([math.nan if mean is None else float(mean) for mean in means])

"""The queue: slices listed, filtered and sorted by the database, a window at a time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import Origin, SliceRow, Split, Status
from core.store.database import Store
from core.store.history import become
from core.store.parts import parts
from core.store.tables import PatientTable, PredictionTable, SeriesTable, SliceTable


class Order(StrEnum):
    """How the queue may be sorted."""

    WORTH = "most worth a look first"
    UNCERTAINTY = "most uncertain first"
    IMPORTED = "as imported"
    NEWEST = "newest import first"
    PATIENT = "patient"
    STATUS = "status"


ORDERS = {
    Order.WORTH: (SliceTable.worth.is_(None), SliceTable.worth.desc(), SliceTable.id),
    Order.UNCERTAINTY: (SliceTable.uncertainty.is_(None), SliceTable.uncertainty.desc(), SliceTable.id),
    Order.IMPORTED: (SliceTable.id,),
    Order.NEWEST: (SliceTable.id.desc(),),
    Order.PATIENT: (SliceTable.patient, SliceTable.id),
    Order.STATUS: (SliceTable.status, SliceTable.id),
}


@dataclass(frozen=True)
class Filter:
    """Which slices; what is left out does not matter."""

    statuses: tuple[Status, ...] = ()
    splits: tuple[Split, ...] = ()
    patient: str = ""  # part of the name
    series_id: int | None = None
    phase: int | None = None
    without_version: bool = False
    unpredicted_by: int | None = None  # id of a model that has said nothing of the slice yet

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        found: list[ColumnElement[bool]] = []
        if self.statuses:
            found.append(SliceTable.status.in_(self.statuses))
        if self.splits:
            found.append(SliceTable.split.in_(self.splits))
        if self.patient:
            found.append(SliceTable.patient.icontains(self.patient, autoescape=True))
        if self.series_id is not None:
            found.append(SliceTable.series_id == self.series_id)
        if self.phase is not None:
            found.append(SliceTable.phase == self.phase)
        if self.without_version:
            found.append(SliceTable.newest_version_id.is_(None))
        if self.unpredicted_by is not None:
            said = select(PredictionTable.slice_id).where(
                PredictionTable.slice_id == SliceTable.id, PredictionTable.model_id == self.unpredicted_by
            )
            found.append(~said.exists())
        return found


ALL = Filter()


def list_slices(
    store: Store,
    chosen: Filter = ALL,
    order: Order = Order.IMPORTED,
    offset: int = 0,
    limit: int | None = 100,
) -> list[SliceRow]:
    """A window of the queue."""
    query = _rows().where(*chosen.conditions()).order_by(*ORDERS[order]).offset(offset).limit(limit)
    with store.reading() as session:
        return [_record(*pair) for pair in session.execute(query)]


def count_slices(store: Store, chosen: Filter = ALL) -> int:
    """How many the filter leaves."""
    with store.reading() as session:
        query = select(func.count()).select_from(SliceTable).where(*chosen.conditions())
        return session.scalar(query) or 0


def count_by(store: Store) -> dict[tuple[Split, Status], int]:
    """How many slices there are of each split and status."""
    query = select(SliceTable.split, SliceTable.status, func.count()).group_by(
        SliceTable.split, SliceTable.status
    )
    with store.reading() as session:
        return {(Split(split), Status(status)): n for split, status, n in session.execute(query)}


def count_shown(store: Store) -> dict[Origin | None, int]:
    """How many slices show a mask of each origin; None counts those without a mask."""
    query = select(SliceTable.newest_origin, func.count()).group_by(SliceTable.newest_origin)
    with store.reading() as session:
        return {Origin(origin) if origin else None: n for origin, n in session.execute(query)}


def count_places(store: Store) -> tuple[int, int]:
    """(patients, series) in the store."""
    with store.reading() as session:
        patients = session.scalar(select(func.count()).select_from(PatientTable)) or 0
        return patients, session.scalar(select(func.count()).select_from(SeriesTable)) or 0


def slice_after(
    store: Store, slice_id: int, chosen: Filter = ALL, order: Order = Order.IMPORTED
) -> int | None:
    """The slice that follows in the queue, whether or not the filter still leaves the given one in it."""
    left = or_(and_(true(), *chosen.conditions()), SliceTable.id == slice_id)
    following = func.lead(SliceTable.id).over(order_by=ORDERS[order]).label("following")
    queue = select(SliceTable.id, following).where(left).subquery()
    with store.reading() as session:
        return session.scalar(select(queue.c.following).where(queue.c.id == slice_id))


def slice_row(store: Store, slice_id: int) -> SliceRow:
    """One slice.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        found = session.execute(_rows().where(SliceTable.id == slice_id)).first()
    if found is None:
        raise NotFound(f"there is no slice {slice_id} in the store; choose one from the queue")
    return _record(*found)


def slices_at(store: Store, series_id: int, places: Sequence[tuple[int, int]]) -> list[SliceRow]:
    """The slices at places (position, phase) of a series, as far as there are any."""
    place, of_series = tuple_(SliceTable.position, SliceTable.phase), SliceTable.series_id == series_id
    with store.reading() as session:
        found = [row for part in parts(places) for row in rows_where(session, of_series, place.in_(part))]
    return sorted(found, key=lambda row: row.id)


def slice_pixels(store: Store, row: SliceRow) -> np.ndarray:
    """The image as imported, (height, width)."""
    return store.arrays.load(row.image_sha256)


def set_status(store: Store, slice_id: int, status: Status) -> None:
    """Say how far a slice is."""
    with store.unit_of_work() as session:
        row = session.get(SliceTable, slice_id)
        if row is None:
            raise NotFound(f"there is no slice {slice_id} in the store; choose one from the queue")
        become(session, row, status)


def slices_of(store: Store, slice_ids: Sequence[int]) -> dict[int, SliceRow]:
    """The slices of these ids, by id; an id that is not in the store is left out."""
    found: dict[int, SliceRow] = {}
    with store.reading() as session:
        for part in parts(slice_ids):
            found |= {row.id: row for row in rows_where(session, SliceTable.id.in_(part))}
    return found


def rows_where(session: Session, *conditions: ColumnElement[bool]) -> list[SliceRow]:
    """The slices that conditions in SQL leave, as imported; for other tables of the store."""
    return [_record(*pair) for pair in session.execute(_rows().where(*conditions).order_by(SliceTable.id))]


def save_worth(store: Store, assessed: Mapping[int, tuple[float, Sequence[str]]]) -> None:
    """Keep for each slice id how much a correction is worth and why, in words."""
    with store.unit_of_work() as session:
        for part in parts(list(assessed)):
            for row in session.scalars(select(SliceTable).where(SliceTable.id.in_(part))):
                worth, reasons = assessed[row.id]
                row.worth, row.reasons = worth, json.dumps(list(reasons))


def _rows() -> Select[SliceTable, SeriesTable]:
    return select(SliceTable, SeriesTable).join(SeriesTable, SliceTable.series_id == SeriesTable.id)


def _record(row: SliceTable, series: SeriesTable) -> SliceRow:
    spacing = json.loads(series.geometry)["spacing_mm"]
    return SliceRow(
        id=row.id,
        series_id=row.series_id,
        patient=row.patient,
        series=series.name,
        split=Split(row.split),
        position=row.position,
        phase=row.phase,
        status=Status(row.status),
        height=row.height,
        width=row.width,
        image_sha256=row.image_sha256,
        spacing_mm=(spacing[0], spacing[1]) if spacing else None,
        trigger_time_ms=row.trigger_time_ms,
        newest_version_id=row.newest_version_id,
        newest_origin=Origin(row.newest_origin) if row.newest_origin else None,
        uncertainty=row.uncertainty,
        disagreement=row.disagreement,
        worth=row.worth,
        reasons=tuple(json.loads(row.reasons)),
        source=row.source,
    )

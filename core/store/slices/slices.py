"""The queue: slices listed, filtered and sorted by the database, a window at a time."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records.decisions import Decision
from core.records.masks import Origin
from core.records.reasons import Reason
from core.records.slices import SliceIds, SliceRow, Split, Status
from core.store.codec import reasons_from_json, reasons_to_json
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.slices.conditions import changed_since_approved
from core.store.slices.filters import ALL, ORDERS, Filter, Order
from core.store.slices.history import NOBODY, change_status
from core.store.tables.slices import SeriesTable, SliceTable

BLOCK = 10_000  # rows that a database sends at once, where only numbers are asked for


def list_slices(
    store: Store,
    chosen: Filter = ALL,
    order: Order = Order.IMPORTED,
    offset: int = 0,
    limit: int | None = 100,
) -> list[SliceRow]:
    """Return a window of the queue."""
    query = (
        _rows().where(*chosen.conditions(in_order=True)).order_by(*ORDERS[order]).offset(offset).limit(limit)
    )
    with store.reading() as session:
        return [_record(*pair) for pair in session.execute(query)]


def list_ids(store: Store, chosen: Filter = ALL) -> SliceIds:
    """Return all slices of the queue by their numbers alone, stack by stack."""
    with store.reading() as session:
        return ids_where(session, *chosen.conditions(in_order=True))


def has_slices(store: Store) -> bool:
    """Return whether there is any slice, which takes no longer of a million than to see one."""
    with store.reading() as session:
        return session.scalar(select(SliceTable.id).limit(1)) is not None


def count_slices(store: Store, chosen: Filter = ALL) -> int:
    """Return how many slices the filter leaves."""
    return count_where(store, *chosen.conditions())


def count_where(store: Store, *conditions: ColumnElement[bool]) -> int:
    """Return how many slices conditions in SQL leave."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(SliceTable).where(*conditions)) or 0


def places_in_series(store: Store, series_id: int) -> list[tuple[int, int, int, int | None]]:
    """Return id, number from the base, phase and newest version of each slice of a series, nothing else."""
    query = select(SliceTable.id, SliceTable.from_base, SliceTable.phase, SliceTable.newest_version_id)
    with store.reading() as session:
        rows = session.execute(query.where(SliceTable.series_id == series_id).order_by(SliceTable.id))
        return list(rows.tuples())


def changed_among(store: Store, slice_ids: Sequence[int]) -> set[int]:
    """Return those of the slices that have another mask, or strokes, since somebody approved them."""
    with store.reading() as session:
        query = select(SliceTable.id).where(changed_since_approved())
        return {
            number
            for part in parts(slice_ids)
            for number in session.scalars(query.where(SliceTable.id.in_(part)))
        }


def slice_row(store: Store, slice_id: int) -> SliceRow:
    """Return one slice.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        pair = session.execute(_rows().where(SliceTable.id == slice_id)).first()
    if pair is None:
        raise NotFound(f"there is no slice {slice_id} in the store; choose one from the queue")
    return _record(*pair)


def slices_at(store: Store, series_id: int, places: Sequence[tuple[int, int]]) -> list[SliceRow]:
    """Return the slices at (place from the base, phase) of a series, as far as there are any."""
    place, of_series = tuple_(SliceTable.from_base, SliceTable.phase), SliceTable.series_id == series_id
    with store.reading() as session:
        rows = [row for part in parts(places) for row in rows_where(session, of_series, place.in_(part))]
    return sorted(rows, key=lambda row: row.id)


def slice_pixels(store: Store, row: SliceRow) -> np.ndarray:
    """Return the image as imported, (height, width)."""
    return store.arrays.load(row.image_sha256)


def pixels_of(store: Store, rows: Sequence[SliceRow]) -> list[np.ndarray]:
    """Return the images of slices as imported, those of another machine read several at a time."""
    return store.arrays.load_all([row.image_sha256 for row in rows])


def set_status(store: Store, slice_id: int, status: Status, decision: Decision = NOBODY) -> None:
    """Say how far a slice is, who says so and why; a reason may also come after the status."""
    with store.unit_of_work() as session:
        row = session.get(SliceTable, slice_id, with_for_update=True)
        if row is None:
            raise NotFound(f"there is no slice {slice_id} in the store; choose one from the queue")
        change_status(session, row, status, decision)


def slices_by_id(store: Store, slice_ids: Sequence[int]) -> dict[int, SliceRow]:
    """Return the slices of these ids, by id; an id that is not in the store is left out."""
    by_id: dict[int, SliceRow] = {}
    with store.reading() as session:
        for part in parts(slice_ids):
            by_id |= {row.id: row for row in rows_where(session, SliceTable.id.in_(part))}
    return by_id


def rows_where(session: Session, *conditions: ColumnElement[bool]) -> list[SliceRow]:
    """Return the slices that conditions in SQL leave, as imported; for other tables of the store."""
    return [_record(*pair) for pair in session.execute(_rows().where(*conditions).order_by(SliceTable.id))]


def ids_where(session: Session, *conditions: ColumnElement[bool]) -> SliceIds:
    """Return the numbers of what `rows_where` lists, stack by stack, without a row for each in memory."""
    query = select(SliceTable.id, SliceTable.series_id, SliceTable.phase).where(*conditions)
    query = query.order_by(SliceTable.series_id, SliceTable.phase, SliceTable.id)
    rows = session.execute(query, execution_options={"yield_per": BLOCK})
    numbers = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
    return SliceIds(*numbers.T)


def save_worth(store: Store, assessed: Mapping[int, tuple[float, Sequence[Reason]]]) -> None:
    """Keep for each slice id how much a correction is worth and why."""
    with store.unit_of_work() as session:
        for part in parts(list(assessed)):
            for row in session.scalars(select(SliceTable).where(SliceTable.id.in_(part))):
                worth, reasons = assessed[row.id]
                row.worth, row.reasons = worth, reasons_to_json(reasons)


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
        reasons=reasons_from_json(row.reasons),
        source=row.source,
        from_base=row.from_base,
    )

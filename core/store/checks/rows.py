"""Rows of any number, part by part; and what a slice is called in a sentence."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from core.store.connection.parts import AT_ONCE
from core.store.database import Store
from core.store.tables.slices import SeriesTable, SliceTable

RESTORE = "put a backup of the store in its place"
OnChecked = Callable[[int], None]  # is told how many more rows were checked


def in_parts(
    store: Store, query: Select, *keys: InstrumentedAttribute, most: int = AT_ONCE
) -> Iterator[Sequence[Row]]:
    """Yield the rows of a query in the order of its keys, so many at a time, each part of one moment.

    Args:
        store: where they are.
        query: its first columns are the keys.
        keys: together they tell each row from all others.
        most: rows at a time.
    """
    last: tuple[object, ...] | None = None
    key = tuple_(*keys)
    while True:
        part_query = query if last is None else query.where(key > last)
        with store.reading() as session:
            rows = session.execute(part_query.order_by(*keys).limit(most)).all()
        if not rows:
            return
        yield rows
        last = tuple(rows[-1])[: len(keys)]


def describe_slice(store: Store, slice_id: int) -> str:
    """Return a slice's number, patient, series and place, so that a person finds it."""
    query = select(SliceTable, SeriesTable.name).join(SeriesTable, SliceTable.series_id == SeriesTable.id)
    with store.reading() as session:
        pair = session.execute(query.where(SliceTable.id == slice_id)).first()
    if pair is None:
        return f"slice {slice_id}"
    row, series = pair
    place = f"position {row.position}, phase {row.phase}"
    return f"slice {slice_id} (patient {row.patient}, series {series}, {place})"

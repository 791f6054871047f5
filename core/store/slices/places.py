"""The place of a slice in the queue: which comes next, and how many stand before; indexes are gone along."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import aliased

from core.store.database import Store
from core.store.slices.filters import ALL, HEART_BY_HEART, ORDERS, PLACED, Filter, Order
from core.store.slices.slices import count_where
from core.store.tables.slices import SliceTable

BY_VALUE = {Order.WORTH: SliceTable.worth, Order.UNCERTAINTY: SliceTable.uncertainty}


def slice_after(
    store: Store, slice_id: int, chosen: Filter = ALL, order: Order = Order.IMPORTED
) -> int | None:
    """Return the slice that follows in the queue, whether or not the filter leaves the given one in it."""
    with store.reading() as session:
        here = session.get(SliceTable, slice_id)
        if here is None:
            return None
        query = (
            select(SliceTable.id).where(*chosen.conditions(in_order=True)).order_by(*ORDERS[order]).limit(1)
        )
        following = (session.scalar(query.where(*stretch)) for stretch in _stretches_after(here, order))
        return next((number for number in following if number is not None), None)


def n_before(store: Store, slice_id: int, chosen: Filter = ALL, order: Order = Order.HEART) -> int:
    """Return how many slices stand before this one, in one of the orders that an index goes along.

    The filter may leave the slice out itself.
    """
    if order not in PLACED:
        raise ValueError(f"order must be one of {', '.join(PLACED)}, got {order}")
    before = {
        Order.IMPORTED: SliceTable.id < slice_id,
        Order.NEWEST: SliceTable.id > slice_id,
        Order.HEART: _beyond(slice_id, after=False),
    }
    return count_where(store, *chosen.conditions(in_order=True), before[order])


def _stretches_after(here: SliceTable, order: Order) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Conditions on the slices behind one, a stretch of the order after the other, each along an index."""
    later = SliceTable.id > here.id
    if order is Order.HEART:
        yield (_beyond(here.id, after=True),)
    elif order is Order.IMPORTED:
        yield (later,)
    elif order is Order.NEWEST:
        yield (SliceTable.id < here.id,)
    elif order is Order.STATUS:
        yield (SliceTable.status == here.status, later)
        yield (SliceTable.status > here.status,)
    else:
        column = BY_VALUE[order]
        value = getattr(here, column.key)
        if value is None:
            yield column.is_(None), later
            return
        yield column.is_not(None), column == value, later
        yield column.is_not(None), column < value
        yield (column.is_(None),)


def _beyond(slice_id: int, *, after: bool) -> ColumnElement[bool]:
    """Return the condition to stand after, or before, a slice in the order heart by heart."""
    there = aliased(SliceTable)
    key = (there.patient, there.series_id, there.phase, there.from_base)
    here = select(*key).where(there.id == slice_id).scalar_subquery()
    place = tuple_(*HEART_BY_HEART)
    return place > here if after else place < here

"""A run of very many slices knows them by their numbers, which take few bytes each."""

import tracemalloc

from sqlalchemy import insert, select

from core.records.slices import Split
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.slices.filters import Filter
from core.store.tables.slices import SliceTable
from tests.store.small import small_series


def test_numbers_are_those_of_the_rows(store):
    for patient, split in (("anna", Split.TRAIN), ("bert", Split.TEST), ("carl", Split.TRAIN)):
        add_series(store, small_series(patient=patient, split=split))
    for chosen in (Filter(), Filter(splits=(Split.TRAIN,)), Filter(patient="nobody")):
        rows = slices.list_slices(store, chosen, limit=None)
        numbers = slices.list_ids(store, chosen)
        assert numbers.ids.tolist() == [row.id for row in rows]
        assert numbers.series_ids.tolist() == [row.series_id for row in rows]
        assert len(numbers) == len(rows)


def test_numbers_take_less_than_a_hundred_bytes_for_each_slice(store, monkeypatch):
    add_series(store, small_series())
    with store.unit_of_work() as session:
        row = session.scalars(select(SliceTable)).first()
        one = {column.key: getattr(row, column.key) for column in SliceTable.__table__.columns}
        del one["id"]
        session.execute(insert(SliceTable), [one | {"position": 10 + number} for number in range(20_000)])
    monkeypatch.setattr(slices, "BLOCK", 100)
    slices.list_ids(store)  # what is prepared once
    tracemalloc.start()
    try:
        numbers = slices.list_ids(store)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(numbers) > 20_000
    assert peak < 100 * len(numbers)

"""Columns of very many rows are those of the rows, and while they are read nothing holds up other threads."""

import gc

import numpy as np
from sqlalchemy import Select, String, cast, func, literal, select

from core.store.database import Store
from core.store.slices import columns
from core.store.slices.columns import columns_of, floats, integers, tables, words

N_ROWS = 50_000


def counting_to(n: int) -> Select:
    """Rows of (number, its remainder by 3 as a word)."""
    numbers = select(func.max(0).label("number")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number + 1 < n))
    return select(numbers.c.number, literal("word ") + cast(numbers.c.number % 3, String))


def read(store: Store, *queries: Select) -> list[np.ndarray]:
    with store.reading() as session:
        return columns_of(session.connection(), [integers, words()], *queries)


def test_rows_of_several_parts_and_queries_come_in_their_order(store, monkeypatch):
    monkeypatch.setattr(columns, "AT_ONCE", 4)
    numbers, names = read(store, counting_to(10), counting_to(3))
    assert numbers.tolist() == [*range(10), *range(3)]
    assert names.tolist()[:4] == ["word 0", "word 1", "word 2", "word 0"]
    assert names[0] is names[3] is names[-3]


def test_no_rows_are_columns_of_their_kind(store):
    numbers, names = read(store, counting_to(3).where(False))
    assert (numbers.dtype, numbers.shape, names.dtype, names.shape) == (np.int64, (0,), object, (0,))
    assert tables("<i4", 2, 2)(()).shape == (0, 2, 2)
    assert np.isnan(floats([None, 1.5])).tolist() == [True, False]


def test_python_does_not_look_through_all_its_objects_while_rows_come(store, monkeypatch):
    def collections() -> int:
        """How often it looked through more than the newest."""
        gc.collect()
        before = gc.get_stats()[1]["collections"]
        assert len(read(store, counting_to(N_ROWS))[0]) == N_ROWS
        return gc.get_stats()[1]["collections"] - before

    assert collections() < 3
    monkeypatch.setattr(columns, "AT_ONCE", 5000)
    assert collections() > 5

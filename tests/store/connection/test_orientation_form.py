"""Older stores: series whose planes tell where the base is count from it, and the way back forgets it."""

import json

import pytest
import sqlalchemy as sa

from core.records.orientation import AS_SOURCE, BaseEnd, BaseTold
from core.store.series.series import list_series
from core.store.slices.slices import list_slices
from tests.servers.databases import behind
from tests.store.old_form import GEOMETRY, take_back, write_old_store
from tests.store.small import open_at

TO_THE_APEX = [[0.8, 0.0, -5.2, 0.0], [0.0, 0.8, 4.5, 0.0], [0.9, 0.9, -4.1, 0.0], [0.0, 0.0, 0.0, 1.0]]
TO_THE_BASE = [[*row[:2], -row[2], row[3]] for row in TO_THE_APEX]
PLAIN = [[1.5, 0.0, 0.0, 0.0], [0.0, 1.2, 0.0, 0.0], [0.0, 0.0, 8.0, 0.0], [0.0, 0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    ("affine", "base", "places"),
    [
        (TO_THE_APEX, BaseEnd.FIRST, [0, 1]),
        (TO_THE_BASE, BaseEnd.LAST, [1, 0]),
        (PLAIN, BaseEnd.UNKNOWN, [0, 1]),
        (None, BaseEnd.UNKNOWN, [0, 1]),
    ],
    ids=["to the apex", "to the base", "voxel sizes alone", "nothing"],
)
def test_an_older_stores_slices_count_from_the_base_where_planes_tell(tmp_path, affine, base, places):
    write_old_store(tmp_path, "0006")
    with behind(tmp_path) as connection:
        connection.execute("UPDATE series SET geometry = ?", (json.dumps(GEOMETRY | {"affine": affine}),))
        connection.commit()
    store = open_at(tmp_path)
    (series,) = list_series(store)
    assert (series.turn, series.base) == (AS_SOURCE, base)
    assert series.base_told is (BaseTold.SOURCE if base else BaseTold.NOBODY)
    assert [(row.position, row.from_base) for row in list_slices(store)] == list(enumerate(places))
    take_back(store, "0006")
    with store.engine.connect() as connection:
        found = sa.inspect(connection)
        assert {"turn", "base"}.isdisjoint(column["name"] for column in found.get_columns("series"))
        (by_heart,) = [index for index in found.get_indexes("slice") if index["name"] == "slice_by_heart"]
        assert "position" in by_heart["column_names"]

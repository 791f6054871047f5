"""Killed at any moment, the store has everything it acknowledged, and nothing half-written."""

import os
import random
import sqlite3
import subprocess

import pytest

from core.errors import StoreUnavailable
from core.store.database import Store
from core.store.series.series import add_series, list_series
from core.store.slices import slices
from core.store.slices.filters import Filter
from tests.servers.databases import on_postgresql
from tests.store.killing import check, fill, run_and_kill
from tests.store.small import broken_references, damaged_images, open_at, small_series

KILLS = int(os.environ.get("SEPTUM_TEST_KILLS", "25"))


@pytest.mark.crash
def test_nothing_acknowledged_is_lost_and_nothing_is_half_written(tmp_path):
    moments = random.Random(7)
    n_acknowledged = 0
    for kill in range(KILLS):
        acknowledged = run_and_kill(tmp_path, kill, moments.uniform(0, 0.25))
        n_acknowledged += len(acknowledged)
        store = open_at(tmp_path)
        check(store, acknowledged)
        store.engine.dispose()
        store.readers.dispose()
    store = open_at(tmp_path)
    for row in list_series(store, limit=100_000):  # whole series only, each slice with its image
        assert slices.count_slices(store, Filter(series_id=row.id)) == row.n_positions
    assert damaged_images(store) == []
    assert broken_references(store) == []
    if not on_postgresql():
        with sqlite3.connect(store.place) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert n_acknowledged > KILLS  # the kills met it at work, even on a busy machine


@pytest.mark.sqlite
def test_a_full_disk_refuses_and_keeps_what_was_there(small_disk):
    store = open_at(small_disk)
    add_series(store, small_series())
    with pytest.raises(StoreUnavailable, match="free"):
        fill(store)
    assert list_series(store)[-1].patient == "anna"
    assert damaged_images(store) == []
    assert not list(small_disk.rglob("*.partial"))


@pytest.mark.sqlite
def test_a_read_only_home_is_told(small_disk):
    store = open_at(small_disk)
    add_series(store, small_series())
    store.engine.dispose()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreUnavailable, match="permissions|folder you may write"):
        add_series(Store(store.url, store.arrays.url), small_series("bob", seed=3))

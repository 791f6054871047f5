"""Killed at any moment, the store has everything it acknowledged, and nothing half-written."""

import hashlib
import multiprocessing
import os
import random
import sqlite3
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreUnavailable
from core.records import Geometry, Series, Slice
from core.store import drafts, masks, slices
from core.store.database import Store
from core.store.series import add_series, list_series
from core.store.slices import Filter
from tests.store import crash_writer
from tests.store.small import open_at, small_series

FORKS = multiprocessing.get_context("forkserver")  # each writer is a process that need not import all anew
FORKS.set_forkserver_preload(["tests.store.crash_writer"])
KILLS = int(os.environ.get("SEPTUM_TEST_KILLS", "25"))


def run_and_kill(folder: Path, seed: int, seconds: float) -> list[list[str]]:
    """Start the writer, kill it after so long from its first word, and return what it acknowledged."""
    heard, said = FORKS.Pipe(duplex=False)
    writer = FORKS.Process(target=crash_writer.write, args=(folder, seed, said))
    writer.start()
    said.close()  # the writer's is the only one left, so that its death ends what is heard
    first = heard.recv_bytes()
    time.sleep(seconds)
    writer.kill()
    words = [first]
    with suppress(EOFError, OSError):  # a word cut off by the kill acknowledges nothing
        while True:
            words.append(heard.recv_bytes())
    writer.join()
    return [word.decode().split() for word in words]


def check(store: Store, acknowledged: list[list[str]]) -> None:
    """Everything acknowledged is there, byte for byte."""
    stored = {row.id: row for row in list_series(store, limit=100_000)}
    newest_draft = {}
    for kind, number, value in acknowledged:
        if kind == "series":
            assert int(number) in stored
            assert slices.count_slices(store, Filter(series_id=int(number))) == int(value)
        elif kind == "version":
            mask = masks.version(store, int(number)).mask
            assert hashlib.sha256(mask.tobytes()).hexdigest() == value
        else:
            newest_draft[int(number)] = value
    for slice_id, value in list(newest_draft.items())[:-1]:  # the last one may have been overtaken unheard
        draft = drafts.load_draft(store, slice_id, "ann")
        assert draft is not None
        assert hashlib.sha256(draft.mask.tobytes()).hexdigest() == value


def fill(store: Store) -> None:
    """Add series until the store refuses."""
    for number in range(200):
        add_series(store, small_series(f"filler{number}", seed=number))
        add_series(store, large_series())


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
    store = open_at(tmp_path)
    for row in list_series(store, limit=100_000):  # whole series only, each slice with its image
        assert slices.count_slices(store, Filter(series_id=row.id)) == row.n_positions
    assert slices.damaged_arrays(store) == []
    with sqlite3.connect(store.place) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert n_acknowledged > KILLS  # the kills met it at work, even on a busy machine


def large_series() -> Series:
    pixels = np.random.default_rng(0).integers(0, 60_000, (400, 400)).astype(np.uint16)
    return Series("bob", "big", Geometry("png", (400, 400), (1, 1)), (Slice(0, 0, pixels),))


def test_a_full_disk_refuses_and_keeps_what_was_there(small_disk):
    store = open_at(small_disk)
    add_series(store, small_series())
    with pytest.raises(StoreUnavailable, match="free"):
        fill(store)
    assert list_series(store)[-1].patient == "anna"
    assert slices.damaged_arrays(store) == []
    assert not list(small_disk.rglob("*.partial"))


def test_a_read_only_home_is_told(small_disk):
    store = open_at(small_disk)
    add_series(store, small_series())
    store.engine.dispose()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreUnavailable, match="permissions|folder you may write"):
        add_series(Store(store.url, store.arrays.url), small_series("bob", seed=3))

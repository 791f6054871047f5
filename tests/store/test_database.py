"""Readers never wait for writers, a reading is of one moment, and nothing goes into a removed file."""

import os
import shutil
import sqlite3
import threading
import time

import numpy as np
import pytest
from sqlalchemy import func, select

from core.errors import StoreUnavailable
from core.records.slices import Status
from core.store import database
from core.store.database import Store
from core.store.masks import drafts
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.tables.slices import SliceTable
from tests.store.small import open_at, small_series

MASK = np.zeros((6, 5), np.uint8)


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(SliceTable)) or 0


def test_what_one_reading_sees_is_of_one_moment(store):
    with store.reading() as session:
        before = count(session)
        add_series(store, small_series())
        assert (before, count(session)) == (0, 0)
    assert slices.count_slices(store) == 2


def test_all_readings_within_a_snapshot_are_of_one_moment_and_later_ones_are_not(store):
    with store.snapshot():
        assert slices.count_slices(store) == 0
        add_series(store, small_series())
        assert (slices.count_slices(store), slices.list_slices(store)) == (0, [])
        other = threading.Thread(target=lambda: seen.append(slices.count_slices(store)))
        seen: list[int] = []
        other.start()
        other.join()
        assert seen == [2]  # another thread is not in it
    assert slices.count_slices(store) == 2


@pytest.mark.sqlite
def test_readers_do_not_wait_while_sixty_writers_do_and_these_are_told_in_time(store, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 1.0)
    add_series(store, small_series())
    other = sqlite3.connect(store.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told: list[float] = []

    def draw(number: int) -> None:
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="busy"):
            drafts.save_draft(store, 1, f"reader {number}", MASK, parent_id=None, seq=1)
        told.append(time.monotonic() - began)

    writers = [threading.Thread(target=draw, args=(number,)) for number in range(60)]
    for writer in writers:
        writer.start()
    began = time.monotonic()
    for _ in range(20):
        assert slices.count_slices(store) == 2
    assert time.monotonic() - began < 0.9  # none of the sixty has been told yet
    for writer in writers:
        writer.join()
    assert len(told) == 60
    assert max(told) < 5
    other.execute("ROLLBACK")
    assert drafts.save_draft(store, 1, "ann", MASK, parent_id=None, seq=1)


def test_fifty_readers_who_draw_at_once_are_all_acknowledged(store):
    add_series(store, small_series())
    kept: list[bool] = []

    def draw(number: int) -> None:
        for seq in range(1, 4):
            kept.append(drafts.save_draft(store, 1, f"reader {number}", MASK, parent_id=None, seq=seq))

    readers = [threading.Thread(target=draw, args=(number,)) for number in range(50)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert kept == [True] * 150
    assert slices.slice_row(store, 1).status == Status.IN_PROGRESS


def swap(store: Store) -> None:
    """Put a backup in the file's place, as a person would."""
    shutil.copy(store.place, f"{store.place}.backup")
    os.replace(f"{store.place}.backup", store.place)


def remove(store: Store) -> None:
    os.unlink(store.place)


def remove_log(store: Store) -> None:
    os.unlink(f"{store.place}-wal")


@pytest.mark.sqlite
def test_a_file_that_another_process_is_making_into_a_store_is_waited_for(tmp_path):
    """SQLite itself waits for nobody here, and the app and its worker open a new store at one moment."""
    other = sqlite3.connect(tmp_path / "septum.sqlite", check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
    assert slices.count_slices(open_at(tmp_path)) == 0
    other.close()


@pytest.mark.sqlite
@pytest.mark.parametrize("harm", [swap, remove, remove_log], ids=lambda harm: harm.__name__)
def test_nothing_is_acknowledged_once_the_file_was_replaced_or_removed(tmp_path, harm):
    store = open_at(tmp_path)
    add_series(store, small_series())
    harm(store)
    with pytest.raises(StoreUnavailable, match="replaced or removed while Septum was running"):
        drafts.save_draft(store, 1, "ann", MASK, parent_id=None, seq=1)


@pytest.mark.sqlite
def test_a_file_that_is_replaced_in_the_middle_of_a_save_is_noticed_before_the_acknowledgement(tmp_path):
    store = open_at(tmp_path)
    with pytest.raises(StoreUnavailable, match="replaced or removed"), store.unit_of_work():
        swap(store)


@pytest.mark.sqlite
def test_what_is_read_from_a_file_that_was_replaced_is_told_too(tmp_path):
    store = open_at(tmp_path)
    swap(store)
    with pytest.raises(StoreUnavailable, match="replaced or removed"):
        slices.count_slices(store)


@pytest.mark.sqlite
def test_connections_that_are_all_closed_and_opened_again_are_no_replacement(tmp_path):
    store = open_at(tmp_path)
    add_series(store, small_series())
    store.engine.dispose()
    store.readers.dispose()  # now SQLite itself removes the log
    assert drafts.save_draft(store, 1, "ann", MASK, parent_id=None, seq=1)

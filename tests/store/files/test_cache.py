"""Copies never take more than their bound, whoever else writes; what is torn or refused costs only time."""

import errno
import fcntl
import multiprocessing
import os
import random
from pathlib import Path

from core.store.files import cache as cache_module
from core.store.files.cache import LOCK, ReadCache


def taken(folder: Path) -> int:
    """Bytes of all copies."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.name != LOCK)


def name(number: int) -> str:
    return f"{number % 7:02x}/{number}.npy"


def test_what_was_kept_is_there_and_what_was_not_is_none(tmp_path):
    cache = ReadCache(tmp_path / "cache", 1000)
    assert cache.get(name(1)) is None
    assert not (tmp_path / "cache").exists()
    cache.put(name(1), b"pixels")
    assert (cache.get(name(1)), cache.holds(name(1)), cache.holds(name(2))) == (b"pixels", True, False)
    cache.drop(name(1))
    cache.drop(name(1))
    assert cache.get(name(1)) is None


def test_the_copies_that_nobody_has_read_for_longest_go_first(tmp_path):
    cache = ReadCache(tmp_path, 1000)
    for number in range(9):
        cache.put(name(number), b"x" * 100)
        os.utime(tmp_path / name(number), (1000 + number, 1000 + number))
    assert cache.get(name(0)) == b"x" * 100  # read just now
    cache.put(name(10), b"x" * 300)
    assert [number for number in range(11) if cache.holds(name(number))] == [0, 4, 5, 6, 7, 8, 10]
    assert taken(tmp_path) == 900


def test_the_same_copy_again_takes_no_more_room(tmp_path):
    cache = ReadCache(tmp_path, 1000)
    cache.put(name(1), b"x" * 300)
    for _ in range(20):
        cache.put(name(2), b"x" * 300)
    assert cache.holds(name(1))


def test_one_that_is_too_large_is_not_kept_and_costs_no_other(tmp_path):
    cache = ReadCache(tmp_path, 1000)
    cache.put(name(1), b"x" * 900)
    cache.put(name(2), b"x" * 1001)
    assert (cache.holds(name(1)), cache.holds(name(2))) == (True, False)


def test_copies_that_were_removed_by_hand_are_counted_anew_at_the_bound(tmp_path):
    cache = ReadCache(tmp_path, 1000)
    for number in range(9):
        cache.put(name(number), b"x" * 100)
    for number in range(1, 9):
        (tmp_path / name(number)).unlink()
    cache.put(name(10), b"x" * 200)
    assert cache.holds(name(0))
    assert (tmp_path / LOCK).read_text().strip() == "300"


def test_what_a_killed_process_left_goes_when_room_is_made(tmp_path):
    cache = ReadCache(tmp_path, 1000)
    cache.put(name(0), b"x" * 500)
    torn = tmp_path / "00" / ".1.npy.abc.partial"
    torn.write_bytes(b"x" * 400)
    os.utime(torn, (1000, 1000))
    cache.put(name(1), b"x" * 400)
    cache.put(name(2), b"x" * 200)
    assert not torn.exists()


def test_a_full_disk_keeps_no_copy_and_stops_nobody(tmp_path, monkeypatch):
    cache = ReadCache(tmp_path, 1000)

    def full(source: str, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache_module.os, "replace", full)
    cache.put(name(1), b"pixels")
    assert cache.get(name(1)) is None
    assert not list(tmp_path.rglob("*.partial"))


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "cache").write_bytes(b"no folder")
    cache = ReadCache(tmp_path / "cache", 1000)
    cache.put(name(1), b"pixels")
    assert cache.get(name(1)) is None


def fill(folder: Path, seed: int) -> None:
    """Keep and read copies as a process of its own, which fails where the bound is broken or a copy torn."""
    chance, cache = random.Random(seed), ReadCache(folder, 5000)
    for _ in range(300):
        number = chance.randrange(200)
        cache.put(name(number), bytes([number]) * (100 + number))
        found = cache.get(name(chance.randrange(200)))
        assert found is None or found == bytes([found[0]]) * (100 + found[0])
        with (folder / LOCK).open("rb") as lock:  # or others write while it is counted
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert taken(folder) <= 5000


def test_several_processes_share_the_bound(tmp_path):
    forked = multiprocessing.get_context("fork")
    processes = [forked.Process(target=fill, args=(tmp_path, seed)) for seed in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    assert taken(tmp_path) > 0

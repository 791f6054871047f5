"""The store killed, locked, full, torn and swapped while it is written to."""

import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.fault_rounds.rounds import Round, own_home, process, unsound
from core.errors import SeptumError
from core.store.database import Store, open_store
from core.store.masks import drafts
from core.store.series.series import add_series, list_series
from core.store.slices.slices import list_slices
from tests.store.killing import check, fill, run_and_kill
from tests.store.old_form import write_old_store
from tests.store.small import open_at, small_series

KILLS = 10  # of writers in one store, which grows meanwhile
SHAPE = (6, 5)
OPEN = """
import sys
from pathlib import Path
from tests.store.small import open_at
print("ready", flush=True)
open_at(Path(sys.argv[1]))
"""


def writer(folder: Path, chance: Random) -> Round:
    """A process that imports, draws and saves is killed at a random moment, again and again."""
    lost: list[str] = []
    tried = 0
    with own_home(folder) as home:
        for _ in range(KILLS):
            said = run_and_kill(home, chance.getrandbits(30), chance.uniform(0, 0.3))
            tried += len(said)
            lost += failed(partial(check, open_at(home), said))
        lost += unsound()
    return Round(KILLS, tried, tuple(lost))


def failed(holds: Callable[[], object]) -> list[str]:
    """What did not hold, if anything."""
    try:
        holds()
    except (AssertionError, SeptumError) as error:
        return [" ".join(str(error).split())[:300] or "a check failed"]
    return []


def migration(folder: Path, chance: Random) -> Round:
    """A process that brings an older store up to date is killed; the next one opens it with all in it."""
    lost: list[str] = []
    with own_home(folder) as home:
        for _ in range(KILLS):
            shutil.rmtree(home, ignore_errors=True)
            write_old_store(home)
            opening = process(OPEN, str(home), out=subprocess.PIPE)
            assert opening.stdout is not None
            opening.stdout.readline()
            time.sleep(chance.uniform(0, 0.25))
            opening.kill()
            opening.wait()
            lost += failed(lambda: whole_after_migration(open_at(home)))
    return Round(KILLS, KILLS, tuple(lost))


def whole_after_migration(store: Store) -> None:
    """Raise AssertionError unless the store of the first release is there as it was."""
    (series,) = list_series(store)
    assert (series.patient, series.notes) == ("anna", ("a note",)), "the series is another one"
    assert [row.newest_version_id for row in list_slices(store)] == [2, 3], "versions are gone"
    assert drafts.load_draft(store, 2, "bob") is not None, "a draft is gone"
    store.engine.dispose()


def locked(folder: Path, chance: Random) -> Round:
    """Another program holds the database's lock for moments; every stroke is kept or refused in words."""
    with own_home(folder):
        store = open_store()
        add_series(store, small_series(n_positions=4))
        kept: dict[int, np.ndarray] = {}
        told: list[str] = []
        ended = threading.Event()
        holder = threading.Thread(target=hold, args=(store.place, Random(chance.random()), ended))
        seeds = [chance.getrandbits(30) for _ in range(4)]
        hands = [
            threading.Thread(target=draw, args=(store, row.id, seed, kept, told))
            for row, seed in zip(list_slices(store), seeds, strict=True)
        ]
        for thread in (holder, *hands):
            thread.start()
        for thread in hands:
            thread.join()
        ended.set()
        holder.join()
        lost = [*told, *unsound()]
        for slice_id, mask in kept.items():
            draft = drafts.load_draft(store, slice_id, "ann")
            if draft is None or not np.array_equal(draft.mask, mask):
                lost.append(f"the newest stroke on slice {slice_id} is gone")
    return Round(0, 4 * 25, tuple(lost))


def hold(place: str, chance: Random, ended: threading.Event) -> None:
    """Take the write lock and let it go, until told to end."""
    with sqlite3.connect(place, isolation_level=None, timeout=30) as connection:
        while not ended.is_set():
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(chance.uniform(0, 0.4))
            connection.execute("ROLLBACK")
            time.sleep(chance.uniform(0, 0.05))


def draw(store: Store, slice_id: int, seed: int, kept: dict[int, np.ndarray], told: list[str]) -> None:
    """Draw strokes one after the other; what is acknowledged goes into `kept`."""
    random = np.random.default_rng(seed)
    for seq in range(1, 26):
        mask = random.integers(0, 4, SHAPE).astype(np.uint8)
        try:
            drafts.save_draft(store, slice_id, "ann", mask, parent_id=None, seq=seq, tab="t")
            kept[slice_id] = mask
        except SeptumError:
            continue  # said in words, and the stroke is still in the browser
        except Exception as error:  # anything else is what is looked for
            told.append(f"{type(error).__name__}: {error}")


def full_disk(folder: Path, chance: Random) -> Round:
    """A disk fills up under imports and strokes; what was acknowledged stays, the rest is told."""
    with own_home(folder) as home:
        home.mkdir(parents=True)
        size = f"size={chance.randrange(700, 1500)}k"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(home)], capture_output=True, check=False
        )
        if mounted.returncode:
            return Round()  # only root may make a small file system
        try:
            store = open_store()
            first = add_series(store, small_series(n_positions=1)).series_id
            with suppress(SeptumError):
                fill(store)
            kept: dict[int, np.ndarray] = {}
            told: list[str] = []
            draw(store, list_slices(store)[0].id, chance.getrandbits(30), kept, told)
            for slice_id, mask in kept.items():
                draft = drafts.load_draft(store, slice_id, "ann")
                if draft is None or not np.array_equal(draft.mask, mask):
                    told.append(f"the newest stroke on slice {slice_id} is gone")
            if first not in {row.id for row in list_series(store, limit=None)}:
                told.append("the first series is gone")
            lost = (*told, *unsound())
            store.engine.dispose()
        finally:
            subprocess.run(["umount", "-l", str(home)], check=True)
    return Round(0, 25, lost)


def torn_files(folder: Path, chance: Random) -> Round:
    """Images of the store are cut off, changed or deleted; `verify` names each, and nothing else."""
    with own_home(folder) as home:
        store = open_store()
        for number in range(6):
            add_series(store, small_series(f"patient{number}", seed=chance.getrandbits(30)))
        files = sorted((home / "arrays").rglob("*.npy"))
        damaged = chance.sample(files, 4)
        for file, way in zip(damaged, ("cut", "changed", "deleted", "empty"), strict=True):
            tear(file, way, chance)
        found = unsound()
        lost = [f"{file.stem[:12]} is not named" for file in damaged if not named(file, found)]
        whole = set(files) - set(damaged)
        lost += [f"{file.stem[:12]} is whole and named" for file in whole if named(file, found)]
    return Round(0, len(damaged), tuple(lost))


def named(file: Path, found: Sequence[str]) -> bool:
    """Whether one of the sentences speaks of the file."""
    return any(file.stem[:12] in sentence for sentence in found)


def tear(file: Path, way: str, chance: Random) -> None:
    """Damage a file as a bad disk would."""
    data = bytearray(file.read_bytes())
    if way == "deleted":
        file.unlink()
        return
    if way == "changed":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif way == "cut":
        del data[chance.randrange(1, len(data)) :]
    elif way == "empty":
        data.clear()
    file.write_bytes(data)


def swapped(folder: Path, chance: Random) -> Round:
    """A copy takes the database's place under a running app; no stroke goes into the file that went."""
    with own_home(folder):
        store = open_store()
        add_series(store, small_series(n_positions=1))
        (row,) = list_slices(store)
        kept: dict[int, np.ndarray] = {}
        told: list[str] = []
        draw(store, row.id, chance.getrandbits(30), kept, told)
        copy = Path(store.place).with_name("backup")
        with sqlite3.connect(store.place) as connection, sqlite3.connect(copy) as target:
            connection.backup(target)
        copy.replace(store.place)
        after: dict[int, np.ndarray] = {}
        draw(store, row.id, chance.getrandbits(30), after, told)
        there = drafts.load_draft(Store(store.url, store.arrays.url), row.id, "ann")
        if there is None or not np.array_equal(there.mask, {**kept, **after}[row.id]):
            told.append("a stroke was acknowledged into the file that was removed")
    return Round(0, 50, tuple(told))

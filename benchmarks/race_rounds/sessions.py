"""How long fifty people wait for their strokes and saves on one database, while hearts come in beside them.

    python -m benchmarks.race_rounds.sessions [--database postgresql] [--people 50] [--seconds 30]

Each draws on a slice of their own every two seconds, one in ten strokes is saved as a version, and each reads
the slice before; a worker beats. One process, as an app is, and one that imports cines of 300 slices.
"""

import argparse
import multiprocessing
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random

import numpy as np
from sqlalchemy import text

from core.records.masks import Seen, Strokes
from core.records.runs import RunKind
from core.records.slices import Geometry, Series, Slice
from core.store.database import Store
from core.store.masks import drafts
from core.store.masks.publishing import publish_draft
from core.store.runs import runs
from core.store.series.series import add_series
from core.store.slices import slices
from tests.servers.databases import database_of, on_postgresql, use_postgresql

SHAPE = (96, 96)
PAUSE_SECONDS = 2.0
SAVE_EVERY = 10  # strokes
N_SLICES = 300  # of a heart that comes in
Waited = dict[str, list[float]]


def cine(patient: str, n_slices: int, seed: int) -> Series:
    """A heart of random pixels with masks."""
    random = np.random.default_rng(seed)
    mask = np.zeros(SHAPE, np.uint8)
    images = tuple(
        Slice(number, 0, random.integers(0, 900, SHAPE).astype(np.uint16), mask=mask)
        for number in range(n_slices)
    )
    return Series(patient, "cine", Geometry("npy", (n_slices, *SHAPE), (1.5, 1.5)), images)


def bring(url: str, arrays: str, ended: Event, took: "multiprocessing.Queue[float]") -> None:
    """Import hearts until the time is up; how long each took goes into the queue."""
    store, number = Store(url, arrays), 0
    while not ended.is_set():
        series, number = cine(f"patient {number}", N_SLICES, number), number + 1
        began = time.monotonic()
        add_series(store, series)
        took.put(time.monotonic() - began)


def timed(waited: Waited, name: str, act: Callable[[], object]) -> None:
    """Do it, and note how long it took."""
    began = time.monotonic()
    act()
    waited[name].append(time.monotonic() - began)


def draw(store: Store, slice_id: int, person: int, until: float, waited: Waited) -> None:
    """One person at work."""
    chance, seq, mask = Random(person), 0, np.zeros(SHAPE, np.uint8)
    newest = slices.slice_row(store, slice_id).newest_version_id
    while time.monotonic() < until:
        time.sleep(chance.uniform(0, 2 * PAUSE_SECONDS))
        seq += 1
        mask[seq % 90 : seq % 90 + 5, 10:60] = chance.randint(1, 3)
        timed(waited, "read", lambda: slices.slice_row(store, slice_id))
        stroke = partial(drafts.save_draft, store, slice_id, str(person), mask, parent_id=newest, seq=seq)
        timed(waited, "stroke", stroke)
        if seq % SAVE_EVERY == 0:
            seen = Seen(newest, Strokes("", seq), newest)
            timed(waited, "save", partial(publish_draft, store, slice_id, str(person), seen))
            newest = slices.slice_row(store, slice_id).newest_version_id


def beat(store: Store, until: float, waited: Waited) -> None:
    """A worker that lives."""
    run_id = runs.enqueue(store, RunKind.PREDICTION, {})
    _, token = runs.claim(store, RunKind.PREDICTION) or (None, "")
    while time.monotonic() < until:
        timed(waited, "beat", lambda: runs.report(store, run_id, token))
        time.sleep(0.5)


def most_lines(store: Store, until: float, seen: list[int]) -> None:
    """Count the connections to a server's database."""
    while time.monotonic() < until:
        with store.reading() as session:
            count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            seen.append(session.scalar(text(count)) or 0)
        time.sleep(0.5)


def main() -> None:
    """Print a line for each kind of wait."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args()
    if asked.database == "postgresql":
        use_postgresql()
    with tempfile.TemporaryDirectory(prefix="septum-sessions-") as folder:
        home = Path(folder)
        database, arrays = database_of(home), str(home / "arrays")
        store = Store(database, arrays)
        add_series(store, cine("anna", asked.people, 0))
        spawn = multiprocessing.get_context("spawn")
        ended, took = spawn.Event(), spawn.Queue()
        address = database.render_as_string(hide_password=False)
        importer = spawn.Process(target=bring, args=(address, arrays, ended, took))
        importer.start()
        first = took.get()
        until, lines = time.monotonic() + asked.seconds, list[int]()
        waited: Waited = defaultdict(list)
        people = [
            threading.Thread(target=draw, args=(store, number + 1, number, until, waited))
            for number in range(asked.people)
        ]
        people.append(threading.Thread(target=beat, args=(store, until, waited)))
        if on_postgresql():
            people.append(threading.Thread(target=most_lines, args=(store, until, lines)))
        for person in people:
            person.start()
        for person in people:
            person.join()
        ended.set()
        importer.join()
        imports = [first]
        while not took.empty():
            imports.append(took.get())
        for name, seconds in sorted({**waited, "import": imports}.items()):
            found = np.array(seconds)
            print(f"{name}: {len(found)}, median {np.median(found):.3f} s, worst {found.max():.2f} s")
        if lines:
            print(f"connections: {max(lines)} at most")


if __name__ == "__main__":
    main()

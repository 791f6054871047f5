"""Kill a writer at a moment, and check that everything it acknowledged is in the store."""

import hashlib
import multiprocessing
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from core.records.slices import Geometry, Series, Slice
from core.store.database import Store
from core.store.masks import drafts, masks
from core.store.series.series import add_series, list_series
from core.store.slices import slices
from core.store.slices.filters import Filter
from tests.store import crash_writer
from tests.store.small import small_series

FORKS = multiprocessing.get_context("forkserver")  # each writer is a process that need not import all anew
FORKS.set_forkserver_preload(["tests.store.crash_writer"])


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
    for kind, number, value in acknowledged:
        if kind == "series":
            assert int(number) in stored, f"series {number} is gone"
            n_slices = slices.count_slices(store, Filter(series_id=int(number)))
            assert n_slices == int(value), f"series {number} has {n_slices} of {value} slices"
        elif kind == "version":
            mask = masks.version(store, int(number)).mask
            assert hashlib.sha256(mask.tobytes()).hexdigest() == value, f"version {number} is another one"
        else:
            slice_id, reader = number.split("/")
            draft = drafts.load_draft(store, int(slice_id), reader)
            assert draft is not None, f"the draft of slice {slice_id} is gone"
            digest = hashlib.sha256(draft.mask.tobytes()).hexdigest()
            assert digest == value, f"the draft of slice {slice_id} is another one"


def fill(store: Store) -> None:
    """Add series until the store refuses."""
    for number in range(200):
        add_series(store, small_series(f"filler{number}", seed=number))
        add_series(store, large_series())


def large_series() -> Series:
    """One slice of 320 kB."""
    pixels = np.random.default_rng(0).integers(0, 60_000, (400, 400)).astype(np.uint16)
    return Series("bob", "big", Geometry("png", (400, 400), (1, 1)), (Slice(0, 0, pixels),))

"""Run by the crash test: imports and saves without end, and says what was acknowledged."""

import hashlib
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from core.records.masks import Origin
from core.store.masks import drafts, masks
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.slices.filters import Filter
from tests.store.small import open_at, small_series


def write(folder: Path, seed: int, parent: Connection) -> None:
    """Never returns."""

    def say(*words: object) -> None:
        """Something that the parent may rely on: it is sent only after the store has answered."""
        parent.send_bytes(" ".join(map(str, words)).encode())

    store = open_at(folder)
    random = np.random.default_rng(seed)
    number = 0
    while True:
        number += 1
        series = small_series(f"patient{seed}-{number}", seed=int(random.integers(1 << 30)), masked=True)
        series_id = add_series(store, series).series_id
        say("series", series_id, len(series.slices))
        for row in slices.list_slices(store, Filter(series_id=series_id)):
            newest = row.newest_version_id
            for reader in ("ann", "ben", "cat"):
                mask = random.integers(0, 4, (6, 5)).astype(np.uint8)
                drafts.save_draft(store, row.id, reader, mask, parent_id=newest, seq=1)
                say("draft", f"{row.id}/{reader}", hashlib.sha256(mask.tobytes()).hexdigest())
                newest = masks.save_version(
                    store, row.id, mask, origin=Origin.READER, author=reader, parent_id=newest
                )
                say("version", newest, hashlib.sha256(mask.tobytes()).hexdigest())

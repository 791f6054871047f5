"""Run by the crash test: imports and saves without end, and says what was acknowledged."""

import hashlib
import sys
from pathlib import Path

import numpy as np

from core.records import Origin
from core.store import drafts, masks, slices
from core.store.series import add_series
from core.store.slices import Filter
from tests.store.small import open_at, small_series


def say(*words: object) -> None:
    """One line that the parent may rely on: it is written only after the store has answered."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path, seed: int) -> None:
    store = open_at(folder)
    random = np.random.default_rng(seed)
    number = 0
    while True:
        number += 1
        series = small_series(f"patient{seed}-{number}", seed=int(random.integers(1 << 30)), masked=True)
        series_id, _ = add_series(store, series)
        say("series", series_id, len(series.slices))
        for row in slices.list_slices(store, Filter(series_id=series_id)):
            parent = row.newest_version_id
            for _ in range(3):
                mask = random.integers(0, 4, (6, 5)).astype(np.uint8)
                drafts.save_draft(store, row.id, "ann", mask, parent_id=parent, seq=1)
                say("draft", row.id, hashlib.sha256(mask.tobytes()).hexdigest())
                parent = masks.save_version(
                    store, row.id, mask, origin=Origin.READER, author="ann", parent_id=parent
                )
                say("version", parent, hashlib.sha256(mask.tobytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

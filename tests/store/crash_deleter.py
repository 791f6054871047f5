"""Run by the test of deletions: brings patients in, draws on them and deletes them, without end."""

from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from core.records.masks import Origin
from core.store.masks import drafts, masks
from core.store.series.deletion import delete_series
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.slices.filters import Filter
from tests.store.small import open_at, small_series


def delete(folder: Path, seed: int, parent: Connection) -> None:
    """Never returns; says the number of each series whose deletion was acknowledged."""
    store = open_at(folder)
    random = np.random.default_rng(seed)
    while True:
        series = small_series(
            f"p{random.integers(5)}", seed=int(random.integers(8)), n_positions=6, masked=True
        )
        series_id = add_series(store, series).series_id
        for row in slices.list_slices(store, Filter(series_id=series_id))[:2]:
            mask = random.integers(0, 4, (6, 5)).astype(np.uint8)
            masks.save_version(
                store, row.id, mask, origin=Origin.READER, author="ann", parent_id=row.newest_version_id
            )
            drafts.save_draft(store, row.id, "bob", mask, parent_id=None, seq=1)
        delete_series(store, [series_id])
        parent.send_bytes(str(series_id).encode())

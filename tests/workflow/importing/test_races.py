"""Several windows import the same files at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from core.records.results import FileResult
from core.store.database import open_store
from core.store.series.series import list_series
from core.store.slices.slices import list_slices
from tests.workflow.small import HEART, PIXELS, import_sent, png

pytestmark = pytest.mark.usefixtures("home")
WINDOWS, ROUNDS = 4, 20


def test_each_of_four_windows_is_told_imported_or_unchanged_and_every_image_is_stored_once_and_whole():
    ready = Barrier(WINDOWS)

    def bring(files: list[tuple[str, bytes]]) -> list[FileResult]:
        ready.wait()
        return list(import_sent(files))

    with ThreadPoolExecutor(WINDOWS) as windows:
        for number in range(ROUNDS):
            files = [
                (f"lab{number}/heart{number}{part}/a.png", png(np.roll(PIXELS + part, number, axis=1)))
                for part in range(3)
            ]
            files.append((f"lab{number}/heart{number}0/a_mask.png", png(np.roll(HEART, number, axis=1))))
            told = list(windows.map(bring, [files] * WINDOWS))
            outcomes = Counter(result.outcome for results in told for result in results)
            assert outcomes == {"imported": 3, "unchanged": 3 * (WINDOWS - 1)}
    store = open_store()
    rows = list_slices(store, limit=None)
    assert len(list_series(store, limit=None)) == len(rows) == 3 * ROUNDS
    for row in rows:
        assert store.arrays.load(row.image_sha256).shape == PIXELS.shape  # raises for one that is damaged
    assert len([file for file in store.arrays.folder.rglob("*") if file.is_file()]) == 3 * ROUNDS

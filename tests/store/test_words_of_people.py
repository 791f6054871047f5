"""Names, notes and reasons come into the store as bounded text, whoever sends them past the pages' fields."""

import numpy as np
import pytest

from core.records.masks import Origin
from core.records.runs import RunKind
from core.store.masks import masks
from core.store.names import NAME_LETTERS, TEXT_LETTERS
from core.store.runs import run_changes, runs, sweeps
from core.store.runs.sweeps import QueuedRun
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from tests.store.small import small_series

HIDDEN = "a\x00b\u202ec\ud800\u200b"
NAME = f"one\n{HIDDEN}" + "x" * 5000
TEXT = f"first\r\nsecond {HIDDEN}" + "x" * 500_000


def is_fit_name(name: str) -> bool:
    return name.startswith("one abcx") and len(name) == NAME_LETTERS


def is_fit_text(text: str) -> bool:
    return text.startswith("first\nsecond abcx") and len(text) == TEXT_LETTERS


def test_a_run_is_named_and_renamed_within_bounds(store):
    run_id = runs.enqueue(store, RunKind.TRAINING, {}, 1, name=NAME, note=TEXT)
    (row,) = runs.list_runs(store)
    assert is_fit_name(row.name)
    assert is_fit_text(row.note)
    run_changes.describe(store, run_id, "short", "note")
    run_changes.describe(store, run_id, NAME, TEXT)
    (row,) = runs.list_runs(store)
    assert is_fit_name(row.name)
    assert is_fit_text(row.note)


def test_a_sweep_and_its_runs_too(store):
    sweeps.add_sweep(store, NAME, {}, [QueuedRun(NAME, {}, 1)], TEXT)
    (sweep,) = sweeps.list_sweeps(store)
    (run,) = runs.list_runs(store)
    assert is_fit_name(sweep.name)
    assert is_fit_name(run.name)
    assert is_fit_text(run.note)


def test_a_versions_note_too(store):
    add_series(store, small_series())
    slice_id = list_slices(store)[0].id
    masks.save_version(
        store,
        slice_id,
        np.zeros((6, 5), np.uint8),
        origin=Origin.READER,
        author="a",
        parent_id=None,
        note=TEXT,
    )
    assert is_fit_text(masks.newest_version(store, slice_id).note)


@pytest.mark.parametrize("text", ["", " \n ", "\x00"])
def test_nothing_stays_nothing(store, text):
    runs.enqueue(store, RunKind.TRAINING, {}, 1, name="", note=text)
    (row,) = runs.list_runs(store)
    assert (row.name, row.note) == ("", "")

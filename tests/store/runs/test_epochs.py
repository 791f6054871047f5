"""Epochs are written by the worker that holds the run, and read back as they were."""

import math
from dataclasses import replace

import pytest

from core.errors import RunRefused
from core.records.runs import Epoch, RunKind, RunState
from core.store.database import Store
from core.store.runs import epochs, run_changes, runs

FIRST = Epoch(1, 0.9, math.nan, (math.nan,) * 3, 1e-3, 2.5, False)
SECOND = Epoch(2, 0.5, 0.6, (0.7, 0.8, math.nan), 5e-4, 2.0, True, (0.6, 0.7, math.nan))


def claimed(store: Store) -> tuple[int, str]:
    runs.enqueue(store, RunKind.TRAINING, {}, total=3, name="first try")
    run, token = runs.claim(store, RunKind.TRAINING)
    return run.id, token


def same(ours: Epoch, theirs: Epoch) -> bool:
    return repr(ours) == repr(theirs)  # NaN differs from itself, but not from its name


def test_epochs_come_back_in_order_with_nan_where_there_was_no_figure(store):
    run_id, token = claimed(store)
    for epoch in (SECOND, FIRST):
        epochs.save_epoch(store, run_id, token, epoch)
    first, second = epochs.epochs_of(store, [run_id])[run_id]
    assert same(first, FIRST)
    assert same(second, SECOND)


def test_an_epoch_told_twice_is_there_once(store):
    run_id, token = claimed(store)
    epochs.save_epoch(store, run_id, token, FIRST)
    epochs.save_epoch(store, run_id, token, replace(FIRST, training_loss=0.8))
    (found,) = epochs.epochs_of(store, [run_id])[run_id]
    assert found.training_loss == 0.8


def test_a_run_that_goes_on_has_the_epochs_of_its_resume_file_and_no_others(store):
    run_id, token = claimed(store)
    for number in (1, 2, 3):
        epochs.save_epoch(store, run_id, token, replace(SECOND, number=number))
    epochs.replace_epochs(store, run_id, token, [FIRST])
    (found,) = epochs.epochs_of(store, [run_id])[run_id]
    assert same(found, FIRST)


def test_a_worker_that_lost_its_run_writes_no_epoch(store):
    run_id, token = claimed(store)
    runs.end(store, run_id, token, RunState.FAILED, "Gone.")
    with pytest.raises(RunRefused, match="no longer this worker's"):
        epochs.save_epoch(store, run_id, token, FIRST)
    assert epochs.epochs_of(store, [run_id]) == {run_id: []}


def test_a_run_that_stopped_waits_again_when_it_is_to_go_on(store):
    run_id, token = claimed(store)
    with pytest.raises(RunRefused, match="is running"):
        run_changes.enqueue_again(store, run_id)
    run_changes.ask_to_cancel(store, run_id)
    assert runs.should_stop(store, run_id, token)
    runs.end(store, run_id, token, RunState.CANCELLED, "Cancelled.")
    run_changes.enqueue_again(store, run_id)
    run, newer = runs.claim(store, RunKind.TRAINING)
    assert (run.id, run.cancel_asked, run.ended_at, run.name) == (run_id, False, None, "first try")
    assert not runs.should_stop(store, run_id, newer)
    assert runs.should_stop(store, run_id, token)


def test_names_notes_device_and_memory_are_kept(store):
    run_id, token = claimed(store)
    runs.report(store, run_id, token, device="CPU", peak_memory_mb=321.5)
    run_changes.describe(store, run_id, "second try", "with more basal slices")
    row = runs.run_row(store, run_id)
    assert (row.device, row.peak_memory_mb) == ("CPU", 321.5)
    assert (row.name, row.note) == ("second try", "with more basal slices")


def test_a_run_is_deleted_with_its_epochs_but_not_while_it_works(store):
    run_id, token = claimed(store)
    epochs.save_epoch(store, run_id, token, FIRST)
    with pytest.raises(RunRefused, match="cancel it first"):
        run_changes.delete_run(store, run_id)
    runs.end(store, run_id, token, RunState.FINISHED, "Done.")
    run_changes.delete_run(store, run_id)
    assert epochs.epochs_of(store, [run_id]) == {run_id: []}
    assert runs.list_runs(store) == []


def test_more_runs_are_asked_for_than_one_statement_takes(store):
    run_id, token = claimed(store)
    epochs.save_epoch(store, run_id, token, FIRST)
    asked = [*range(1_000_000, 1_260_000), run_id]  # SQLite takes 250,000 at most
    found = epochs.epochs_of(store, asked)
    assert len(found) == len(asked)
    assert [epoch.number for epoch in found[run_id]] == [1]

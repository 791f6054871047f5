"""A run belongs to one worker at a time; who lost it can no longer write."""

import pytest

from core.errors import NotFound, RunRefused
from core.records import RunKind, RunState
from core.store import runs
from core.store.database import Store

KIND = RunKind.PREDICTION


def queued(store: Store) -> int:
    return runs.enqueue(store, KIND, {"model_id": 1}, total=10)


def test_runs_are_claimed_in_order_and_one_at_a_time(store):
    first, second = queued(store), queued(store)
    run, token = runs.claim(store, KIND)
    assert (run.id, run.state, run.total) == (first, RunState.RUNNING, 10)
    assert runs.claim(store, KIND) is None
    runs.end(store, first, token, RunState.FINISHED, "Done.")
    assert runs.claim(store, KIND)[0].id == second
    assert runs.claim(store, RunKind.TRAINING) is None


def test_progress_is_told_and_a_wish_to_cancel_comes_back(store):
    run_id = queued(store)
    _, token = runs.claim(store, KIND)
    assert not runs.report(store, run_id, token, done=3, message="On it.")
    row = runs.run_row(store, run_id)
    assert (row.done, row.total, row.message) == (3, 10, "On it.")
    runs.ask_to_cancel(store, run_id)
    assert runs.report(store, run_id, token)
    runs.end(store, run_id, token, RunState.CANCELLED, "Cancelled.")
    assert runs.run_row(store, run_id).state == RunState.CANCELLED


def test_a_waiting_run_is_cancelled_at_once_and_never_claimed(store):
    run_id = queued(store)
    runs.ask_to_cancel(store, run_id)
    assert runs.run_row(store, run_id).state == RunState.CANCELLED
    assert runs.claim(store, KIND) is None


def test_a_worker_that_fell_silent_loses_its_run_and_can_write_no_more(store):
    run_id = queued(store)
    _, token = runs.claim(store, KIND, lease_seconds=-1)
    runs.give_up_silent_runs(store)
    row = runs.run_row(store, run_id)
    assert row.state == RunState.FAILED
    assert "without a word" in row.message
    with pytest.raises(RunRefused, match="no longer this worker's"):
        runs.report(store, run_id, token, done=10)
    with pytest.raises(RunRefused, match="no longer this worker's"):
        runs.end(store, run_id, token, RunState.FINISHED, "Done.")
    assert runs.run_row(store, run_id).state == RunState.FAILED


def test_a_silent_run_does_not_block_the_next(store):
    queued(store)
    waiting = queued(store)
    runs.claim(store, KIND, lease_seconds=-1)
    assert runs.claim(store, KIND)[0].id == waiting


def test_a_live_run_is_left_alone(store):
    run_id = queued(store)
    runs.claim(store, KIND)
    runs.give_up_silent_runs(store)
    assert runs.run_row(store, run_id).state == RunState.RUNNING


def test_lists_are_newest_first_and_a_missing_run_is_told(store):
    first, second = queued(store), queued(store)
    assert [row.id for row in runs.list_runs(store, KIND)] == [second, first]
    assert runs.list_runs(store, RunKind.TRAINING) == []
    with pytest.raises(NotFound, match="no run 99"):
        runs.run_row(store, 99)

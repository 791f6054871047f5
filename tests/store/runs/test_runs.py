"""A run belongs to one worker at a time; who lost it can no longer write."""

import pytest

from core.errors import NotFound, RunRefused
from core.records.runs import RunKind, RunState
from core.store.database import Store
from core.store.runs import beats, run_changes, runs, silent_runs
from core.store.trail import Action, events

KIND = RunKind.PREDICTION


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is at work counts as silent at the first look."""
    monkeypatch.setattr(beats, "SILENT_SECONDS", 0.0)


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
    run_changes.ask_to_cancel(store, run_id)
    assert runs.report(store, run_id, token)
    runs.end(store, run_id, token, RunState.CANCELLED, "Cancelled.")
    assert runs.run_row(store, run_id).state == RunState.CANCELLED


def test_a_waiting_run_is_cancelled_at_once_and_never_claimed(store):
    run_id = queued(store)
    run_changes.ask_to_cancel(store, run_id)
    assert runs.run_row(store, run_id).state == RunState.CANCELLED
    assert runs.claim(store, KIND) is None


@pytest.mark.usefixtures("silence")
def test_a_worker_that_fell_silent_loses_its_run_and_can_write_no_more(store):
    run_id = queued(store)
    _, token = runs.claim(store, KIND)
    silent_runs.give_up_silent_runs(store)
    row = runs.run_row(store, run_id)
    assert row.state == RunState.FAILED
    assert "without a word" in row.message
    with pytest.raises(RunRefused, match="no longer this worker's"):
        runs.report(store, run_id, token, done=10)
    with pytest.raises(RunRefused, match="no longer this worker's"):
        runs.end(store, run_id, token, RunState.FINISHED, "Done.")
    assert runs.run_row(store, run_id).state == RunState.FAILED


@pytest.mark.usefixtures("silence")
def test_a_silent_run_does_not_block_the_next(store):
    queued(store)
    waiting = queued(store)
    runs.claim(store, KIND)
    assert runs.claim(store, KIND)[0].id == waiting


def test_a_live_run_is_left_alone(store):
    run_id = queued(store)
    runs.claim(store, KIND)
    silent_runs.give_up_silent_runs(store)
    assert runs.run_row(store, run_id).state == RunState.RUNNING


def test_lists_are_newest_first_and_a_missing_run_is_told(store):
    first, second = queued(store), queued(store)
    assert [row.id for row in runs.list_runs(store, KIND)] == [second, first]
    assert runs.list_runs(store, RunKind.TRAINING) == []
    with pytest.raises(NotFound, match="no run 99"):
        runs.run_row(store, 99)


@pytest.mark.usefixtures("silence")
def test_a_stop_ends_a_run_whose_worker_is_silent_at_once(store):
    run_id = queued(store)
    runs.claim(store, KIND)
    run_changes.ask_to_cancel(store, run_id, "ben")
    row = runs.run_row(store, run_id)
    assert (row.state, row.stopped_by) == (RunState.CANCELLED, "ben")


def test_a_stop_before_the_silence_is_known_ends_it_as_cancelled_once_it_is(store, monkeypatch):
    run_id = queued(store)
    runs.claim(store, KIND)
    run_changes.ask_to_cancel(store, run_id, "ben")
    assert runs.run_row(store, run_id).state == RunState.RUNNING
    monkeypatch.setattr(beats, "SILENT_SECONDS", 0.0)
    silent_runs.give_up_silent_runs(store)
    row = runs.run_row(store, run_id)
    assert (row.state, row.stopped_by) == (RunState.CANCELLED, "ben")
    assert "gone already" in row.message


@pytest.mark.usefixtures("silence")
def test_a_run_whose_worker_is_silent_can_be_deleted_at_once(store):
    run_id = queued(store)
    runs.claim(store, KIND)
    run_changes.delete_run(store, run_id, "ben")
    with pytest.raises(NotFound):
        runs.run_row(store, run_id)


def test_who_asked_stopped_resumed_and_deleted_is_in_the_row_and_in_the_trail(store):
    run_id = runs.enqueue(store, KIND, {}, name="first", person="ann")
    run_changes.ask_to_cancel(store, run_id, "ben")
    row = runs.run_row(store, run_id)
    assert (row.asked_by, row.stopped_by) == ("ann", "ben")
    run_changes.enqueue_again(store, run_id, "carol")
    assert runs.run_row(store, run_id).stopped_by == ""
    run_changes.ask_to_cancel(store, run_id, "carol")
    run_changes.delete_run(store, run_id, "dora")
    told = [(event.action, event.person, event.detail) for event in events(store, subject=f"run {run_id}")]
    assert told == [
        (Action.RUN_DELETED, "dora", "prediction first"),
        (Action.RUN_STOPPED, "carol", "prediction first"),
        (Action.RUN_RESUMED, "carol", "prediction first"),
        (Action.RUN_STOPPED, "ben", "prediction first"),
        (Action.RUN_ASKED, "ann", "prediction first"),
    ]


def test_a_second_stop_and_one_that_comes_too_late_change_nothing(store):
    run_id = queued(store)
    _, token = runs.claim(store, KIND)
    run_changes.ask_to_cancel(store, run_id, "ben")
    run_changes.ask_to_cancel(store, run_id, "carol")
    assert runs.run_row(store, run_id).stopped_by == "ben"
    runs.end(store, run_id, token, RunState.FINISHED, "Done.")
    run_changes.ask_to_cancel(store, run_id, "carol")
    row = runs.run_row(store, run_id)
    assert (row.state, row.stopped_by) == (RunState.FINISHED, "ben")
    assert sum(event.action == Action.RUN_STOPPED for event in events(store)) == 1


def test_nothing_is_changed_where_the_trail_cannot_be_written(store, monkeypatch):
    run_id = queued(store)

    def broken(*said: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(run_changes, "record_event", broken)
    with pytest.raises(ZeroDivisionError):
        run_changes.ask_to_cancel(store, run_id, "ben")
    assert runs.run_row(store, run_id).state == RunState.QUEUED


def test_kinds_that_wait_with_nobody_at_work_are_told(store):
    queued(store)
    runs.enqueue(store, RunKind.SCORING, {})
    assert runs.waiting_kinds(store) == [RunKind.PREDICTION, RunKind.SCORING]
    runs.claim(store, KIND)
    queued(store)
    assert runs.waiting_kinds(store) == [RunKind.SCORING]

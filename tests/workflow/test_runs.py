"""A page that watches runs sees the one at work first, and stops all of its kind at once."""

import pytest

from core.errors import StoreUnavailable
from core.jobs import queue
from core.records.runs import RunKind, RunState
from core.store.database import open_store
from core.store.runs import beats, runs
from core.workflow import runs as running
from core.workflow.dashboard import home
from core.workflow.import_runs import runs as import_runs
from core.workflow.training import runs as training_runs
from tests.workflow.hearts import tiny_request

pytestmark = pytest.mark.usefixtures("home", "woken")


def enqueue(kind: RunKind = RunKind.SCORING) -> int:
    asked = tiny_request().to_json() if kind == RunKind.TRAINING else {}
    return runs.enqueue(open_store(), kind, asked, total=5)


def test_there_is_nothing_to_watch_before_the_first_run():
    enqueue(RunKind.PREDICTION)
    assert running.queue_state(RunKind.SCORING) is None


def test_the_run_at_work_is_shown_with_how_many_wait():
    first, _, _ = enqueue(), enqueue(), enqueue()
    assert (running.queue_state(RunKind.SCORING).run.id, running.queue_state(RunKind.SCORING).waiting) == (
        first,
        2,
    )
    claimed, token = runs.claim(open_store(), RunKind.SCORING)
    assert running.queue_state(RunKind.SCORING).run.id == claimed.id == first
    runs.end(open_store(), first, token, RunState.FINISHED, "done")
    assert running.queue_state(RunKind.SCORING).run.id == first + 1
    assert running.queue_state(RunKind.SCORING).is_active


def test_stopping_stops_all_of_a_kind_and_no_other():
    other = enqueue(RunKind.PREDICTION)
    first, second = enqueue(), enqueue()
    runs.claim(open_store(), RunKind.SCORING)
    running.stop(RunKind.SCORING)
    assert runs.run_row(open_store(), first).cancel_asked
    assert runs.run_row(open_store(), second).state == RunState.CANCELLED
    assert runs.run_row(open_store(), other).state == RunState.QUEUED


def test_the_last_run_is_told_when_none_is_at_work():
    enqueue()
    last = enqueue()
    running.stop(RunKind.SCORING)
    seen = running.queue_state(RunKind.SCORING)
    assert (seen.run.id, seen.is_active, seen.waiting) == (last, False, 0)


def test_more_runs_wait_than_a_list_shows_and_the_one_at_work_is_still_seen_and_all_are_stopped():
    first, *others = [enqueue() for _ in range(60)]
    runs.claim(open_store(), RunKind.SCORING)
    seen = running.queue_state(RunKind.SCORING)
    assert (seen.run.id, seen.waiting) == (first, 59)
    running.stop(RunKind.SCORING, "ben")
    assert runs.run_row(open_store(), others[0]).stopped_by == "ben"
    assert {runs.run_row(open_store(), number).state for number in others} == {RunState.CANCELLED}


LOOKS = {
    "Home": home.overview,
    "the Import page": import_runs.import_runs,
    "the Train page": training_runs.training_runs,
    "a bar": lambda: running.queue_state(RunKind.PREDICTION),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_whoever_looks_has_every_queue_taken_up_that_a_reboot_left_behind(look, woken):
    kinds = [RunKind.PREDICTION, RunKind.SCORING, RunKind.TRAINING]
    for kind in kinds:
        enqueue(kind)
    look()
    assert sorted(woken) == kinds
    look()  # they are on their way
    assert sorted(woken) == kinds


@pytest.mark.parametrize("kind", [RunKind.PREDICTION, RunKind.SCORING, RunKind.TRAINING])
def test_after_a_worker_was_killed_its_queue_gets_another(kind, woken, monkeypatch):
    first, second = enqueue(kind), enqueue(kind)
    runs.claim(open_store(), kind)
    queue.supervise(open_store())
    assert woken == []  # one is at work
    monkeypatch.setattr(beats, "SILENT_SECONDS", 0.0)
    queue.supervise(open_store())
    assert woken == [kind]
    assert runs.run_row(open_store(), first).state == RunState.FAILED
    assert runs.run_row(open_store(), second).state == RunState.QUEUED


def test_a_worker_that_never_came_is_started_again_later(woken, monkeypatch):
    enqueue()
    queue.start_worker(RunKind.SCORING)
    queue.supervise(open_store())
    assert len(woken) == 1
    monkeypatch.setattr(queue, "RESTART_SECONDS", 0.0)
    queue.supervise(open_store())
    assert len(woken) == 2


def test_who_starts_something_is_told_that_no_worker_can_be_started_and_who_looks_sees_what_is_there(
    monkeypatch,
):
    def refuse(kind: RunKind) -> None:
        raise StoreUnavailable("no worker can be started")

    monkeypatch.setattr("core.jobs.process.spawn_worker", refuse)
    enqueue()
    with pytest.raises(StoreUnavailable):
        queue.start_worker(RunKind.SCORING)
    monkeypatch.setattr(queue, "_started_at", {})
    assert running.queue_state(RunKind.SCORING).is_active


def test_everything_that_works_or_waits_is_stopped_before_a_backup():
    ended = enqueue(RunKind.PREDICTION)
    running.stop(RunKind.PREDICTION)
    waiting = [enqueue(), enqueue(RunKind.TRAINING)]
    assert running.stop_everything("ann") == (2, 0)
    assert [runs.run_row(open_store(), number).stopped_by for number in waiting] == ["ann"] * 2
    assert runs.run_row(open_store(), ended).stopped_by == ""
    assert running.stop_everything("ann") == (0, 0)


def test_a_worker_that_does_not_stop_in_time_is_told_and_a_dead_one_is_no_obstacle(monkeypatch):
    enqueue()
    runs.claim(open_store(), RunKind.SCORING)
    assert running.stop_everything("ann", 0.0) == (1, 1)
    monkeypatch.setattr(beats, "SILENT_SECONDS", 0.5)
    assert running.stop_everything("ann", 30.0) == (1, 0)

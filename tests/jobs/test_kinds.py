"""A kind of run is a member of `RunKind`, a line of the table and its module; nothing else knows it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import RunRefused
from core.jobs import queue
from core.jobs.kinds import JOB_KINDS, JobKind
from core.records.runs import RunKind, RunState
from core.settings import ROOT
from core.store.database import Store
from core.store.runs import beats, runs
from core.workflow import runs as shown_runs
from tests.jobs.counting import COUNTING
from tests.jobs.made_up import KIND_NAME, register
from tests.own_store import store

__all__ = ["store"]

# The process of `core.jobs`, in which the made-up kind is registered, too, and whose heart beats quickly.
WORKER = """
import sys
from core.jobs import worker
from core.store.runs import beats
from tests.jobs.made_up import register
register()
beats.BEAT_SECONDS = 0.1
worker.main(sys.argv[1])
"""


@pytest.fixture
def made_up() -> Iterator[RunKind]:
    """A kind that Septum does not have: registered, and gone after the test."""
    members, values = dict(RunKind._member_map_), dict(RunKind._value2member_map_)
    yield register()
    JOB_KINDS.pop(RunKind(KIND_NAME))
    for kept, now in ((members, RunKind._member_map_), (values, RunKind._value2member_map_)):
        now.clear()
        now.update(kept)


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen]]:
    """The workers that the queue has started."""
    processes: list[subprocess.Popen] = []

    def spawn(kind: RunKind) -> None:
        processes.append(subprocess.Popen([sys.executable, "-c", WORKER, kind.value], cwd=ROOT))

    monkeypatch.setattr("core.jobs.process.spawn_worker", spawn)
    monkeypatch.setattr(queue, "_started_at", {})
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def wait_until(store: Store, run_id: int, *states: RunState, done: int = 0) -> None:
    until = time.monotonic() + 60
    while (row := runs.run_row(store, run_id)).state not in states or row.done < done:
        assert time.monotonic() < until, row
        time.sleep(0.05)


def test_every_kind_has_a_line_whose_function_is_there():
    assert set(JOB_KINDS) == set(RunKind)
    for kind in JOB_KINDS.values():
        module, name = kind.entry.split(":")
        source = (ROOT / Path(*module.split("."))).with_suffix(".py").read_text()
        assert f"\ndef {name}(row: RunRow, control: RunControl) -> str:" in source


@pytest.mark.parametrize("entry", ["core.jobs.worker", ":run", "core.jobs.worker:", "core.jobs:no name"])
def test_a_line_that_names_no_function_is_refused(entry):
    with pytest.raises(ValueError, match="module:function"):
        JobKind(entry, "Count", "numbers")


def test_titles_stand_at_the_beginning_of_a_sentence():
    assert [JOB_KINDS[kind].with_article for kind in (RunKind.TRAINING, RunKind.IMPORT)] == [
        "A training",
        "An import",
    ]


def test_a_made_up_kind_is_queued_worked_stopped_and_taken_up_again(store, made_up, spawned):
    run_id = queue.submit(store, made_up, {}, 5, person="ann")
    waiting = queue.submit(store, made_up, {}, 1000)
    wait_until(store, run_id, RunState.FINISHED)
    assert (runs.run_row(store, run_id).kind, runs.run_row(store, run_id).message) == (
        made_up,
        "Counted to 5.",
    )
    wait_until(store, waiting, RunState.RUNNING, done=2)
    state = shown_runs.queue_state(made_up)
    assert (state.run.id, state.waiting, state.job) == (waiting, 0, COUNTING)
    shown_runs.stop(made_up, "ben")
    wait_until(store, waiting, RunState.CANCELLED)
    assert queue.can_resume(runs.run_row(store, waiting))
    queue.resume(store, waiting, "ann")
    wait_until(store, waiting, RunState.RUNNING, done=2)


def test_a_made_up_kind_whose_worker_is_killed_is_taken_up_by_whoever_looks(
    store, made_up, spawned, monkeypatch
):
    monkeypatch.setattr(beats, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr(queue, "RESTART_SECONDS", 10.0)
    killed = queue.submit(store, made_up, {}, 1000)
    wait_until(store, killed, RunState.RUNNING, done=1)
    waiting = runs.enqueue(store, made_up, {}, total=1)
    spawned[0].kill()
    until = time.monotonic() + 60
    while runs.run_row(store, waiting).state != RunState.FINISHED:
        assert time.monotonic() < until
        queue.supervise(store)
        time.sleep(0.2)
    assert runs.run_row(store, killed).state == RunState.FAILED
    assert queue.can_resume(runs.run_row(store, killed))


def test_a_kind_that_cannot_go_on_is_not_put_back_into_the_queue(store, spawned):
    run_id = runs.enqueue(store, RunKind.PREDICTION, {})
    shown_runs.stop(RunKind.PREDICTION)
    assert not queue.can_resume(runs.run_row(store, run_id))
    with pytest.raises(RunRefused, match="cannot go on"):
        queue.resume(store, run_id)
    assert (runs.run_row(store, run_id).state, spawned) == (RunState.CANCELLED, [])

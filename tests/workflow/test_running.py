"""A page that watches runs sees the one at work first, and stops all of its kind at once."""

import pytest

from core.records import RunKind, RunState
from core.store import runs
from core.store.database import open_store
from core.workflow import running

pytestmark = pytest.mark.usefixtures("home")


def enqueue(kind: RunKind = RunKind.SCORING) -> int:
    return runs.enqueue(open_store(), kind, {}, total=5)


def test_there_is_nothing_to_watch_before_the_first_run():
    enqueue(RunKind.PREDICTION)
    assert running.watched(RunKind.SCORING) is None


def test_the_run_at_work_is_shown_with_how_many_wait():
    first, _, _ = enqueue(), enqueue(), enqueue()
    assert (running.watched(RunKind.SCORING).run.id, running.watched(RunKind.SCORING).waiting) == (first, 2)
    claimed, token = runs.claim(open_store(), RunKind.SCORING)
    assert running.watched(RunKind.SCORING).run.id == claimed.id == first
    runs.end(open_store(), first, token, RunState.FINISHED, "done")
    assert running.watched(RunKind.SCORING).run.id == first + 1
    assert running.watched(RunKind.SCORING).is_active


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
    seen = running.watched(RunKind.SCORING)
    assert (seen.run.id, seen.is_active, seen.waiting) == (last, False, 0)

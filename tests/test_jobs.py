"""A worker does queued runs in a process of its own, can be stopped, and tells how it ended."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import jobs
from core.records import RunKind, RunRow, RunState
from core.settings import settings
from core.store import runs
from core.store.database import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
KIND = RunKind.PREDICTION
# A worker whose work is tests/job_work.py and whose heart beats quickly.
WORKER = """
import sys
from core import jobs
from core.store import runs
jobs.WORK = {jobs.RunKind.PREDICTION: ("tests.job_work", "run")}
jobs.HEARTBEAT_SECONDS = 0.2
runs.claim.__defaults__ = (1.0,)
runs.report.__kwdefaults__["lease_seconds"] = 1.0
sys.argv = ["jobs", "prediction"]
jobs.main()
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield open_store()
    settings.cache_clear()


@pytest.fixture
def worker(store: Store) -> Iterator[Callable[[], subprocess.Popen]]:
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        started.append(subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(store: Store, run_id: int, met: Callable[[RunRow], bool], seconds: float = 20) -> RunRow:
    until = time.monotonic() + seconds
    while not met(row := runs.run_row(store, run_id)):
        assert time.monotonic() < until, row
        time.sleep(0.05)
    return row


def test_queued_runs_are_done_one_after_the_other(store, worker):
    first, second = (runs.enqueue(store, KIND, {}, total=n) for n in (2, 3))
    process = worker()
    assert process.wait(30) == 0
    assert runs.run_row(store, first).message == "Counted to 2."
    row = runs.run_row(store, second)
    assert (row.state, row.message) == (RunState.FINISHED, "Counted to 3.")
    assert row.started_at >= runs.run_row(store, first).ended_at


def test_a_run_that_is_asked_to_stop_stops_soon(store, worker):
    run_id = runs.enqueue(store, KIND, {}, total=1000)
    worker()
    wait_for(store, run_id, lambda row: row.done >= 2)
    asked = time.monotonic()
    runs.ask_to_cancel(store, run_id)
    wait_for(store, run_id, lambda row: row.state == RunState.CANCELLED)
    assert time.monotonic() - asked < 10


def test_a_problem_is_told_in_words_and_a_bug_is_logged(store, worker):
    bad = runs.enqueue(store, KIND, {"fail": "input"}, total=1)
    bug = runs.enqueue(store, KIND, {"fail": "bug"}, total=1)
    process = worker()
    _, log = process.communicate(timeout=30)
    assert runs.run_row(store, bad).message == "slice 7 cannot be read; import it again"
    assert runs.run_row(store, bug).state == RunState.FAILED
    assert "ZeroDivisionError" in runs.run_row(store, bug).message
    assert b"Traceback" in log


def test_a_killed_worker_is_noticed_and_the_next_run_is_done(store, worker):
    run_id = runs.enqueue(store, KIND, {}, total=1000)
    waiting = runs.enqueue(store, KIND, {}, total=1)
    process = worker()
    wait_for(store, run_id, lambda row: row.done >= 1)
    process.kill()

    def noticed(row: RunRow) -> bool:
        runs.give_up_silent_runs(store)
        return row.state == RunState.FAILED

    assert "without a word" in wait_for(store, run_id, noticed).message
    worker().wait(30)
    assert runs.run_row(store, waiting).state == RunState.FINISHED


def test_a_worker_frozen_past_its_lease_cannot_write_any_more(store, worker):
    run_id = runs.enqueue(store, KIND, {}, total=30)
    process = worker()
    wait_for(store, run_id, lambda row: row.done >= 1)
    while True:  # until it is caught outside a write, which would lock everybody out
        os.kill(process.pid, signal.SIGSTOP)
        try:
            with sqlite3.connect(store.place, timeout=0.2, isolation_level=None) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            break
        except sqlite3.OperationalError:
            os.kill(process.pid, signal.SIGCONT)
            time.sleep(0.03)
    time.sleep(1.5)
    runs.give_up_silent_runs(store)
    frozen = runs.run_row(store, run_id)
    assert frozen.state == RunState.FAILED
    os.kill(process.pid, signal.SIGCONT)
    process.wait(30)
    assert runs.run_row(store, run_id) == frozen


def test_the_app_leaves_a_worker_behind_that_outlives_it(store, monkeypatch):
    calls = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: calls.append((command, options)))
    jobs.start(KIND)
    ((command, options),) = calls
    assert command[1:] == ["-m", "core.jobs", "prediction"]
    assert options["start_new_session"]
    assert options["env"]["OMP_WAIT_POLICY"] == "PASSIVE"
    assert (settings().home / "logs" / "prediction.log").exists()

"""A worker does queued runs in a process of its own, can be stopped, and tells how it ended."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import StoreUnavailable
from core.jobs.control import RunControl
from core.jobs.kinds import JOB_KINDS
from core.jobs.process import spawn_worker
from core.jobs.worker import drain_queue
from core.records.runs import RunKind, RunRow, RunState
from core.settings import settings
from core.store.database import Store, open_store
from core.store.runs import beats, run_changes, runs, silent_runs
from tests.jobs.counting import COUNTING
from tests.own_store import store
from tests.servers.databases import on_postgresql

__all__ = ["store"]


ROOT = Path(__file__).resolve().parents[2]
KIND = RunKind.PREDICTION
# A worker whose work is tests/jobs/counting.py and whose heart beats quickly.
WORKER = """
from core.jobs import control, kinds, worker
from core.store.runs import beats
from tests.jobs.counting import COUNTING
control.MAX_PAUSE = 0.5
kinds.JOB_KINDS[kinds.RunKind.PREDICTION] = COUNTING
beats.BEAT_SECONDS, beats.SILENT_SECONDS = 0.2, 1.0
worker.main("prediction")
"""


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


@pytest.fixture
def quick_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process, too, takes a second without a beat for death."""
    monkeypatch.setattr(beats, "SILENT_SECONDS", 1.0)


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
    run_changes.ask_to_cancel(store, run_id)
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


def test_a_killed_worker_is_noticed_and_the_next_run_is_done(store, worker, quick_silence):
    run_id = runs.enqueue(store, KIND, {}, total=1000)
    waiting = runs.enqueue(store, KIND, {}, total=1)
    process = worker()
    wait_for(store, run_id, lambda row: row.done >= 1)
    process.kill()

    def noticed(row: RunRow) -> bool:
        silent_runs.give_up_silent_runs(store)
        return row.state == RunState.FAILED

    assert "without a word" in wait_for(store, run_id, noticed).message
    worker().wait(30)
    assert runs.run_row(store, waiting).state == RunState.FINISHED


def test_the_next_worker_finds_out_by_itself_that_the_one_before_died(store, worker):
    """Nobody looks: no page is open."""
    run_id = runs.enqueue(store, KIND, {}, total=1000)
    waiting = runs.enqueue(store, KIND, {}, total=1)
    process = worker()
    wait_for(store, run_id, lambda row: row.done >= 1)
    process.kill()
    worker().wait(30)
    assert runs.run_row(store, run_id).state == RunState.FAILED
    assert runs.run_row(store, waiting).state == RunState.FINISHED


def test_one_worker_too_many_ends_while_the_other_lives(store, worker):
    run_id = runs.enqueue(store, KIND, {}, total=10_000)
    runs.enqueue(store, KIND, {}, total=1)
    worker()
    wait_for(store, run_id, lambda row: row.done >= 1)
    assert worker().wait(30) == 0
    assert runs.run_row(store, run_id).state == RunState.RUNNING


def halt(process: subprocess.Popen, store: Store) -> None:
    """Freeze a worker, but not within a write, which would lock everybody out."""
    while True:
        os.kill(process.pid, signal.SIGSTOP)
        if not is_written(store):
            return
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.03)


def is_written(store: Store) -> bool:
    """Whether somebody is in the middle of a write."""
    if on_postgresql():
        with store.engine.connect() as connection:
            others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            writing = others + "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            return connection.exec_driver_sql(writing).first() is not None
    try:
        with sqlite3.connect(store.place, timeout=0.2, isolation_level=None) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    return False


def test_a_worker_frozen_until_it_was_given_up_stops_at_once_and_writes_no_more(store, worker, quick_silence):
    run_id = runs.enqueue(store, KIND, {}, total=1000)
    process = worker()
    wait_for(store, run_id, lambda row: row.done >= 1)
    halt(process, store)

    def given_up(row: RunRow) -> bool:
        silent_runs.give_up_silent_runs(store)
        return row.state == RunState.FAILED

    frozen = wait_for(store, run_id, given_up)
    os.kill(process.pid, signal.SIGCONT)
    assert process.wait(10) == 0  # its work would take another minute and a half
    assert runs.run_row(store, run_id) == frozen


def test_a_machine_that_slept_takes_no_run_from_a_living_worker(store, worker, quick_silence):
    """The worker is frozen, and whoever watches does not look either; then the watcher goes on first."""
    run_id = runs.enqueue(store, KIND, {}, total=25)
    process = worker()
    wait_for(store, run_id, lambda row: row.done >= 1)
    halt(process, store)
    silent_runs.give_up_silent_runs(store)
    time.sleep(1.5)
    silent_runs.give_up_silent_runs(store)
    os.kill(process.pid, signal.SIGCONT)
    silent_runs.give_up_silent_runs(store)

    def ended(row: RunRow) -> bool:
        silent_runs.give_up_silent_runs(store)
        return row.state != RunState.RUNNING

    assert wait_for(store, run_id, ended).state == RunState.FINISHED


def test_the_app_leaves_a_worker_behind_that_outlives_it(store, monkeypatch):
    calls = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: calls.append((command, options)))
    spawn_worker(KIND)
    ((command, options),) = calls
    assert command[1:] == ["-m", "core.jobs", "prediction"]
    assert options["start_new_session"]
    assert options["env"]["OMP_WAIT_POLICY"] == "PASSIVE"
    assert (settings().home / "logs" / "prediction.log").exists()


def work_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(JOB_KINDS, KIND, COUNTING)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (StoreUnavailable("the store at x cannot be used (disk is full)"), "disk is full"),
        (OSError(28, "No space left on device", "/home/resume"), "No space left on device"),
        (MemoryError(), "the machine ran out of memory; "),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
            "the machine ran",
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "the GPU ran out of memory; "),
        (RuntimeError("shapes differ"), "An unexpected error (RuntimeError)"),
    ],
)
def test_whatever_ends_the_work_is_told_in_a_sentence(store, monkeypatch, error, told):
    work_here(monkeypatch)

    def fail(run: RunRow, control: RunControl) -> str:
        raise error

    monkeypatch.setattr("tests.jobs.counting.run", fail)
    run_id = runs.enqueue(store, KIND, {})
    drain_queue(store, KIND)
    row = runs.run_row(store, run_id)
    assert row.state == RunState.FAILED
    assert told in row.message
    assert "\n" not in row.message


def test_a_home_that_cannot_hold_a_log_is_told_in_a_sentence(store):
    (settings().home / "logs").write_bytes(b"in the way")
    with pytest.raises(StoreUnavailable, match="no worker can be started"):
        spawn_worker(KIND)


def test_a_worker_works_in_the_same_store_as_the_app_whose_home_is_relative(tmp_path, monkeypatch):
    """The app was started in a folder of its own, and the worker runs in that of the source."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEPTUM_HOME", "here")
    monkeypatch.setenv("SEPTUM_DATABASE", "sqlite:///there.sqlite")
    settings.cache_clear()
    store = open_store()
    run_id = runs.enqueue(store, RunKind.IMPORT, {"folder": "none"})
    spawn_worker(RunKind.IMPORT)
    row = wait_for(store, run_id, lambda row: row.state == RunState.FAILED, 60)
    assert "no longer there" in row.message
    assert (tmp_path / "there.sqlite").exists()
    assert (tmp_path / "here" / "logs" / "import.log").exists()
    settings.cache_clear()


def test_a_run_whose_worker_met_a_full_disk_is_told_by_it_and_not_as_killed(
    small_disk, monkeypatch, quick_silence
):
    """The page watches all the time; nobody can write until somebody makes room."""
    monkeypatch.setenv("SEPTUM_HOME", str(small_disk))
    settings.cache_clear()
    store = open_store()
    run_id = runs.enqueue(store, KIND, {}, total=15)
    process = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT)
    try:
        wait_for(store, run_id, lambda row: row.done >= 1)
        filler = small_disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(512))
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            silent_runs.give_up_silent_runs(store)
            time.sleep(0.05)
        assert runs.run_row(store, run_id).state == RunState.RUNNING
        filler.unlink()

        def ended(row: RunRow) -> bool:
            silent_runs.give_up_silent_runs(store)
            return row.state != RunState.RUNNING

        assert wait_for(store, run_id, ended, 60).state == RunState.FINISHED
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        store.engine.dispose()
        settings.cache_clear()

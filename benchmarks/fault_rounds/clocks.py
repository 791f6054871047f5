"""Clocks that go wrong: a living worker is never given up, a dead one is, whatever the time says."""

import time
from pathlib import Path
from random import Random

from benchmarks.fault_rounds.rounds import Round, own_home, process, unsound
from benchmarks.fault_rounds.working import SILENT_SECONDS
from core.jobs import process as worker_process
from core.records.runs import RunKind, RunState
from core.store.database import open_store
from core.store.runs import beats, runs, silent_runs

WATCHED_S = 3 * SILENT_SECONDS
# A worker whose clock is off by so many seconds, and jumps by as many again while it works.
WORKER = """
import sys
from datetime import UTC, datetime, timedelta
from core.store.runs import beats
from core.store.tables import base as tables
offsets = [float(sys.argv[2])]
tables.now = lambda: datetime.now(UTC) + timedelta(seconds=offsets[0])
from core.jobs import kinds, worker
from tests.jobs import counting
count = counting.run
def run(row, control):
    offsets[0] += float(sys.argv[3])
    return count(row, control)
counting.run = run
kinds.JOB_KINDS[kinds.RunKind.PREDICTION] = counting.COUNTING
beats.BEAT_SECONDS = 0.1
worker.main(sys.argv[1])
"""


def clocks(folder: Path, chance: Random) -> Round:
    """Watch a worker whose clock is hours off and jumps, then kill it and watch until that is noticed."""
    lost: list[str] = []
    silent, beats.SILENT_SECONDS = beats.SILENT_SECONDS, SILENT_SECONDS
    started, worker_process.spawn_worker = worker_process.spawn_worker, lambda kind: None
    try:
        with own_home(folder):
            run_id = runs.enqueue(open_store(), RunKind.PREDICTION, {}, total=10_000)
            off, jump = (str(chance.choice((-1, 1)) * chance.uniform(40, 40_000)) for _ in range(2))
            worker = process(WORKER, RunKind.PREDICTION, off, jump)
            began = time.monotonic()
            while (row := runs.run_row(open_store(), run_id)).done < 1 and time.monotonic() - began < 60:
                time.sleep(0.05)
            ends = time.monotonic() + WATCHED_S
            while time.monotonic() < ends:
                silent_runs.give_up_silent_runs(open_store())
                time.sleep(0.05)
            row = runs.run_row(open_store(), run_id)
            lost += [] if row.state == RunState.RUNNING else [f"a living worker is told as {row.state}"]
            worker.kill()
            worker.wait()
            killed = time.monotonic()
            while runs.run_row(open_store(), run_id).state == RunState.RUNNING:
                silent_runs.give_up_silent_runs(open_store())
                if time.monotonic() - killed > 10 * SILENT_SECONDS:
                    lost.append("a dead worker is still told as at work")
                    break
                time.sleep(0.05)
            lost += unsound()
    finally:
        beats.SILENT_SECONDS, worker_process.spawn_worker = silent, started
    return Round(1, 2, tuple(lost))

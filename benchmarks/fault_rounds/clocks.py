"""Clocks that go wrong: a living worker is never given up, a dead one is, whatever the time says."""

import time
from pathlib import Path
from random import Random

from benchmarks.fault_rounds.rounds import Round, own_home, process, unsound
from benchmarks.fault_rounds.working import SILENT_SECONDS
from core import jobs
from core.records import RunKind, RunState
from core.store import beats, runs, silent_runs
from core.store.database import open_store

WATCHED_S = 3 * SILENT_SECONDS
# A worker whose clock is off by so many seconds, and jumps by as many again while it works.
WORKER = """
import sys
from datetime import UTC, datetime, timedelta
from core.store import beats, tables
offsets = [float(sys.argv[2])]
tables.now = lambda: datetime.now(UTC) + timedelta(seconds=offsets[0])
from core import jobs
from tests import job_work
count = job_work.run
def run(row, control):
    offsets[0] += float(sys.argv[3])
    return count(row, control)
job_work.run = run
jobs.WORK = {jobs.RunKind.PREDICTION: ("tests.job_work", "run")}
beats.BEAT_SECONDS = 0.1
jobs.main()
"""


def clocks(folder: Path, chance: Random) -> Round:
    """Watch a worker whose clock is hours off and jumps, then kill it and watch until that is noticed."""
    lost: list[str] = []
    silent, beats.SILENT_SECONDS = beats.SILENT_SECONDS, SILENT_SECONDS
    started, jobs.start = jobs.start, lambda kind: None
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
        beats.SILENT_SECONDS, jobs.start = silent, started
    return Round(1, 2, tuple(lost))

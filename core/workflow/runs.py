"""Runs of every kind as pages show them: the one at work, how many wait, and a way to stop them."""

import time
from dataclasses import dataclass

from core.jobs.kinds import JOB_KINDS, JobKind
from core.jobs.queue import supervise
from core.records.runs import ACTIVE, RunKind, RunRow, RunState
from core.store.database import open_store
from core.store.runs import run_changes, runs
from core.store.runs.silent_runs import give_up_silent_runs

MAX_STOP_SECONDS = 90.0  # most that a stop of everything waits for the workers


@dataclass(frozen=True)
class QueueState:
    """The runs of one kind: the one to show, and how many wait behind it."""

    run: RunRow  # the one at work, or else the next in the queue, or else the last that ended
    waiting: int  # runs in the queue behind it

    @property
    def is_active(self) -> bool:
        """Whether anything of the kind is at work or waits for its turn."""
        return self.run.state in ACTIVE

    @property
    def job(self) -> JobKind:
        """What pages call a run of the kind, and what its progress counts."""
        return job_of(self.run)


def job_of(run: RunRow) -> JobKind:
    """Return what pages call a run of this kind, and what its progress counts."""
    return JOB_KINDS[run.kind]


def title_of(kind: str) -> str:
    """Return what pages call a run of a kind."""
    return JOB_KINDS[RunKind(kind)].title


def queue_state(kind: RunKind) -> QueueState | None:
    """Return the runs of a kind, None before the first; one whose worker died is shown as failed."""
    store = open_store()
    supervise(store)
    active = runs.list_runs(store, kind, None, ACTIVE)[::-1]
    if active:
        at_work = next((run for run in active if run.state == RunState.RUNNING), active[0])
        return QueueState(at_work, len(active) - 1)
    last = runs.list_runs(store, kind, 1)
    return QueueState(last[0], 0) if last else None


def stop(kind: RunKind, person: str = "") -> None:
    """Ask everything of a kind to stop; it does after the batch in hand, and what it saved stays."""
    store = open_store()
    for run in runs.list_runs(store, kind, None, ACTIVE):
        run_changes.ask_to_cancel(store, run.id, person)


def stop_everything(person: str = "", seconds: float = MAX_STOP_SECONDS) -> tuple[int, int]:
    """Have everything stop that is at work or waits; returns how many runs that were, and are still at work.

    Args:
        person: who asks for it.
        seconds: to wait until the workers have done so; one that died is known after half a minute.
    """
    store, until = open_store(), time.monotonic() + seconds
    asked = [run.id for run in runs.list_runs(store, None, None, ACTIVE)]
    for run_id in asked:
        run_changes.ask_to_cancel(store, run_id, person)
    while left := len(runs.list_runs(store, None, None, ACTIVE)):
        if time.monotonic() > until:
            break
        time.sleep(0.2)
        give_up_silent_runs(store)
    return len(asked), left

"""Runs of every kind as a page watches them: at work, waiting, taken up after a death, stopped."""

import time
from contextlib import suppress
from dataclasses import dataclass

from core import jobs
from core.errors import StoreUnavailable
from core.records import RunKind, RunRow, RunState
from core.store import run_changes, runs
from core.store.database import Store, open_store
from core.store.silent_runs import give_up_silent_runs

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
STOP_SECONDS = 90.0  # most that a stop of everything waits for the workers
WAKE_SECONDS = 30.0  # between two attempts to find a worker for a queue that nobody works on
_woken_at: dict[RunKind, float] = {}  # the clock when this process last started a worker of the kind


@dataclass(frozen=True)
class Watched:
    """Runs of one kind."""

    run: RunRow  # the one at work, or else the next in the queue, or else the last that ended
    waiting: int  # runs in the queue behind it

    @property
    def is_active(self) -> bool:
        """Whether anything of the kind is at work or waits for its turn."""
        return self.run.state in ACTIVE


def watched(kind: RunKind) -> Watched | None:
    """The runs of a kind; None before the first. One whose worker died is told as failed."""
    store = open_store()
    look_after(store)
    active = runs.list_runs(store, kind, None, ACTIVE)[::-1]
    if active:
        at_work = next((run for run in active if run.state == RunState.RUNNING), active[0])
        return Watched(at_work, len(active) - 1)
    last = runs.list_runs(store, kind, 1)
    return Watched(last[0], 0) if last else None


def stop(kind: RunKind, person: str = "") -> None:
    """Ask everything of a kind to stop; it does after the batch in hand, and what it saved stays."""
    store = open_store()
    for run in runs.list_runs(store, kind, None, ACTIVE):
        run_changes.ask_to_cancel(store, run.id, person)


def stop_everything(person: str = "", seconds: float = STOP_SECONDS) -> tuple[int, int]:
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


def wake(kind: RunKind) -> None:
    """Leave a worker behind for the queue of a kind.

    Raises:
        StoreUnavailable: when none can be started; what waits is taken up once somebody looks again.
    """
    _woken_at[kind] = time.monotonic()
    jobs.start(kind)


def look_after(store: Store) -> None:
    """Notice workers that died, and see that whatever waits has one; called by whoever shows runs.

    A killed worker, or a machine that went down, leaves queues behind.
    """
    give_up_silent_runs(store)
    for kind in runs.waiting_alone(store):
        if time.monotonic() - _woken_at.get(kind, -WAKE_SECONDS) >= WAKE_SECONDS:
            with suppress(StoreUnavailable):  # whoever looks shall see what is there
                wake(kind)

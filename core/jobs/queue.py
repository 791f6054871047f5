"""The queues of runs, one a kind: a run is submitted, resumed, and never left waiting without a worker."""

import time
from contextlib import suppress

from core.errors import RunRefused, StoreUnavailable
from core.jobs import process
from core.jobs.kinds import JOB_KINDS, can_do
from core.records.runs import STOPPED, RunKind, RunRow
from core.store.database import Store
from core.store.runs import run_changes, runs
from core.store.runs.silent_runs import give_up_silent_runs

RESTART_SECONDS = 30.0  # between two attempts to find a worker for a queue that nobody works on
_started_at: dict[RunKind, float] = {}  # the clock when this process last started a worker of the kind


def submit(
    store: Store,
    kind: RunKind,
    configuration: dict[str, object],
    total: int = 0,
    *,
    name: str = "",
    note: str = "",
    person: str = "",
) -> int:
    """Put a run into the queue of its kind and start a worker for it; returns the run's id.

    Args:
        store: which.
        kind: of run.
        configuration: what is requested, in plain values.
        total: how much there is to do, where that is known.
        name, note: for people.
        person: who asks; "" where nobody said.

    Raises:
        StoreUnavailable: when no worker can be started; the run waits until `supervise` finds it.
    """
    run_id = runs.enqueue(store, kind, configuration, total, name=name, note=note, person=person)
    start_worker(kind)
    return run_id


def can_resume(row: RunRow) -> bool:
    """Whether a run stopped before its end and is of a kind that goes on from there."""
    return row.state in STOPPED and JOB_KINDS[row.kind].is_resumable


def resume(store: Store, run_id: int, person: str = "") -> None:
    """Put a run that failed or was cancelled back into its queue and start a worker for it.

    Raises:
        NotFound: when there is none of that id.
        RunRefused: when it is at work, waits already, has finished, or is of a kind that cannot go on.
        StoreUnavailable: when no worker can be started.
    """
    kind = runs.run_row(store, run_id).kind
    if not JOB_KINDS[kind].is_resumable:
        raise RunRefused(f"a run of {kind} cannot go on; ask for a new one, which leaves out what is done")
    run_changes.enqueue_again(store, run_id, person)
    start_worker(kind)


def start_worker(kind: RunKind) -> None:
    """Start a worker for the queue of a kind.

    Raises:
        StoreUnavailable: when none can be started; what waits is taken up by a later `supervise`.
    """
    _started_at[kind] = time.monotonic()
    process.spawn_worker(kind)


def supervise(store: Store) -> None:
    """End every run whose worker died, and start a worker for every queue of this machine that has none.

    A killed worker, or a machine that went down, leaves queues behind; whoever shows runs calls this first.
    """
    give_up_silent_runs(store)
    for kind in runs.waiting_kinds(store, can_do):
        if time.monotonic() - _started_at.get(kind, -RESTART_SECONDS) >= RESTART_SECONDS:
            with suppress(StoreUnavailable):  # whoever looks shall see what is there
                start_worker(kind)

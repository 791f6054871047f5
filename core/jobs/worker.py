"""The worker: claims queued runs of one kind until none is left; a run's row is its only way to speak."""

import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from core.errors import RunRefused, SeptumError, one_memory_error
from core.jobs.control import Cancelled, RunControl, retry_while_unavailable
from core.jobs.kinds import JOB_KINDS, can_do
from core.records.runs import RunKind, RunRow, RunState
from core.settings import settings
from core.store.database import Store, open_store
from core.store.runs import beats, runs
from core.store.runs.silent_runs import blocking_beat

NICENESS = 10  # the reader's pages come first


def drain_queue(store: Store, kind: RunKind, at_once: int = 1) -> None:
    """Claim and do queued runs of a kind, one after the other, until none is left.

    Args:
        store: which.
        kind: of run.
        at_once: runs of the kind that may be at work, here and elsewhere.

    Raises:
        StoreUnavailable: when the store could not be written for many minutes. What was done is kept, and the
            next worker to take the run up finds it.
    """
    while (claimed := claim_next(store, kind, at_once)) is not None:
        run, token = claimed
        control = RunControl(store, run, token)
        try:
            with suppress(RunRefused):  # given up meanwhile; what this worker says no longer counts
                control.end(*execute(run, control))
        finally:
            control.close()


def claim_next(store: Store, kind: RunKind, at_once: int = 1) -> tuple[RunRow, str] | None:
    """Claim the next queued run that can be done here; None when there is none, or one lives who comes to it.

    Whether the run at work has a living worker is seen by watching it, for half a minute at most: nobody else
    may be there to see that it died.
    """
    before = None
    claim = partial(runs.claim, store, kind, runs.new_token(), at_once=at_once, can_do=can_do)
    while (claimed := retry_while_unavailable(claim)) is None:
        seen = blocking_beat(store, kind, can_do)
        if seen is None or before not in (None, seen):
            return None
        before = seen
        time.sleep(beats.SILENT_SECONDS / 30)
    return claimed


def execute(run: RunRow, control: RunControl) -> tuple[RunState, str]:
    """Do one run; returns how it ended and why, in words."""
    try:
        work = JOB_KINDS[run.kind].load()
        with one_memory_error():
            return RunState.FINISHED, work(run, control)
    except Cancelled as cancelled:
        return RunState.CANCELLED, str(cancelled) or "Cancelled; what was done until then is kept."
    except SeptumError as error:
        return RunState.FAILED, str(error)
    except OSError as error:  # a full disk, most of all
        traceback.print_exc()
        where = f" at {error.filename}" if error.filename else ""
        reason = error.strerror or type(error).__name__
        return RunState.FAILED, f"a file cannot be read or written{where} ({reason}); check free space"
    except Exception as error:  # a bug: the log gets its traceback, the reader a line instead of a riddle
        traceback.print_exc()
        return (
            RunState.FAILED,
            f"An unexpected error ({type(error).__name__}); the log in logs/ has the details.",
        )


def drain_side_by_side(store: Store, kind: RunKind) -> None:
    """Do the queue of a kind, as many runs at once as nodes of a cluster may train.

    What a node trains takes no more of this process than a thread that waits.
    """
    on_nodes = settings().cluster and kind == RunKind.TRAINING
    at_once = settings().cluster_trainings if on_nodes else 1
    if at_once == 1:
        drain_queue(store, kind)
        return
    with ThreadPoolExecutor(at_once) as threads:
        for done in [threads.submit(drain_queue, store, kind, at_once) for _ in range(at_once)]:
            done.result()


def main(kind: str) -> None:
    """Drain the queue of a kind with the app's pages before it; a problem of the store goes to the log."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        drain_side_by_side(open_store(), RunKind(kind))
    except SeptumError as error:
        sys.exit(str(error))

"""Long work in its own process; its row in the store is the only channel back.

`start` is called by the app. It leaves a worker behind that claims queued runs of one kind until none is
left; the worker belongs to no browser and no server, and survives both.
"""

import importlib
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from core.errors import RunRefused, SeptumError, StoreUnavailable, one_memory_error
from core.records import RunKind, RunRow, RunState
from core.run_control import Cancelled, RunControl, patiently
from core.settings import ROOT, settings
from core.store import beats, runs
from core.store.database import Store, open_store
from core.store.silent_runs import in_the_way
from core.worker_log import log_file, trim_log

NICENESS = 10  # the reader's pages come first
WORK = {  # imported by the worker alone: torch is slow
    RunKind.PREDICTION: ("core.workflow.prediction", "run"),
    RunKind.SCORING: ("core.workflow.scoring", "run"),
    RunKind.TRAINING: ("core.workflow.retraining", "run"),
    RunKind.IMPORT: ("core.workflow.importing.work", "run"),
}


def start(kind: RunKind) -> None:
    """Leave a worker behind for the queued runs of a kind; one too many finds nothing and ends.

    Raises:
        StoreUnavailable: when none can be started; what waits is taken up once somebody looks again.
    """
    threads = max(1, (os.cpu_count() or 1) - 1)  # one core stays with the app
    environment = os.environ | settings().environment
    environment |= {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": str(threads)}
    path = log_file(kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        trim_log(kind)
        with path.open("ab") as log:
            subprocess.Popen(
                [sys.executable, "-m", "core.jobs", kind.value],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise StoreUnavailable(
            f"no worker can be started with its log in {path.parent} ({error.strerror or error}); check free "
            "space, memory and permissions"
        ) from error


def work_off(store: Store, kind: RunKind) -> None:
    """Claim and do queued runs of a kind, one after the other, until none is left.

    Raises:
        StoreUnavailable: when the store could not be written for many minutes. What was done is kept, and the
            next worker to take the run up finds it.
    """
    while (claimed := next_run(store, kind)) is not None:
        run, token = claimed
        control = RunControl(store, run, token)
        try:
            with suppress(RunRefused):  # given up meanwhile; what this worker says no longer counts
                control.end(*do(run, control))
        finally:
            control.close()


def next_run(store: Store, kind: RunKind) -> tuple[RunRow, str] | None:
    """Claim the next queued run; None when there is none, or a living worker will come to it.

    Whether the run at work has a living worker is seen by watching it, for half a minute at most: nobody else
    may be there to see that it died.
    """
    before = None
    while (claimed := patiently(partial(runs.claim, store, kind))) is None:
        seen = in_the_way(store, kind)
        if seen is None or before not in (None, seen):
            return None
        before = seen
        time.sleep(beats.SILENT_SECONDS / 30)
    return claimed


def do(run: RunRow, control: RunControl) -> tuple[RunState, str]:
    """Do one run; returns how it ended and why, in words."""
    try:
        module, name = WORK[run.kind]
        work: Callable[[RunRow, RunControl], str] = getattr(importlib.import_module(module), name)
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


def main() -> None:
    """The worker: `python -m core.jobs KIND`."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        work_off(open_store(), RunKind(sys.argv[1]))
    except SeptumError as error:
        sys.exit(str(error))  # into the log


if __name__ == "__main__":
    main()

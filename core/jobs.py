"""Long work in its own process; its row in the store is the only channel back.

`start` is called by the app. It leaves a worker behind that claims queued runs of one kind until none is
left; the worker belongs to no browser and no server, and survives both.
"""

import importlib
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

from core.errors import RunRefused, SeptumError, StoreUnavailable
from core.records import RunKind, RunRow, RunState
from core.settings import ROOT, settings
from core.store import runs
from core.store.database import Store, open_store

HEARTBEAT_SECONDS = 5.0
NICENESS = 10  # the reader's pages come first
ASK_SECONDS = 1.0  # how often work that is in the middle of something looks whether it is to stop
WORK = {  # imported by the worker alone: torch is slow
    RunKind.PREDICTION: ("core.workflow.prediction", "run"),
    RunKind.SCORING: ("core.workflow.scoring", "run"),
    RunKind.TRAINING: ("core.workflow.retraining", "run"),
    RunKind.IMPORT: ("core.workflow.importing.work", "run"),
}


class Cancelled(Exception):
    """Somebody asked the work to stop; raised inside it, where stopping is safe. May say what was kept."""


class RunControl:
    """What the work says of itself, and what it is asked."""

    def __init__(self, store: Store, run: RunRow, token: str) -> None:
        """Begin to beat; the lease is renewed until `close`."""
        self.store, self.run, self.token = store, run, token
        self._asked_at = 0.0
        self._closed = threading.Event()
        self._beat = threading.Thread(target=self._keep_lease, daemon=True)
        self._beat.start()

    def progress(self, done: int, total: int, message: str) -> None:
        """Tell how far the work is.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up, since this worker was silent for too long.
        """
        asked = runs.report(self.store, self.run.id, self.token, done=done, total=total, message=message)
        if asked:
            raise Cancelled

    def ask(self) -> None:
        """Stop where the work stands, if somebody wants it to; cheap enough to be called all the time.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up.
        """
        if time.monotonic() - self._asked_at < ASK_SECONDS:
            return
        self._asked_at = time.monotonic()
        with suppress(StoreUnavailable):  # a store that is busy now will answer the next time
            if not runs.is_to_stop(self.store, self.run.id, self.token):
                return
            if runs.report(self.store, self.run.id, self.token):
                raise Cancelled

    def _keep_lease(self) -> None:
        while not self._closed.wait(HEARTBEAT_SECONDS):
            try:
                runs.report(self.store, self.run.id, self.token)
            except StoreUnavailable:
                continue  # the next beat may get through; if none does, the lease runs out as it should
            except RunRefused:
                return

    def close(self) -> None:
        """Stop beating."""
        self._closed.set()
        self._beat.join()


def start(kind: RunKind) -> None:
    """Leave a worker behind for the queued runs of a kind; one too many finds nothing and ends."""
    logs = settings().home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    threads = max(1, (os.cpu_count() or 1) - 1)  # one core stays with the app
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": str(threads)}
    with (logs / f"{kind.value}.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "core.jobs", kind.value],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def work_off(store: Store, kind: RunKind) -> None:
    """Claim and do queued runs of a kind, one after the other, until none is left."""
    while (claimed := runs.claim(store, kind)) is not None:
        run, token = claimed
        control = RunControl(store, run, token)
        state, message = do(run, control)
        control.close()
        with suppress(RunRefused):  # given up meanwhile; what this worker says no longer counts
            runs.end(store, run.id, token, state, message)


def do(run: RunRow, control: RunControl) -> tuple[RunState, str]:
    """Do one run; returns how it ended and why, in words."""
    try:
        module, name = WORK[run.kind]
        work: Callable[[RunRow, RunControl], str] = getattr(importlib.import_module(module), name)
        return RunState.FINISHED, work(run, control)
    except Cancelled as cancelled:
        return RunState.CANCELLED, str(cancelled) or "Cancelled; what was done until then is kept."
    except MemoryError:
        return RunState.FAILED, "The machine ran out of memory; choose smaller batches or fewer slices."
    except SeptumError as error:
        return RunState.FAILED, str(error)
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
    work_off(open_store(), RunKind(sys.argv[1]))


if __name__ == "__main__":
    main()

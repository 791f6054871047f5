"""The worker's side of a run's row: heartbeat, progress, whether to stop, how it ended."""

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.errors import RunRefused, StoreUnavailable
from core.jobs.log import trim_log
from core.records.runs import Epoch, RunRow, RunState
from core.store.database import Store
from core.store.runs import beats, epochs, run_files, runs

T = TypeVar("T")
CHECK_SECONDS = 1.0  # how often work that is in the middle of something looks whether it is to stop
RETRY_SECONDS = 900.0  # for which a write that the store refuses is tried again
MIN_PAUSE, MAX_PAUSE = 0.2, 15.0  # seconds between two of its attempts


class Cancelled(BaseException):
    """Somebody asked the work to stop; raised inside it, where stopping is safe. May say what was kept.

    No Exception: what goes on with the next file after a mistake must not take it for one.
    """


class RunControl:
    """Writes a run's progress and heartbeat into its row, and tells its work when to stop."""

    def __init__(self, store: Store, run: RunRow, token: str) -> None:
        """Start the heartbeat, which goes on until `close`."""
        self.store, self.run, self.token = store, run, token
        self._checked_at = 0.0
        self._lost = False
        self._on_finished: list[Callable[[], None]] = []
        self._closed = threading.Event()
        self._beat = threading.Thread(target=self._keep_beating, daemon=True)
        self._beat.start()

    def progress(
        self,
        done: int,
        total: int,
        message: str,
        *,
        peak_memory_mb: float | None = None,
        n_nodes: int | None = None,
        n_shards: int | None = None,
    ) -> None:
        """Store how far the work is, how much memory it took at most, and what nodes have done of it.

        None changes nothing.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up, since this worker was silent for too long.
        """
        self._refuse_if_lost()
        report = partial(runs.report, self.store, self.run.id, self.token, done=done, total=total)
        report = partial(report, message=message, peak_memory_mb=peak_memory_mb)
        if retry_while_unavailable(partial(report, n_nodes=n_nodes, n_shards=n_shards)):
            raise Cancelled

    def update(
        self,
        *,
        message: str | None = None,
        device: str | None = None,
        peak_memory_mb: float | None = None,
        model_id: int | None = None,
    ) -> None:
        """Write into the run's row what is known of it; None changes nothing.

        Raises:
            RunRefused: when the run was given up.
        """
        self._refuse_if_lost()
        report = partial(runs.report, message=message, device=device, peak_memory_mb=peak_memory_mb)
        retry_while_unavailable(partial(report, self.store, self.run.id, self.token, model_id=model_id))

    def restart_epochs(self, done: Sequence[Epoch], total: int) -> None:
        """Let the run's epochs be exactly these, where it begins or goes on, and report how far it is.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up.
        """
        self._refuse_if_lost()
        retry_while_unavailable(partial(epochs.replace_epochs, self.store, self.run.id, self.token, done))
        self.progress(len(done), total, epoch_message(len(done), total))

    def record_epoch(self, epoch: Epoch, total: int, peak_memory_mb: float) -> None:
        """Write an epoch that is done into the store, with the beat that says so.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up.
        """
        self._refuse_if_lost()
        retry_while_unavailable(partial(epochs.save_epoch, self.store, self.run.id, self.token, epoch))
        message = epoch_message(epoch.number, total)
        self.progress(epoch.number, total, message, peak_memory_mb=peak_memory_mb)

    def keep_file(self, source: Path) -> None:
        """Keep a file of this machine with the run, under its name, so that a worker elsewhere can go on.

        It must not be written to again, only be replaced.

        Raises:
            RunRefused: when the run was given up.
        """
        self._refuse_if_lost()
        retry_while_unavailable(partial(run_files.keep_run_file, self.store, self.run.id, self.token, source))

    def raise_if_cancelled(self) -> None:
        """Raise where the work stands if somebody asked to stop; cheap enough to be called all the time.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up.
        """
        self._refuse_if_lost()
        if time.monotonic() - self._checked_at < CHECK_SECONDS:
            return
        self._checked_at = time.monotonic()
        with suppress(StoreUnavailable):  # a store that is busy now will answer the next time
            if not runs.should_stop(self.store, self.run.id, self.token):
                return
            if runs.report(self.store, self.run.id, self.token):
                raise Cancelled

    def on_finished(self, tidy: Callable[[], None]) -> None:
        """Register what is done once the store knows that the run has finished; until then it may go on."""
        self._on_finished.append(tidy)

    def end(self, state: RunState, message: str) -> None:
        """Store how the run ended, retrying for minutes, and then do what `on_finished` registered.

        Raises:
            RunRefused: when the run was given up meanwhile.
            StoreUnavailable: when the store could not be written all the time.
        """
        retry_while_unavailable(partial(runs.end, self.store, self.run.id, self.token, state, message))
        for tidy in self._on_finished if state == RunState.FINISHED else ():
            with suppress(OSError, StoreUnavailable):  # a file that cannot go takes some room, and no more
                tidy()

    def _refuse_if_lost(self) -> None:
        if self._lost:
            raise RunRefused(f"run {self.run.id} is no longer this worker's; it was given up or taken over")

    def _keep_beating(self) -> None:
        while not self._closed.wait(beats.BEAT_SECONDS):
            try:
                runs.report(self.store, self.run.id, self.token)
                trim_log(self.run.kind)
            except StoreUnavailable:
                continue  # the next beat may get through; if none does, the worker is given up as it should
            except RunRefused:
                self._lost = True
                return
            except Exception:  # a bug here must not make work that goes on look dead
                traceback.print_exc()

    def close(self) -> None:
        """Stop the heartbeat."""
        self._closed.set()
        self._beat.join()


def epoch_message(done: int, total: int) -> str:
    """What a training says of itself after so many epochs.

    >>> epoch_message(2, 10)
    'Epoch 3 of 10.'
    """
    return f"Epoch {min(done + 1, total)} of {total}."


def retry_while_unavailable(write: Callable[[], T]) -> T:
    """Return what a write to the store returns; a refused one, as on a full disk, is retried for minutes.

    Raises:
        StoreUnavailable: when it was refused all the time.
    """
    until, pause = time.monotonic() + RETRY_SECONDS, MIN_PAUSE
    while True:
        try:
            return write()
        except StoreUnavailable:
            if time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, MAX_PAUSE)

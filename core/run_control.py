"""What long work says of itself through its row in the store, and what it is asked to do."""

import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from core.errors import RunRefused, StoreUnavailable
from core.records import RunRow, RunState
from core.store import beats, runs
from core.store.database import Store
from core.worker_log import trim_log

T = TypeVar("T")
ASK_SECONDS = 1.0  # how often work that is in the middle of something looks whether it is to stop
PATIENCE_SECONDS = 900.0  # for which a write that the store refuses is tried again
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0  # seconds between two of its attempts


class Cancelled(BaseException):
    """Somebody asked the work to stop; raised inside it, where stopping is safe. May say what was kept.

    No Exception: what goes on with the next file after a mistake must not take it for one.
    """


class RunControl:
    """What the work says of itself, and what it is asked."""

    def __init__(self, store: Store, run: RunRow, token: str) -> None:
        """Begin to beat, until `close`."""
        self.store, self.run, self.token = store, run, token
        self._asked_at = 0.0
        self._lost = False
        self._after: list[Callable[[], None]] = []
        self._wake = threading.Event()
        self._beat = threading.Thread(target=self._keep_beating, daemon=True)
        self._beat.start()

    def progress(self, done: int, total: int, message: str) -> None:
        """Tell how far the work is.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up, since this worker was silent for too long.
        """
        self._refuse_if_lost()
        report = partial(runs.report, self.store, self.run.id, self.token)
        if patiently(partial(report, done=done, total=total, message=message)):
            raise Cancelled

    def tell(
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
        said = partial(runs.report, message=message, device=device, peak_memory_mb=peak_memory_mb)
        patiently(partial(said, self.store, self.run.id, self.token, model_id=model_id))

    def ask(self) -> None:
        """Stop where the work stands, if somebody wants it to; cheap enough to be called all the time.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run was given up.
        """
        self._refuse_if_lost()
        if time.monotonic() - self._asked_at < ASK_SECONDS:
            return
        self._asked_at = time.monotonic()
        with suppress(StoreUnavailable):  # a store that is busy now will answer the next time
            if not runs.is_to_stop(self.store, self.run.id, self.token):
                return
            if runs.report(self.store, self.run.id, self.token):
                raise Cancelled

    def afterwards(self, tidy: Callable[[], None]) -> None:
        """Have something done once the store knows that the run has finished; until then it may go on."""
        self._after.append(tidy)

    def end(self, state: RunState, message: str) -> None:
        """Store how the run ended, patiently, and then do what was left for afterwards.

        Raises:
            RunRefused: when the run was given up meanwhile.
            StoreUnavailable: when the store could not be written all the time.
        """
        patiently(partial(runs.end, self.store, self.run.id, self.token, state, message))
        for tidy in self._after if state == RunState.FINISHED else ():
            with suppress(OSError):  # a file that cannot go takes some room, and no more
                tidy()

    def _refuse_if_lost(self) -> None:
        if self._lost:
            raise RunRefused(f"run {self.run.id} is no longer this worker's; it was given up or taken over")

    def _keep_beating(self) -> None:
        while not self._wake.wait(beats.BEAT_SECONDS):
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
        """Stop beating."""
        self._wake.set()
        self._beat.join()


def patiently(write: Callable[[], T]) -> T:
    """What a write to the store returns; one that it refuses, as on a full disk, is tried again for minutes.

    Raises:
        StoreUnavailable: when it was refused all the time.
    """
    until, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE
    while True:
        try:
            return write()
        except StoreUnavailable:
            if time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)

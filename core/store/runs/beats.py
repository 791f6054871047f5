"""Which workers have fallen silent: told by whether their beats go on, never by the time of day.

Clocks jump, by a server that sets them or a laptop that wakes, and those of two machines differ. So whoever
looks remembers what was there, and by the monotonic clock of the process for how long it has not changed.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

BEAT_SECONDS = 5.0  # from one to the next, while the worker lives
SILENT_SECONDS = 30.0  # six beats; a busy disk swallows one or two
MAX_UNSEEN_SHARE = 1 / 3  # of these, at most counted between two looks: the watcher may have slept


@dataclass(frozen=True)
class Beat:
    """What a run's row says of its worker."""

    run_id: int
    token: str | None  # of the worker
    count: int


@dataclass(frozen=True)
class Silence:
    """How long a beat was the newest, as far as somebody was there to see it."""

    seconds: float
    looked_at: float  # by the watch's clock


class Watch:
    """What this process has seen of the workers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing was seen yet, so nobody counts as silent."""
        self._clock = clock
        self._seen: dict[Beat, Silence] = {}
        self._lock = threading.Lock()

    def silent(self, beats: Iterable[Beat]) -> list[Beat]:
        """Return the beats of those at work now that were seen not to change for `SILENT_SECONDS`.

        A machine that sleeps halts worker and watcher alike, and the watcher may be the first to go on. So a
        long time between two looks says little, and counts little.
        """
        with self._lock:
            moment = self._clock()
            self._seen = {beat: self._later(beat, moment) for beat in beats}
            return [beat for beat, silence in self._seen.items() if silence.seconds >= SILENT_SECONDS]

    def begin_anew(self) -> None:
        """Forget what was seen: where nobody can write, silence is no sign of death."""
        with self._lock:
            self._seen = {}

    def _later(self, beat: Beat, moment: float) -> Silence:
        before = self._seen.get(beat)
        if before is None:
            return Silence(0.0, moment)
        passed = min(moment - before.looked_at, SILENT_SECONDS * MAX_UNSEEN_SHARE)
        return Silence(before.seconds + passed, moment)


WATCH = Watch()  # of this process

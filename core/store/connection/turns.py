"""The turns of one process's writers: one of them at a time waits for those of other processes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import StoreUnavailable
from core.store.connection.refusal_words import Refusal


@contextmanager
def own_turn(turn: threading.Lock, place: str, most_seconds: float) -> Iterator[float]:
    """Wait for the writers of this process; yields the seconds that are left to wait for others.

    Raises:
        StoreUnavailable: when the turn did not come within the most seconds.
    """
    began = time.monotonic()
    if not turn.acquire(timeout=most_seconds):
        raise StoreUnavailable(Refusal.BUSY.format(place=place, reason=f"{most_seconds} seconds"))
    try:
        yield max(0.0, most_seconds - (time.monotonic() - began))
    finally:
        turn.release()

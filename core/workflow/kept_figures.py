"""Figures of very many slices: made behind the pages, and kept until what they rest on changes.

What is quick is waited for, so that a page of a small store always shows what is so now. What takes longer is
made in a thread while the page shows the figures of before with their age, or says that it is counting.
"""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotDone
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import numpy as np

from core.store.database import on_open_store
from core.store.slices import slice_arrays

WAIT_SECONDS = 0.3  # for which a page waits
REST = 10  # times as long as they took to make, figures are shown before they are made again
AT_ONCE = 2  # threads that make some
KEPT_BYTES = 500_000_000  # of all figures together; those that were asked for longest ago go first
OVERHEAD = 10_000  # bytes of figures beside their arrays, about

Value = TypeVar("Value")
masks_stamp = on_open_store(slice_arrays.masks_stamp)


@dataclass(frozen=True)
class Made(Generic[Value]):
    """Figures, and of when they are."""

    value: Value
    stamp: str  # of what they rest on
    at: datetime
    seconds: float  # that it took to make them
    n_bytes: int

    @property
    def is_rested(self) -> bool:
        """Whether they may be made again already."""
        return (datetime.now(UTC) - self.at).total_seconds() >= REST * self.seconds


class KeptFigures:
    """Figures by what they are of; any thread may ask."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._made: dict[Hashable, Made[Any]] = {}  # what was asked for last stands last
        self._making: dict[Hashable, Future[None]] = {}
        self._failed: dict[Hashable, tuple[str, Exception]] = {}
        self._lock = threading.Lock()
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def ask(
        self, key: Hashable, stamp: str, make: Callable[[], Value], *, wait: bool = True
    ) -> Made[Value] | None:
        """Return the figures of this stamp, else those of before; None while the first are being made.

        Args:
            key: which figures.
            stamp: another text whenever what they rest on has changed.
            make: makes them; what it raises is raised here.
            wait: for what may be quick.
        """
        ends = time.monotonic() + WAIT_SECONDS * wait
        while True:
            made, making = self._begin(key, stamp, make)
            is_quick = made is None or made.seconds < WAIT_SECONDS
            if making is None or not is_quick:
                return made
            try:
                making.result(max(0.0, ends - time.monotonic()))
            except NotDone:
                return made

    def is_making(self, key: Hashable) -> bool:
        """Return whether a thread makes these figures."""
        with self._lock:
            return key in self._making

    def _begin(
        self, key: Hashable, stamp: str, make: Callable[[], Value]
    ) -> tuple[Made[Value] | None, Future[None] | None]:
        """What is kept, and what will come where that is not of the stamp."""
        with self._lock:
            failed = self._failed.pop(key, None)
            if failed is not None and failed[0] == stamp:
                raise failed[1]
            made = self._made.pop(key, None)
            if made is not None:
                self._made[key] = made
                if made.stamp == stamp:
                    return made, None
            making = self._making.get(key)
            if making is None and (made is None or made.seconds < WAIT_SECONDS or made.is_rested):
                making = self._making[key] = Future()
                threading.Thread(target=self._make, args=(key, stamp, make, making), daemon=True).start()
            return made, making

    def _make(self, key: Hashable, stamp: str, make: Callable[[], Value], making: Future[None]) -> None:
        with self._turn:
            began = time.monotonic()
            try:
                value = make()
                seconds = time.monotonic() - began
                made = Made(value, stamp, datetime.now(UTC), seconds, OVERHEAD + size_of(value))
            except Exception as error:
                with self._lock:
                    self._failed[key] = stamp, error
                    del self._making[key]
            else:
                with self._lock:
                    self._made[key] = made
                    del self._making[key]
                    self._make_room()
            making.set_result(None)

    def _make_room(self) -> None:
        """Let go what was asked for longest ago; the newest stay, however large they are."""
        n_bytes = sum(made.n_bytes for made in self._made.values())
        while n_bytes > KEPT_BYTES and len(self._made) > 1:
            n_bytes -= self._made.pop(next(iter(self._made))).n_bytes


def size_of(value: object) -> int:
    """Return how many bytes the arrays in a value take, also in dataclasses within it."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    return sum(map(size_of, vars(value).values())) if is_dataclass(value) else 0

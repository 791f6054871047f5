"""What takes long to make, kept while there is room for it; what was used longest ago goes first."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by their keys, of so many bytes at most; any thread may ask."""

    def __init__(self, max_bytes: int, size_of: Callable[[Value], int]) -> None:
        """Keep nothing yet.

        Args:
            max_bytes: that all values together may have.
            size_of: says how many bytes one has.
        """
        self.max_bytes = max_bytes
        self._size_of = size_of
        self._values: dict[Hashable, Value] = {}  # the one used last stands last
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """Return what was kept under a key; None where it is not, or no longer."""
        with self._lock:
            value = self._values.pop(key, None)
            if value is not None:
                self._values[key] = value
            return value

    def put(self, key: Hashable, value: Value) -> Value:
        """Keep a value and return it; one that is larger than all the room is not kept."""
        with self._lock:
            before = self._values.pop(key, None)
            self._bytes -= 0 if before is None else self._size_of(before)
            if self._size_of(value) > self.max_bytes:
                return value
            self._values[key] = value
            self._bytes += self._size_of(value)
            while self._bytes > self.max_bytes:
                oldest = next(iter(self._values))
                self._bytes -= self._size_of(self._values.pop(oldest))
        return value

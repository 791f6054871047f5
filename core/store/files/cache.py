"""Copies of files that lie on another machine, on this one: bounded, and shared by all its processes.

A file is named by its content, so a copy is never out of date; whoever reads one compares its hash. A crash
may leave a torn copy, which is then read anew. Where copies cannot be kept, nothing is wrong but the time.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "size"  # the file that all processes lock; holds how many bytes there are, in decimal
KEPT_SHARE = 0.9  # of the bound, of what is left when the oldest go
TORN_SECONDS = 3600.0  # no file takes so long to be written
TOUCH_SECONDS = 60.0  # how exactly it is known when a copy was read last


class ReadCache:
    """A folder of copies, none of which is asked for by any other name than its own."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Nothing is made before the first copy is kept.

        Args:
            folder: of this cache alone.
            max_bytes: that all copies take together, at most.
        """
        self.folder, self.max_bytes = folder, max_bytes

    def get(self, name: str) -> bytes | None:
        """Return a copy, or None where there is none."""
        path = self.folder / name
        try:
            data = path.read_bytes()
            if time.time() - path.stat().st_mtime > TOUCH_SECONDS:
                os.utime(path)  # the copies that nobody has read for longest go first
        except OSError:
            return None
        return data

    def holds(self, name: str) -> bool:
        """Return whether there is a copy."""
        return (self.folder / name).is_file()

    def put(self, name: str, data: bytes) -> None:
        """Keep a copy; the oldest go where it would be too much. One that is too large is not kept."""
        if len(data) > self.max_bytes:
            return
        with suppress(OSError):  # a full disk, most of all
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._alone() as total:
                before = path.stat().st_size if path.is_file() else 0
                total.change(len(data) - before)
                if total.n_bytes > self.max_bytes:
                    total.set(self._make_room(len(data), path) + len(data))
                self._write(path, data)

    def drop(self, name: str) -> None:
        """Remove a copy."""
        with suppress(OSError):
            (self.folder / name).unlink()

    def _write(self, path: Path, data: bytes) -> None:
        handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(partial, path)
        except OSError:
            Path(partial).unlink(missing_ok=True)
            raise

    def _make_room(self, wanted: int, but: Path) -> int:
        """Remove the copies that were not read for longest; returns the bytes of those that are left."""
        copies = sorted(self._copies(but))
        left = sum(n_bytes for _, n_bytes, _ in copies)
        for _, n_bytes, path in copies:
            if left + wanted <= KEPT_SHARE * self.max_bytes:
                break
            with suppress(OSError):
                os.unlink(path)
            left -= n_bytes
        return left

    def _copies(self, but: Path) -> Iterator[tuple[float, int, str]]:
        """When each copy was read last, its bytes and its path; torn ones go first."""
        for shard in os.scandir(self.folder):
            if not shard.is_dir():
                continue
            for file in os.scandir(shard.path):
                if file.path == str(but):
                    continue
                with suppress(FileNotFoundError):  # dropped meanwhile
                    status = file.stat()
                    is_torn = file.name.endswith(".partial")
                    if not is_torn or time.time() - status.st_mtime > TORN_SECONDS:
                        yield 0.0 if is_torn else status.st_mtime, status.st_size, file.path

    @contextmanager
    def _alone(self) -> Iterator["_Total"]:
        """Keep other processes and threads from counting meanwhile."""
        handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield _Total(handle)
        finally:
            os.close(handle)


class _Total:
    """How many bytes the copies take: counted before they are written, so that a crash counts too much.

    What was dropped or removed by hand counts on until the bound is reached, when all is counted anew.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        told = os.pread(handle, 32, 0).strip()
        self.n_bytes = int(told) if told.isdigit() else 0

    def change(self, by: int) -> None:
        self.set(self.n_bytes + by)

    def set(self, n_bytes: int) -> None:
        self.n_bytes = max(0, n_bytes)
        os.pwrite(self._handle, str(self.n_bytes).encode().ljust(32), 0)

"""Images as files named by their content: written once, never changed, checked when read."""

import hashlib
import io
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import fsspec
import numpy as np

from core.errors import StoreUnavailable


class ArrayFolder:
    """A folder of arrays, on this machine or behind an fsspec URL such as s3://bucket/arrays."""

    def __init__(self, url: str) -> None:
        """Nothing is made before the first array is kept."""
        self.url = url
        self.remote = "://" in url
        self.folder = Path(url)
        if self.remote:
            self.system, self.root = fsspec.core.url_to_fs(url)

    def keep(self, array: np.ndarray) -> str:
        """Store an array and return its SHA-256; one that is there already is not written again.

        When this returns, the file is on the disk under its name; the row that names it may commit.
        """
        data = encoded(array)
        digest = digest_of(data)
        if not self.holds(digest):
            if self.remote:
                self.system.pipe_file(f"{self.root}/{digest}.npy", data)
            else:
                write_durably(self._path(digest), data)
        return digest

    def holds(self, digest: str) -> bool:
        """Whether there is a file of that name."""
        if self.remote:
            return bool(self.system.exists(f"{self.root}/{digest}.npy"))
        return self._path(digest).exists()

    def remove(self, digests: Sequence[str]) -> None:
        """Remove files; those that are not there are none to remove."""
        if self.remote:
            there = [f"{self.root}/{digest}.npy" for digest in digests if self.holds(digest)]
            if there:
                self.system.rm(there)
            return
        for digest in digests:
            self._path(digest).unlink(missing_ok=True)

    def load(self, digest: str) -> np.ndarray:
        """The array.

        Raises:
            StoreUnavailable: when its file is missing or is not what was written.
        """
        try:
            if self.remote:
                data = self.system.cat_file(f"{self.root}/{digest}.npy")
            else:
                data = self._path(digest).read_bytes()
        except OSError as error:
            raise StoreUnavailable(
                f"the image {digest[:12]} is missing in {self.url} ({error.strerror or error}); "
                "restore it from a backup or import its series again"
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise StoreUnavailable(
                f"the image {digest[:12]} in {self.url} is damaged; restore it from a backup, "
                "or delete the file and import its series again"
            )
        return np.load(io.BytesIO(data), allow_pickle=False)

    def is_whole(self, digest: str) -> bool:
        """Whether the file is there and is what was written."""
        try:
            self.load(digest)
        except StoreUnavailable:
            return False
        return True

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.npy"


def digest_of(data: bytes) -> str:
    """The name of the array whose .npy file has these bytes: their SHA-256."""
    return hashlib.sha256(data).hexdigest()


def encoded(array: np.ndarray) -> bytes:
    """The array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def write_durably(path: Path, data: bytes) -> None:
    """Write a file that is whole or absent after any crash, and on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.partial")
    try:
        with partial.open("wb") as file:  # buffered: a full disk raises, where os.write could fall short
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

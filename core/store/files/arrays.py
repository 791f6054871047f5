"""Images as files named by their content: written once, never changed, checked when read."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.errors import StoreUnavailable
from core.store.files.storage import Storage

ENDING = ".npy"


class ArrayFolder:
    """A folder of arrays, on this machine or behind an fsspec URL such as s3://bucket/arrays."""

    def __init__(self, url: str) -> None:
        """Nothing is made before the first array is kept.

        Raises:
            BadSetting: when the URL cannot be used.
            StoreUnavailable: when what is behind it does not answer.
        """
        self.url = url
        self.storage = Storage(url)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine; None where the arrays are elsewhere."""
        return self.storage.local

    def keep(self, array: np.ndarray) -> str:
        """Store an array and return its SHA-256; one that is there already is not written again.

        When this returns, the file is on the disk under its name; the row that names it may commit.

        Raises:
            StoreUnavailable: when it cannot be written.
        """
        data = encoded(array)
        digest = digest_of(data)
        if not self.holds(digest):
            self.storage.write(name_of(digest), data)
        return digest

    def holds(self, digest: str) -> bool:
        """Return whether there is a file of that name."""
        return any(self.storage.holds(name) for name in names_of(digest))

    def remove(self, digests: Sequence[str]) -> None:
        """Remove files; those that are not there are none to remove."""
        self.storage.remove([name for digest in digests for name in names_of(digest)])

    def load(self, digest: str) -> np.ndarray:
        """Return the array of that name.

        Raises:
            StoreUnavailable: when its file is missing or is not what was written.
        """
        return np.load(io.BytesIO(self.read(digest)), allow_pickle=False)

    def read(self, digest: str) -> bytes:
        """Return the bytes of an array's file, which are what was written.

        Raises:
            StoreUnavailable: when the file is missing or is not what was written.
        """
        try:
            data = self._bytes(digest)
        except OSError as error:
            raise StoreUnavailable(
                f"the image {digest[:12]} is missing in {self.url} ({error.strerror or error}); "
                "restore it from a backup or import its series again"
            ) from error
        if digest_of(data) != digest:
            raise StoreUnavailable(
                f"the image {digest[:12]} in {self.url} is damaged; restore it from a backup, "
                "or delete the file and import its series again"
            )
        return data

    def files(self) -> Iterator[Path]:
        """Yield every file of a folder on this machine, finished or not; none where it is elsewhere."""
        if self.folder is not None and self.folder.is_dir():
            for shard in sorted(self.folder.iterdir()):
                if shard.is_dir():
                    yield from sorted(shard.iterdir())

    def path(self, digest: str) -> Path:
        """Return where an array's file is, or would be, in the folder on this machine."""
        if self.folder is None:
            raise ValueError(f"the arrays of {self.url} are not on this machine")
        return self.folder / name_of(digest)

    def _bytes(self, digest: str) -> bytes:
        sharded, flat = names_of(digest)
        try:
            return self.storage.read(sharded)
        except FileNotFoundError:
            return self.storage.read(flat)


def name_of(digest: str) -> str:
    """Return an array's file below the folder, the same on every disk, so that a folder can be moved.

    >>> name_of("ab12")
    'ab/ab12.npy'
    """
    return f"{digest[:2]}/{digest}{ENDING}"


def names_of(digest: str) -> tuple[str, str]:
    """Return where an array may be: as now, and as the first release wrote it to other machines."""
    return name_of(digest), f"{digest}{ENDING}"


def digest_of(data: bytes) -> str:
    """Return the name of the array whose .npy file has these bytes: their SHA-256."""
    return hashlib.sha256(data).hexdigest()


def encoded(array: np.ndarray) -> bytes:
    """Return the array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()

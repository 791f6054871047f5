"""Images as files named by their content: written once, never changed, checked when read."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.durable import write_durably
from core.errors import StoreUnavailable
from core.store.bucket import Bucket
from core.store.refusals import disk_told_plainly

HERE = ("file://", "local://")  # how fsspec calls this machine's own disk
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
        scheme = next((scheme for scheme in HERE if url.startswith(scheme)), "")
        self.folder = Path(url.removeprefix(scheme))
        self.bucket = None if scheme or "://" not in url else Bucket(url)

    def keep(self, array: np.ndarray) -> str:
        """Store an array and return its SHA-256; one that is there already is not written again.

        When this returns, the file is on the disk under its name; the row that names it may commit.

        Raises:
            StoreUnavailable: when it cannot be written.
        """
        data = encoded(array)
        digest = digest_of(data)
        if self.holds(digest):
            return digest
        if self.bucket is not None:
            self.bucket.write(name_of(digest), data)
        else:
            with disk_told_plainly(str(self.folder)):
                write_durably(self.path(digest), data)
        return digest

    def holds(self, digest: str) -> bool:
        """Whether there is a file of that name."""
        if self.bucket is not None:
            return any(self.bucket.holds(name) for name in names_of(digest))
        return self.path(digest).exists()

    def remove(self, digests: Sequence[str]) -> None:
        """Remove files; those that are not there are none to remove."""
        if self.bucket is not None:
            self.bucket.remove([name for digest in digests for name in names_of(digest)])
            return
        with disk_told_plainly(str(self.folder)):
            for digest in digests:
                self.path(digest).unlink(missing_ok=True)

    def load(self, digest: str) -> np.ndarray:
        """The array.

        Raises:
            StoreUnavailable: when its file is missing or is not what was written.
        """
        return np.load(io.BytesIO(self.read(digest)), allow_pickle=False)

    def read(self, digest: str) -> bytes:
        """The bytes of an array's file, which are what was written.

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
        """Every file on this machine, folder by folder, finished or not; none where they are elsewhere."""
        if self.bucket is None and self.folder.is_dir():
            for shard in sorted(self.folder.iterdir()):
                if shard.is_dir():
                    yield from sorted(shard.iterdir())

    def path(self, digest: str) -> Path:
        """Where an array's file is, or would be, on this machine."""
        return self.folder / name_of(digest)

    def _bytes(self, digest: str) -> bytes:
        if self.bucket is None:
            return self.path(digest).read_bytes()
        sharded, flat = names_of(digest)
        try:
            return self.bucket.read(sharded)
        except FileNotFoundError:
            return self.bucket.read(flat)


def name_of(digest: str) -> str:
    """The file of an array below the folder, the same on every disk, so that a folder can be moved.

    >>> name_of("ab12")
    'ab/ab12.npy'
    """
    return f"{digest[:2]}/{digest}{ENDING}"


def names_of(digest: str) -> tuple[str, str]:
    """Where an array may be in a bucket: as now, and as the first release wrote it."""
    return name_of(digest), f"{digest}{ENDING}"


def digest_of(data: bytes) -> str:
    """The name of the array whose .npy file has these bytes: their SHA-256."""
    return hashlib.sha256(data).hexdigest()


def encoded(array: np.ndarray) -> bytes:
    """The array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()

"""Files behind an fsspec URL; whatever the other side refuses is told in one sentence."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import fsspec

from core.errors import BadSetting, StoreUnavailable

EXAMPLES = "a folder, or an fsspec URL such as s3://bucket/arrays"
BUCKETS = (
    "s3",
    "s3a",
    "gs",
    "gcs",
    "abfs",
    "az",
)  # of these, the first name of a path is one that must be there


class Bucket:
    """A folder on another machine."""

    def __init__(self, url: str) -> None:
        """Ask for it once, so that a wrong address is told before any work is done.

        Raises:
            BadSetting: when the URL is none, names no bucket, or asks for what is not installed.
            StoreUnavailable: when nobody answers there.
        """
        self.url = url
        protocol = url.partition("://")[0]
        if protocol == "memory":
            raise BadSetting(
                f"SEPTUM_ARRAYS is {url!r}, in memory, where the app and its workers cannot share it; "
                f"give {EXAMPLES}"
            )
        try:
            self.system, self.root = fsspec.core.url_to_fs(url)
        except ImportError as error:
            raise BadSetting(
                f"SEPTUM_ARRAYS is {url!r}, for which a package must be installed: {_line(error)}"
            ) from error
        except ValueError as error:
            raise BadSetting(f"SEPTUM_ARRAYS is {url!r} ({_line(error)}); give {EXAMPLES}") from error
        self._has_buckets = protocol in BUCKETS
        bucket = self.root.partition("/")[0]
        if self._has_buckets and not self._is_there(bucket):
            raise BadSetting(
                f"SEPTUM_ARRAYS is {url!r}, but there is no bucket {bucket!r}; make it, or name another"
            )

    def read(self, name: str) -> bytes:
        """A file.

        Raises:
            FileNotFoundError: when there is none of that name.
            StoreUnavailable: when nobody answers.
        """
        with self._told():
            try:
                return bytes(self.system.cat_file(f"{self.root}/{name}"))
            except FileNotFoundError:
                pass
        raise FileNotFoundError(errno.ENOENT, "no such file", name)

    def holds(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return self._is_there(f"{self.root}/{name}")

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole."""
        path = f"{self.root}/{name}"
        with self._told():
            if not self._has_buckets:  # there, folders are but parts of names
                self.system.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.system.pipe_file(path, data)

    def remove(self, names: Sequence[str]) -> None:
        """Remove files; those that are not there are none to remove."""
        there = [f"{self.root}/{name}" for name in names if self.holds(name)]
        if there:
            with self._told():
                self.system.rm(there)

    def _is_there(self, path: str) -> bool:
        with self._told():
            try:
                self.system.info(path)  # `exists` takes a server that is down for a no
            except FileNotFoundError:
                return False
            return True

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each kind of storage has exceptions of its own, which nobody can list
            raise StoreUnavailable(
                f"the images at {self.url} cannot be reached ({type(error).__name__}: {_line(error)}); check "
                "that the storage is up, that you may use it, and SEPTUM_ARRAYS"
            ) from error


def _line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "no reason given")

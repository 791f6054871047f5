"""Files below one folder, on this machine or behind an fsspec URL; a refusal is told in one sentence."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from core.durable import write_durably
from core.errors import BadSetting, StoreUnavailable
from core.store.connection.refusals import disk_refusal, first_line

HERE = ("file://", "local://")  # how fsspec calls this machine's own disk
EXAMPLES = "a folder, or an fsspec URL such as s3://bucket/arrays"
# Of these, the first name of a path is a bucket that must be there, and folders are but parts of names.
BUCKETS = ("s3", "s3a", "gs", "gcs", "abfs", "az")


class DurableDisk(LocalFileSystem):
    """This machine's disk as fsspec has it, save that a file is whole or absent and on the disk once written.

    fsspec itself writes in place and leaves it to the system when: a crash could leave half a file, or none,
    under the name that a committed row refers to.
    """

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **options: object) -> None:
        """Write a file whole, over what is there; its folder is made where it is missing."""
        write_durably(Path(path), value)

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Make nothing: a folder's own name must be on the disk, too, which `pipe_file` sees to."""

    def rm(self, path: list[str], recursive: bool = False, maxdepth: int | None = None) -> None:
        """Remove files; one that somebody else has removed meanwhile is none to remove."""
        for one in path:
            Path(one).unlink(missing_ok=True)


class Storage:
    """A folder, by one way for every kind of disk; names are paths below it."""

    def __init__(self, url: str) -> None:
        """Nothing is made; storage on another machine is asked once, so that a wrong address is told now.

        Raises:
            BadSetting: when the URL is none, names no bucket, or asks for what is not installed.
            StoreUnavailable: when nobody answers there.
        """
        self.url = url
        self.local: Path | None = None  # the folder, where it is one of this machine
        scheme = next((scheme for scheme in HERE if url.startswith(scheme)), "")
        if scheme or "://" not in url:
            self.local = Path(url.removeprefix(scheme))
            self._system, self._root = DurableDisk(), os.path.abspath(self.local)
            self._has_buckets = False
            return
        self._system, self._root = _file_system(url)
        self._has_buckets = url.partition("://")[0] in BUCKETS
        bucket = self._root.partition("/")[0]
        if self._has_buckets and not self._is_there(bucket):
            raise BadSetting(
                f"SEPTUM_ARRAYS is {url!r}, but there is no bucket {bucket!r}; make it, or name another"
            )

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            OSError: when this machine's disk does not give it; FileNotFoundError when there is none.
            StoreUnavailable: when nobody answers elsewhere.
        """
        with self._translated(FileNotFoundError if self.local is None else OSError):
            try:
                return bytes(self._system.cat_file(self._path(name)))
            except FileNotFoundError as error:
                raise FileNotFoundError(errno.ENOENT, error.strerror or "no such file", name) from error

    def holds(self, name: str) -> bool:
        """Return whether there is a file of that name."""
        return self._is_there(self._path(name))

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole; on this machine it is on the disk when this returns."""
        path = self._path(name)
        with self._translated():
            if not self._has_buckets:
                self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._system.pipe_file(path, data)

    def remove(self, names: Sequence[str]) -> None:
        """Remove files; those that are not there are none to remove."""
        there = [self._path(name) for name in names if self.holds(name)]
        if there:
            with self._translated():
                self._system.rm(there)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _is_there(self, path: str) -> bool:
        with self._translated():
            try:
                self._system.info(path)  # `exists` takes a server that is down for a no
            except (FileNotFoundError, NotADirectoryError):
                return False
            return True

    @contextmanager
    def _translated(self, *passing: type[OSError]) -> Iterator[None]:
        """Turn what is refused into one sentence, but for the kinds that pass."""
        try:
            yield
        except passing:
            raise
        except Exception as error:  # each kind of storage has exceptions of its own, which nobody can list
            if self.local is None:
                raise StoreUnavailable(
                    f"the images at {self.url} cannot be reached ({type(error).__name__}: "
                    f"{first_line(error)}); check that the storage is up, that you may use it, and "
                    "SEPTUM_ARRAYS"
                ) from error
            if isinstance(error, OSError):
                raise StoreUnavailable(disk_refusal(str(self.local), error)) from error
            raise


def _file_system(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """The file system behind a URL, and the path in it."""
    if url.partition("://")[0] == "memory":
        raise BadSetting(
            f"SEPTUM_ARRAYS is {url!r}, in memory, where the app and its workers cannot share it; "
            f"give {EXAMPLES}"
        )
    try:
        system, root = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise BadSetting(
            f"SEPTUM_ARRAYS is {url!r}, for which a package must be installed: {first_line(error)}"
        ) from error
    except ValueError as error:
        raise BadSetting(f"SEPTUM_ARRAYS is {url!r} ({first_line(error)}); give {EXAMPLES}") from error
    return system, root

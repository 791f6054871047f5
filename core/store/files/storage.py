"""Files below one folder, on this machine or behind an fsspec URL; a refusal is told in one sentence."""

import errno
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from fsspec.implementations.local import LocalFileSystem

from core.durable import copy_durably, write_durably
from core.errors import SeptumError, StoreUnavailable
from core.store.connection.refusals import disk_refusal
from core.store.files import buckets
from core.store.files.attempts import Patience
from core.store.files.buckets import file_system, heeds_free_names, remove_from_s3, require_bucket
from core.store.files.entries import Entry
from core.store.files.refusals import UNHEEDED, remote_refusal

T = TypeVar("T")
LOG = logging.getLogger(__name__)
HERE = ("file://", "local://")  # how fsspec calls this machine's own disk
BUCKETS = buckets.BUCKETS


class DurableDisk(LocalFileSystem):
    """This machine's disk as fsspec has it, save that a file is whole or absent and on the disk once written.

    fsspec itself writes in place and leaves it to the system when: a crash could leave half a file, or none,
    under the name that a committed row refers to.
    """

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **options: object) -> None:
        """Write a file whole, over what is there; its folder is made where it is missing."""
        write_durably(Path(path), value)

    def put_file(self, lpath: str, rpath: str, **options: object) -> None:
        """Let a file be there under another name, whole, over what is there."""
        copy_durably(Path(lpath), Path(rpath))

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Make nothing: a folder's own name must be on the disk, too, which `pipe_file` sees to."""

    def rm(self, path: list[str], recursive: bool = False, maxdepth: int | None = None) -> None:
        """Remove files; one that somebody else has removed meanwhile is none to remove."""
        for one in path:
            Path(one).unlink(missing_ok=True)


class Storage:
    """A folder, by one way for every kind of disk; names are paths below it."""

    def __init__(self, url: str) -> None:
        """On this machine nothing is made; a bucket is asked, so that a wrong address is told now.

        Raises:
            BadSetting: when the URL is none, names no bucket, or asks for what is not installed.
            StoreUnavailable: when nobody answers there, or the bucket may not be written.
        """
        self.url = url
        self.local: Path | None = None  # the folder, where it is one of this machine
        self._patience = Patience()
        self.heeds_free_names = False  # whether `write_new` is refused where the name is taken
        scheme = next((scheme for scheme in HERE if url.startswith(scheme)), "")
        self._is_s3 = self._has_buckets = False
        if scheme or "://" not in url:
            self.local = Path(url.removeprefix(scheme))
            self._system, self._root = DurableDisk(), os.path.abspath(self.local)
            return
        self._system, self._root = file_system(url)
        protocol = url.partition("://")[0]
        self._is_s3, self._has_buckets = protocol in buckets.S3, protocol in BUCKETS
        if self._has_buckets:
            with self._translated():
                require_bucket(self._system, url, self._root.partition("/")[0])
                self.heeds_free_names = heeds_free_names(self._system, self._root)
            if not self.heeds_free_names:
                LOG.warning("%s", self.notice)

    @property
    def notice(self) -> str:
        """What is to be known of this storage, in a sentence; "" where nothing is."""
        return UNHEEDED.format(url=self.url) if self._has_buckets and not self.heeds_free_names else ""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            OSError: when this machine's disk does not give it; FileNotFoundError when there is none.
            StoreUnavailable: when nobody answers elsewhere.
        """
        with self._absent_told(name):
            return bytes(self._asked(partial(self._system.cat_file, self._path(name))))

    def fetch(self, name: str, to: Path) -> None:
        """Copy a file to one of this machine, over what is there; neither durable nor in one step.

        Raises:
            OSError, StoreUnavailable: as `read`.
        """
        with self._absent_told(name):
            self._asked(partial(self._system.get_file, self._path(name), str(to)))

    def holds(self, name: str) -> bool:
        """Return whether there is a file of that name."""
        return self.size(name) is not None

    def size(self, name: str) -> int | None:
        """Return the bytes that a file has; None where there is none of that name."""
        with self._translated():
            try:
                return int(self._asked(partial(self._system.info, self._path(name)))["size"])
            except (FileNotFoundError, NotADirectoryError):  # `exists` takes a server that is down for a no
                return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole, over what is there; on this machine it is on the disk when this returns."""
        self._put(name, lambda path: self._system.pipe_file(path, data))

    def write_new(self, name: str, data: bytes) -> None:
        """Write a file under a name that is free, where `heeds_free_names` says that this can be asked.

        Raises:
            FileExistsError: when the name is taken.
        """
        self._put(name, lambda path: self._system.pipe_file(path, data, mode="create"))

    def send(self, source: Path, name: str, *, new: bool = False) -> None:
        """Write a file of this machine, as `write` or `write_new`; a large one goes to a bucket in parts.

        Raises:
            FileExistsError: when the name was to be free and is taken.
        """
        options: dict[str, object] = {"mode": "create" if new else "overwrite"}
        if self._is_s3:
            options |= {"chunksize": buckets.PART_BYTES, "max_concurrency": buckets.PARTS_AT_ONCE}
        self._put(name, lambda path: self._system.put_file(str(source), path, **options))

    def remove(self, names: Sequence[str]) -> None:
        """Remove files; those that are not there are none to remove."""
        paths = [self._path(name) for name in names]
        with self._translated():
            if self._is_s3:
                remove_from_s3(self._system, paths)
            elif there := [self._path(name) for name in names if self.holds(name)]:
                self._asked(partial(self._system.rm, there))

    def entries(self) -> Iterator[Entry]:
        """Yield every file of the folder, finished or not; a bucket tells a thousand by each request."""
        with self._translated():
            try:
                found = self._asked(partial(self._system.find, self._root, detail=True))
            except FileNotFoundError:  # nothing was written yet
                return
        for path in sorted(found):
            yield Entry.told(path.removeprefix(self._root).lstrip("/"), found[path])

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _put(self, name: str, put: Callable[[str], object]) -> None:
        path = self._path(name)
        with self._translated(*([FileExistsError] if self.local is None else [])):
            if not self._has_buckets:
                self._asked(partial(self._system.makedirs, path.rpartition("/")[0], exist_ok=True))
            self._asked(partial(put, path))

    def _asked(self, ask: Callable[[], T]) -> T:
        return ask() if self.local is not None else self._patience.answered(ask)

    @contextmanager
    def _absent_told(self, name: str) -> Iterator[None]:
        """Say of a file that is not there its name below the folder, whatever the library says."""
        with self._translated(FileNotFoundError if self.local is None else OSError):
            try:
                yield
            except FileNotFoundError as error:
                raise FileNotFoundError(errno.ENOENT, error.strerror or "no such file", name) from error

    @contextmanager
    def _translated(self, *passing: type[OSError]) -> Iterator[None]:
        """Turn what is refused into one sentence, but for the kinds that pass."""
        try:
            yield
        except (SeptumError, TypeError):  # told already, or a fault of our code
            raise
        except passing:
            raise
        except Exception as error:  # each kind of storage has exceptions of its own, which nobody can list
            if self.local is None:
                raise StoreUnavailable(remote_refusal(self.url, error)) from error
            if isinstance(error, OSError):
                raise StoreUnavailable(disk_refusal(str(self.local), error)) from error
            raise

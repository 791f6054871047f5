"""Files named by their content: written once, never changed, checked when read, on any kind of storage."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.errors import DamagedFile, StoreUnavailable
from core.store.files.buckets import AT_ONCE
from core.store.files.cache import ReadCache
from core.store.files.kinds import ARRAY, REMEDY, WHAT, Listed, name_of, names_of
from core.store.files.storage import Storage

T = TypeVar("T")
Result = TypeVar("Result")
READINGS = 2  # of a file on another machine, before it is told as damaged: the way here may have spoilt it


class HashedFiles:
    """A folder of such files, on this machine or behind an fsspec URL such as s3://bucket/arrays."""

    def __init__(self, url: str, cache: ReadCache | None = None) -> None:
        """Nothing is made before the first file is kept.

        Args:
            url: where.
            cache: of what is read from another machine; on this one it is not needed.

        Raises:
            BadSetting: when the URL cannot be used.
            StoreUnavailable: when what is behind it does not answer.
        """
        self.url = url
        self.storage = Storage(url)
        self._cache = cache if self.storage.local is None else None

    @property
    def folder(self) -> Path | None:
        """The folder on this machine; None where the files are elsewhere."""
        return self.storage.local

    def keep_bytes(self, data: bytes, ending: str, *, look_first: bool = False) -> str:
        """Store what a file is to hold and return its SHA-256; what is there already is not written again.

        When this returns, the file is on the disk under its name; the row that names it may commit.

        Args:
            data: the bytes.
            ending: by the kind of file.
            look_first: it is likely to be there, so that asking costs less than sending it.

        Raises:
            StoreUnavailable: when it cannot be written.
        """
        digest = digest_of(data)
        name = name_of(digest, ending)
        self._keep(
            names_of(digest, ending),
            len(data),
            new=partial(self.storage.write_new, name, data),
            over=partial(self.storage.write, name, data),
            look_first=look_first,
        )
        self._copy(name, data, ending)
        return digest

    def keep_file(self, source: Path, ending: str) -> str:
        """Store a file of this machine as `keep_bytes` does, without reading it into memory as a whole.

        On the disk of the folder it is linked, and must not be written to again.
        """
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = name_of(digest, ending)
        self._keep(
            (name,),
            source.stat().st_size,
            new=partial(self.storage.send, source, name, new=True),
            over=partial(self.storage.send, source, name),
        )
        return digest

    def holds(self, digest: str, ending: str = ARRAY) -> bool:
        """Return whether there is a file of that name."""
        return any(self.storage.holds(name) for name in names_of(digest, ending))

    def remove(self, digests: Sequence[str], ending: str = ARRAY) -> None:
        """Remove files; those that are not there are none to remove."""
        names = [name for digest in digests for name in names_of(digest, ending)]
        self.storage.remove(names)
        if self._cache is not None:
            for name in names:
                self._cache.drop(name)

    def read(self, digest: str, ending: str = ARRAY, *, from_source: bool = False) -> bytes:
        """Return the bytes of a file, which are what was written.

        Args:
            digest, ending: of the file.
            from_source: pass over the copy on this machine.

        Raises:
            StoreUnavailable: when the file is missing; DamagedFile when it is not what was written.
        """
        name = name_of(digest, ending)
        if self._cache is not None and not from_source:
            copy = self._cache.get(name)
            if copy is not None and digest_of(copy) == digest:
                return copy
        for _ in range(1 if self.folder else READINGS):
            data = self._tried(digest, ending, self.storage.read)
            if digest_of(data) == digest:
                self._copy(name, data, ending)
                return data
        raise self._damaged(digest, ending)

    def fetch(self, digest: str, ending: str, to: Path) -> None:
        """Copy a file to one of this machine, over what is there, and see that it is what was written.

        Raises:
            StoreUnavailable: when the file is missing; DamagedFile when it is not what was written.
        """
        for _ in range(1 if self.folder else READINGS):
            self._tried(digest, ending, lambda name: self.storage.fetch(name, to))
            with to.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == digest:
                    return
        to.unlink()
        raise self._damaged(digest, ending)

    def listed(self) -> Iterator[Listed]:
        """Yield every file of the folder, finished or not, also those that are none of these."""
        for entry in self.storage.entries():
            yield Listed.of(entry)

    def at_once(self, act: Callable[[T], Result], items: Iterable[T]) -> list[Result]:
        """Return what comes of each item: one after the other on this machine, else several at a time."""
        items = list(items)
        if self.folder is not None or len(items) < 2:
            return [act(item) for item in items]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(act, items))

    def path(self, digest: str, ending: str = ARRAY) -> Path:
        """Return where a file is, or would be, in the folder on this machine."""
        if self.folder is None:
            raise ValueError(f"the files of {self.url} are not on this machine")
        return self.folder / name_of(digest, ending)

    def _keep(
        self,
        names: Sequence[str],
        n_bytes: int,
        new: Callable[[], None],
        over: Callable[[], None],
        look_first: bool = False,
    ) -> None:
        """Write a file unless it is there; one of another size is what a cut connection made of it."""
        if self.storage.heeds_free_names and not look_first:
            with suppress(FileExistsError):
                new()
                return
        if all(self.storage.size(name) != n_bytes for name in names):
            over()

    def _copy(self, name: str, data: bytes, ending: str) -> None:
        if self._cache is not None and ending == ARRAY:
            self._cache.put(name, data)

    def _tried(self, digest: str, ending: str, act: Callable[[str], Result]) -> Result:
        """What comes of the first name of a file under which there is one."""
        *first, last = names_of(digest, ending)
        try:
            for name in first:
                with suppress(FileNotFoundError):
                    return act(name)
            return act(last)
        except OSError as error:
            raise StoreUnavailable(
                f"the {WHAT[ending]} {digest[:12]} is missing in {self.url} ({error.strerror or error}); "
                f"{REMEDY[ending]}"
            ) from error

    def _damaged(self, digest: str, ending: str) -> DamagedFile:
        remedy = REMEDY[ending].replace(" or ", ", or delete the file and ")
        return DamagedFile(f"the {WHAT[ending]} {digest[:12]} in {self.url} is damaged; {remedy}")


def digest_of(data: bytes) -> str:
    """Return the SHA-256 by which the file that has these bytes is named."""
    return hashlib.sha256(data).hexdigest()

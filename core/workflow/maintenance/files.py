"""Files that rows name, had in another place: what a backup, a restore and a copied store share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import StoreUnavailable
from core.scratch import temporary_folder
from core.store.files.arrays import ArrayFolder
from core.workflow.run_files import is_file_of

AT_ONCE = 64  # files between two reports of progress
Progress = Callable[[int, int], None]  # done, total
Named = tuple[str, str]  # SHA-256 of a file, and its ending


@dataclass(frozen=True)
class CopyResult:
    """What was copied, and what was missing."""

    n_images: int
    missing: tuple[str, ...]  # files that rows name and that were not there or damaged, below the home


def put_all(
    named: Sequence[Named], put: Callable[[Named], bool], through: ArrayFolder, progress: Progress
) -> list[Named]:
    """Put files where they are to be; returns those that could not be had.

    Args:
        named: the files.
        put: puts one there, and says whether it could be had.
        through: of the two places the one that is asked for several at once where it is another machine.
        progress: is told how many were put, and of how many.
    """
    missing = []
    for start in range(0, len(named), AT_ONCE):
        some = named[start : start + AT_ONCE]
        there = through.at_once(put, some)
        missing += [one for one, is_there in zip(some, there, strict=True) if not is_there]
        progress(start + len(some), len(named))
    return missing


def copied(source: ArrayFolder, target: ArrayFolder, named: Named) -> bool:
    """Have a file of one place in another; returns whether it was there and whole.

    Raises:
        StoreUnavailable: when nobody answers at the source, or the target cannot be written.
    """
    with on_this_machine(source, named) as path:
        if path is not None:
            target.keep_file(path, named[1])
        return path is not None


@contextmanager
def on_this_machine(arrays: ArrayFolder, named: Named) -> Iterator[Path | None]:
    """Yield a file as one of this machine; None where it is missing or damaged.

    Raises:
        StoreUnavailable: when nobody answers where it is, or it has no room here.
    """
    digest, ending = named
    if arrays.folder is not None:
        path = arrays.path(digest, ending)
        yield path if is_file_of(path, digest) else None
        return
    with temporary_folder("brought") as folder:
        path = folder / f"{digest}{ending}"
        yield path if _fetched(arrays, named, path) else None


def is_whole(arrays: ArrayFolder, named: Named) -> bool:
    """Return whether a file is there and is what its name says."""
    with on_this_machine(arrays, named) as path:
        return path is not None


def _fetched(arrays: ArrayFolder, named: Named, path: Path) -> bool:
    try:
        arrays.fetch(*named, path)
    except StoreUnavailable:
        arrays.holds(*named)  # raises where nobody answers: that is no file that is missing
        if path.exists():  # what came was not all, and is not known to be damaged: this disk may be full
            raise
        return False
    return True

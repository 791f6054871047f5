"""Files that a crash has left behind and that nobody will ask for again; removed once they are old."""

import time
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from core.store.connection.parts import AT_ONCE
from core.store.database import Store
from core.store.files.kinds import Listed
from core.store.files.named import hold_removals, named_digests

PARTIAL = ".partial"
OLD_SECONDS = 24 * 3600  # nobody has written one file for so long


def clear_old_files(store: Store) -> int:
    """Remove old files that were never finished or that no row names; returns how many.

    An import writes images before the rows that name them; one that finds its image gone writes it again.
    """
    removed, files = 0, store.arrays.listed()
    while some := list(islice(files, AT_ONCE)):
        old = [one for one in some if one.entry.age_seconds > OLD_SECONDS]
        halves = [one.entry.name for one in old if one.entry.name.endswith(PARTIAL)]
        store.arrays.storage.remove(halves)
        removed += len(halves) + _clear_unnamed(store, [one for one in old if one.digest])
    return removed


def is_old(path: Path) -> bool:
    """Return whether a file was last written long ago; one that has gone is not."""
    try:
        return time.time() - path.stat().st_mtime > OLD_SECONDS
    except FileNotFoundError:
        return False


def _clear_unnamed(store: Store, files: Sequence[Listed]) -> int:
    """Remove those that no row names, with the write lock held, so that nothing comes in meanwhile."""
    digests = [file.digest for file in files]
    with store.reading() as session:
        named = named_digests(session, digests)
    if not set(digests) - named:
        return 0
    by_ending = defaultdict[str, list[str]](list)
    with store.unit_of_work(first=partial(hold_removals, alone=True)) as session:
        named = named_digests(session, digests)
        for file in files:
            if file.digest not in named:
                by_ending[file.ending].append(file.digest)
        for ending, unnamed in by_ending.items():
            store.arrays.remove(unnamed, ending)
    return sum(map(len, by_ending.values()))

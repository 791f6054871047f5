"""Files that a crash has left behind and that nobody will ask for again; removed once they are old."""

import time
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.store.connection.parts import AT_ONCE
from core.store.database import Store
from core.store.files.arrays import ENDING
from core.store.series.unused_arrays import hold_removals
from core.store.tables.slices import SliceTable

PARTIAL = ".partial"
OLD_SECONDS = 24 * 3600  # nobody has written one file for so long


def clear_old_arrays(store: Store) -> int:
    """Remove old files of images that were never finished or that no slice names; returns how many.

    An import writes images before the rows that name them; one that finds its image gone writes it again.
    Images on other machines are left alone.
    """
    removed, files = 0, store.arrays.files()
    while some := list(islice(files, AT_ONCE)):
        old = [path for path in some if is_old(path)]
        halves = [path for path in old if path.suffix == PARTIAL]
        for path in halves:
            path.unlink(missing_ok=True)
        removed += len(halves) + _clear_unnamed(store, [path.stem for path in old if path.suffix == ENDING])
    return removed


def is_old(path: Path) -> bool:
    """Return whether a file was last written long ago; one that has gone is not."""
    try:
        return time.time() - path.stat().st_mtime > OLD_SECONDS
    except FileNotFoundError:
        return False


def _clear_unnamed(store: Store, digests: list[str]) -> int:
    """Remove those that no slice names, with the write lock held, so that nothing comes in meanwhile."""
    with store.reading() as session:
        unnamed = _unnamed(session, digests)
    if not unnamed:
        return 0
    with store.unit_of_work() as session:
        hold_removals(session, alone=True)
        unnamed = _unnamed(session, unnamed)
        store.arrays.remove(unnamed)
    return len(unnamed)


def _unnamed(session: Session, digests: list[str]) -> list[str]:
    named = SliceTable.image_sha256.in_(digests)
    in_use = set(session.scalars(select(SliceTable.image_sha256).where(named).distinct()))
    return [digest for digest in digests if digest not in in_use]

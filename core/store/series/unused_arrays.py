"""Files of images whose slices were deleted: cleared away afterwards, safe against imports of the same."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from core.records.slices import Series
from core.store.connection.parts import AT_ONCE
from core.store.database import Store
from core.store.files.arrays import ArrayFolder
from core.store.tables.slices import SliceTable
from core.store.tables.sources import UnusedArrayTable

REMOVING = 0x5EB8  # of PostgreSQL's advisory locks: shared by imports, held alone by deletions


def hold_removals(session: Session, *, alone: bool = False) -> None:
    """Let no image's file go until the unit of work ends; to be held before any other lock.

    Args:
        session: of the unit of work, which on SQLite is the only one that writes.
        alone: hold off imports, too, since files or what is noted of them are about to change.
    """
    if session.get_bind().dialect.name == "postgresql":
        kind = "" if alone else "_shared"
        session.execute(text(f"SELECT pg_advisory_xact_lock{kind}(:lock)"), {"lock": REMOVING})


def note_unused(session: Session, series_ids: Sequence[int]) -> None:
    """Note the images of series that are about to be deleted; whether others show them is asked later."""
    noted = select(UnusedArrayTable.image_sha256)
    images = (
        select(SliceTable.image_sha256)
        .where(SliceTable.series_id.in_(series_ids), SliceTable.image_sha256.not_in(noted))
        .distinct()
    )
    session.execute(insert(UnusedArrayTable).from_select(["image_sha256"], images))


def remove_unused(store: Store) -> int:
    """Remove the files that were noted and that no slice names; returns how many.

    A crash leaves the rest noted, and the next call goes on there. Nothing can come in while files go: an
    import that wrote the same image before finds it gone, and writes it again.
    """
    removed = 0
    while True:
        with store.unit_of_work() as session:
            hold_removals(session, alone=True)
            noted = session.scalars(select(UnusedArrayTable.image_sha256).limit(AT_ONCE)).all()
            if not noted:
                return removed
            shown = SliceTable.image_sha256.in_(noted)
            in_use = set(session.scalars(select(SliceTable.image_sha256).where(shown).distinct()))
            unused = [digest for digest in noted if digest not in in_use]
            store.arrays.remove(unused)
            session.execute(delete(UnusedArrayTable).where(UnusedArrayTable.image_sha256.in_(noted)))
            removed += len(unused)


def rewrite_missing(arrays: ArrayFolder, series: Series, digests: Sequence[str]) -> None:
    """Write images again that a removal has taken since they were written; removals must be held off."""
    for item, digest in zip(series.slices, digests, strict=True):
        if not arrays.holds(digest):
            arrays.keep(item.pixels)

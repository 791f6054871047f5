"""Which files rows name: nothing that is named is removed, and nothing is removed while it comes in."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.store.tables.models import ModelTable
from core.store.tables.runs import RunFileTable
from core.store.tables.slices import SliceTable

NAMING = (  # the columns that name files, and which of their rows count
    (SliceTable.image_sha256,),
    (RunFileTable.sha256,),
    (ModelTable.sha256, ModelTable.removed_at.is_(None)),
)
REMOVING = 0x5EB8  # of PostgreSQL's advisory locks: shared by what brings files, held alone by what removes


def hold_removals(session: Session, *, alone: bool = False) -> None:
    """Let no file go until the transaction ends; to be held before any other lock, so before a unit's turn.

    Args:
        session: of the transaction, which on SQLite is the only one that writes.
        alone: hold off what brings files, too, since files or what is noted of them are about to change.
    """
    if session.get_bind().dialect.name == "postgresql":
        kind = "" if alone else "_shared"
        session.execute(text(f"SELECT pg_advisory_xact_lock{kind}(:lock)"), {"lock": REMOVING})


def named_digests(session: Session, digests: Sequence[str]) -> set[str]:
    """Return those of the files, by SHA-256, that a row names; at most as many as one statement takes."""
    return {
        digest
        for column, *narrowed in NAMING
        for digest in session.scalars(select(column).where(column.in_(digests), *narrowed).distinct())
    }

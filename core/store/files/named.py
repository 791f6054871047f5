"""Which files rows name: nothing that is named is removed, and nothing is removed while it comes in."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.store.files.kinds import ARRAY, MODEL, RUN_FILE
from core.store.tables.models import ModelTable
from core.store.tables.runs import RunFileTable
from core.store.tables.slices import SliceTable

Naming = tuple[InstrumentedAttribute[str], tuple[ColumnElement[bool], ...]]
NAMING: dict[str, Naming] = {  # the columns that name files of each kind, and which of their rows count
    ARRAY: (SliceTable.image_sha256, ()),
    RUN_FILE: (RunFileTable.sha256, ()),
    MODEL: (ModelTable.sha256, (ModelTable.removed_at.is_(None),)),
}
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
        for column, narrowed in NAMING.values()
        for digest in session.scalars(select(column).where(column.in_(digests), *narrowed).distinct())
    }


def all_named(session: Session) -> list[tuple[str, str]]:
    """Return SHA-256 and ending of every file that a row names."""
    return [
        (digest, ending)
        for ending, (column, narrowed) in NAMING.items()
        for digest in session.scalars(select(column).where(*narrowed).distinct().order_by(column))
    ]

"""A copy of the database as of one moment, while others go on writing; and the files that it names."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from core.errors import StoreUnavailable
from core.store.connection.refusals import translate_disk_errors
from core.store.database import Store
from core.store.tables.models import ModelTable
from core.store.tables.slices import SliceTable


def copy_database(store: Store, to: Path) -> None:
    """Write the database as it is now to a file, over what is there; nobody has to wait meanwhile.

    Raises:
        StoreUnavailable: when the database is no file of this machine, or the copy cannot be written.
    """
    if store.engine.dialect.name != "sqlite":
        raise StoreUnavailable(
            f"the database at {store.place} is no file of this machine; copy it by the means of its server, "
            "such as pg_dump, and the home folder after it"
        )
    try:
        with translate_disk_errors(str(to)):
            to.unlink(missing_ok=True)
        with closing(sqlite3.connect(store.place)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)  # all pages in one step, which sees one state
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"the database cannot be copied to {to} ({error}); check free space"
        ) from error


def named_images(database: Path) -> Iterator[str]:
    """Return sHA-256 of each image that a copied database names."""
    with closing(sqlite3.connect(database)) as connection:
        for (digest,) in connection.execute("SELECT DISTINCT image_sha256 FROM slice ORDER BY image_sha256"):
            yield digest


def named_models(database: Path) -> list[str]:
    """Return the paths of the models that a copied database names and that were not removed."""
    with closing(sqlite3.connect(database)) as connection:
        return [path for (path,) in connection.execute("SELECT path FROM model WHERE removed_at IS NULL")]


def names_image(store: Store, digest: str) -> bool:
    """Return whether a slice of the store names an image now."""
    with store.reading() as session:
        query = select(SliceTable.id).where(SliceTable.image_sha256 == digest).limit(1)
        return session.scalar(query) is not None


def names_model(store: Store, path: str) -> bool:
    """Return whether the store names a model's file now."""
    with store.reading() as session:
        named = select(ModelTable.id).where(ModelTable.path == path, ModelTable.removed_at.is_(None))
        return session.scalar(named.limit(1)) is not None

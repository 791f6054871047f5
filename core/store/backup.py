"""A copy of the database as of one moment, while others go on writing; and the files that it names."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from core.errors import BadInput, StoreUnavailable
from core.store.connection.engines import database_url, is_sqlite, place_of
from core.store.connection.migrating import require_known
from core.store.connection.refusals import translate_disk_errors
from core.store.database import Store
from core.store.files.kinds import ARRAY, RUN_FILE
from core.store.files.named import named_digests
from core.store.tables.models import ModelTable

NAMED = {  # the table and the column that name each kind of file
    ARRAY: ("slice", "image_sha256"),
    RUN_FILE: ("run_file", "sha256"),
}


def copy_database(store: Store, to: Path) -> None:
    """Write the database as it is now to a file, over what is there; nobody has to wait meanwhile.

    Raises:
        StoreUnavailable: when the database is no file of this machine, or the copy cannot be written.
    """
    if store.engine.dialect.name != "sqlite":
        raise StoreUnavailable(
            f"the database at {store.place} is no file of this machine; give `python -m core stop`, then "
            "`pg_dump`, and copy the images after it, as the guide has it under Backups of a server (or "
            "`copy-store` makes a folder of the store, which this command can copy)"
        )
    copy_file(Path(store.place), to)


def copy_file(database: Path, to: Path) -> None:
    """Write SQLite's database as it is now to a file, over what is there.

    Raises:
        StoreUnavailable: when it cannot be read, or the copy cannot be written.
    """
    try:
        with translate_disk_errors(str(to)):
            to.unlink(missing_ok=True)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)  # all pages in one step, which sees one state
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"the database {database} cannot be copied to {to} ({error}); check both, and free space"
        ) from error


def database_place(url: str) -> Path:
    """Return the file of a database that is set.

    Raises:
        BadSetting: when it cannot be used at all.
        StoreUnavailable: when it is of a server.
    """
    parsed = database_url(url)
    if not is_sqlite(parsed):
        raise StoreUnavailable(
            f"the database at {place_of(parsed)} is no file of this machine; a dump of it comes back by "
            "`pg_restore`, after the images, as the guide has it under Backups of a server, and a folder of "
            "`backup` by `copy-store`, with SEPTUM_HOME set to the folder and SEPTUM_DATABASE to nothing"
        )
    return Path(place_of(parsed))


def require_backup(database: Path) -> None:
    """Raise BadInput unless the file is a database of Septum's, whole and of a form that this one knows."""
    form = None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if said == "ok":
                (form,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        said = str(error)
    if form is None:
        raise BadInput(f"{database} is no whole database of Septum's ({said}); name the folder of a backup")
    require_known(form, str(database))


def named_files(database: Path) -> Iterator[tuple[str, str]]:
    """Yield SHA-256 and ending of each image and each file of a run that a copied database names."""
    with closing(sqlite3.connect(database)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        for ending, (table, column) in NAMED.items():
            if table in tables:  # earlier versions kept no files of runs
                query = f"SELECT DISTINCT {column} FROM {table} ORDER BY {column}"
                for (digest,) in connection.execute(query):
                    yield digest, ending


def named_models(database: Path) -> list[tuple[str, str]]:
    """Return path and SHA-256 of the models that a copied database names and that were not removed."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT path, sha256 FROM model WHERE removed_at IS NULL").fetchall()


def names_file(store: Store, digest: str) -> bool:
    """Return whether a row of the store names an image or a file of a run now."""
    with store.reading() as session:
        return bool(named_digests(session, [digest]))


def names_model(store: Store, path: str) -> bool:
    """Return whether the store names a model's file now."""
    with store.reading() as session:
        named = select(ModelTable.id).where(ModelTable.path == path, ModelTable.removed_at.is_(None))
        return session.scalar(named.limit(1)) is not None

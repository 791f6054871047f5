"""Bringing the tables to the form of this Septum, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from core.errors import StoreUnavailable
from core.store.connection.engines import place_of
from core.store.connection.refusal_words import Refusal
from core.store.connection.refusals import told_as_unsure

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MIGRATING = 0x5EB7  # of PostgreSQL's advisory locks, the one that whoever migrates holds
REVISIONS = "alembic_version"  # the table that says which form the others have
HALF_COPIED = "half-copied"  # stands there in place of a form while a store is copied to the database


def migrate(engine: Engine, place: str) -> None:
    """Bring the tables to the newest form; two processes that open at once do it one after the other.

    Raises:
        StoreUnavailable: when the store is of a newer Septum, or what is there is no store.
    """
    form = form_of(engine)
    if form == newest_form():
        return
    require_known(form, place)  # before anybody is waited for, who may be copying for an hour
    with engine.connect() as connection, alone(connection):
        current = current_form(connection)
        if current == newest_form():
            return
        require_known(current, place)
        if current is None and has_tables(connection):
            raise StoreUnavailable(
                f"the database at {place} holds tables that are not Septum's; nothing was changed, "
                "set SEPTUM_HOME or SEPTUM_DATABASE to another place"
            )
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest form within the transaction of a connection."""
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def require_known(form: str | None, place: str) -> None:
    """Raise StoreUnavailable when tables of this form are of a newer Septum than this, or half of a copy."""
    if form == HALF_COPIED:
        raise StoreUnavailable(
            f"the store at {place} is half of a copy; give the same `copy-store` again, which goes on where "
            "it was, or set SEPTUM_HOME or SEPTUM_DATABASE to the store that is copied"
        )
    scripts = ScriptDirectory.from_config(migrations())
    if form is not None and form not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreUnavailable(
            f"the store at {place} was made or changed by a newer Septum (its form is {form}, this one knows "
            f"{newest_form()}); start the newer one, or set SEPTUM_HOME to another store"
        )


def form_of(engine: Engine) -> str | None:
    """Return the form that the tables have; None where there are none."""
    with engine.connect() as connection:
        return current_form(connection)


def current_form(connection: Connection) -> str | None:
    """Return the form that the tables have, as a transaction sees it; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def has_tables(connection: Connection) -> bool:
    """Return whether a database holds any tables, whoever's they are."""
    return bool(set(inspect(connection).get_table_names()) - {REVISIONS})


def newest_form() -> str | None:
    """Return the form of this Septum's tables."""
    return ScriptDirectory.from_config(migrations()).get_current_head()


def migrations() -> Config:
    """Return where the migrations are, as Alembic wants to know it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # else % begins a name
    return config


@contextmanager
def alone(connection: Connection, unsure: Refusal = Refusal.UNSURE) -> Iterator[None]:
    """Let no other process change the tables meanwhile, and commit what was done to them whole or not at all.

    SQLite can only change a table by making it anew; until all are, rows refer to tables that are not there.

    Args:
        connection: to the database.
        unsure: what is told where the line to a server breaks in the commit.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATING})
        yield
        with told_as_unsure(place_of(connection.engine.url), unsure):
            connection.commit()
        return
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # does nothing inside a transaction
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise StoreUnavailable(
                f"the store has {len(broken)} rows that refer to rows that are not there, such as one of "
                f"{broken[0][0]!r}; nothing was changed, put a backup in its place"
            )
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")

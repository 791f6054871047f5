"""Which database the tests' stores are in: SQLite's file in their home, or one of a real PostgreSQL.

`pytest --database postgresql` lets the store of each folder be a database of its own, made from one template
and dropped after the test. A process that a test starts finds the server by the environment.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, CursorResult, create_engine, make_url

from core.store.database import Store
from tests.servers.postgresql import server

OF_SERVER = "SEPTUM_TEST_SERVER"  # address of the template; not set: stores are SQLite's
TEMPLATE = "septum_template"
NAME = "of_folder_"


def use_postgresql() -> None:
    """Put the stores of this process, and of those that it starts, into a server of its own."""
    address = server().url(TEMPLATE)
    os.environ[OF_SERVER] = address.render_as_string(hide_password=False)
    if ask(f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'"):
        return
    ask(f"CREATE DATABASE {TEMPLATE}")
    store = Store(address, "")
    store.engine.dispose()
    store.readers.dispose()


def on_postgresql() -> bool:
    """Whether the tests' stores are in a server."""
    return bool(os.environ.get(OF_SERVER))


def database_of(folder: Path, *, empty: bool = False) -> URL:
    """The address of the database of a home, made on first use where it is one of a server.

    Args:
        folder: the home.
        empty: without tables, rather than with those of an empty store.
    """
    if not on_postgresql():
        return URL.create("sqlite", database=str(folder / "septum.sqlite"))
    name = NAME + hashlib.sha256(os.fsencode(folder)).hexdigest()[:24]
    if not ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        ask(f"CREATE DATABASE {name}" if empty else f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return make_url(os.environ[OF_SERVER]).set(database=name)


def address_of(folder: Path) -> str:
    """The same as SEPTUM_DATABASE takes it; empty where that is SQLite in the home."""
    return database_of(folder).render_as_string(hide_password=False) if on_postgresql() else ""


def drop_databases() -> None:
    """Drop the databases of homes, whoever is connected to them."""
    for (name,) in ask(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{NAME}')"):
        ask(f"DROP DATABASE {name} WITH (FORCE)")


class Behind:
    """A database that is changed behind Septum's back, on either kind in the same words."""

    def __init__(self, folder: Path) -> None:
        """Nothing is kept before `commit`."""
        self._engine = create_engine(database_of(folder))
        self._connection = self._engine.connect()

    def execute(self, statement: str, values: Sequence[object] = ()) -> CursorResult:
        """Do it; the values take the place of question marks."""
        marks = statement.replace("?", "%s") if on_postgresql() else statement
        return self._connection.exec_driver_sql(marks, tuple(values) or None)

    def commit(self) -> None:
        """Keep it."""
        self._connection.commit()

    def close(self) -> None:
        """Leave nobody connected."""
        self._connection.close()
        self._engine.dispose()


@contextmanager
def behind(folder: Path) -> Iterator[Behind]:
    """The database of a home, without Septum."""
    with closing(Behind(folder)) as database:
        yield database


def ask(statement: str) -> list[tuple]:
    """Have the server do it, outside of any home's database; its rows, where it gives any."""
    address = make_url(os.environ[OF_SERVER]).set(drivername="postgresql", database="postgres")
    with closing(psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)) as line:
        done = line.execute(statement)
        return done.fetchall() if done.description else []

"""Connections to the database: those that write, and those of their own by which pages only read."""

import re
import sqlite3
from collections.abc import Callable
from time import monotonic, sleep

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import BadSetting
from core.store.connection.refusals import PRIMARY
from core.store.connection.server import EXAMPLES, server_engine, take_turn

BUSY_SECONDS = 20  # how long a writer waits for others; writes take milliseconds
READERS = 10  # connections kept for reading; a reader never waits for a writer
MORE_READERS = 90  # opened on top of these while many ask at once
# A PostgreSQL server takes 100 connections in all, unless it is told otherwise: three apps find room. One of
# an app's writes in its turn, the others keep strokes; fifty people who draw need no more.
WRITERS_OF_SERVER, MORE_WRITERS_OF_SERVER = 3, 5
READERS_OF_SERVER, MORE_READERS_OF_SERVER = 5, 15
First = Callable[[Session], None]  # what a unit of work does before it holds others up
SQLITE = ("sqlite", "sqlite+pysqlite")


def database_url(url: str | URL) -> URL:
    """Return the address of a database that can hold a store.

    Raises:
        BadSetting: when it is none, or one that Septum cannot use.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        given = masked(str(url))
        raise BadSetting(f"SEPTUM_DATABASE is {given!r}, which is no address; {EXAMPLES}") from error
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise BadSetting(f"SEPTUM_DATABASE is {shown!r}, which Septum cannot use; {EXAMPLES}")
    if not is_sqlite(parsed):
        return parsed
    if parsed.drivername not in SQLITE or parsed.query or (parsed.database or "").startswith("file:"):
        raise BadSetting(
            f"SEPTUM_DATABASE is {shown!r}; give the path alone, as in sqlite:////folder/septum.sqlite"
        )
    if parsed.database in (None, "", ":memory:"):
        raise BadSetting(
            f"SEPTUM_DATABASE is {shown!r}, which is in memory, where the app and its workers cannot share "
            "it; name a file, as in sqlite:////folder/septum.sqlite"
        )
    return parsed


def masked(url: str) -> str:
    """Return an address without what may be a password.

    >>> masked("postgres//ann:secret@host/septum")
    'postgres//ann:***@host/septum'
    """
    return re.sub(r":[^:/@]*@", ":***@", url)


def is_sqlite(url: URL) -> bool:
    """Return whether a URL is of a file on this machine, and no server."""
    return url.get_backend_name() == "sqlite"


def place_of(url: URL) -> str:
    """Return where the database is, as it is told: the file, or the server without its password."""
    return url.database or "" if is_sqlite(url) else url.render_as_string(hide_password=True)


def writing_engine(url: URL) -> Engine:
    """Return connections that write; on SQLite in WAL mode, where an acknowledged commit survives a crash.

    Raises:
        BadSetting: when the package that speaks to the database is not installed.
    """
    if not is_sqlite(url):
        return server_engine(
            url,
            BUSY_SECONDS,
            writes=True,
            pool_size=WRITERS_OF_SERVER,
            max_overflow=MORE_WRITERS_OF_SERVER,
            pool_timeout=BUSY_SECONDS,
        )
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _keep_log)
    _on_connect(engine, "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
    return engine


def reading_engine(url: URL) -> Engine:
    """Return connections that can only read, each transaction of which sees one state of the store."""
    if not is_sqlite(url):
        return server_engine(
            url,
            BUSY_SECONDS,
            writes=False,
            pool_size=READERS_OF_SERVER,
            max_overflow=MORE_READERS_OF_SERVER,
            pool_timeout=BUSY_SECONDS,
            pool_use_lifo=True,
        )
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=READERS,
        max_overflow=MORE_READERS,
        pool_timeout=BUSY_SECONDS,
        pool_use_lifo=True,  # the one used last has its pages at hand
    )
    _on_connect(engine, "PRAGMA query_only=ON")
    return engine


def begin_writing(session: Session, seconds: float, first: First | None) -> None:
    """Take the write lock at once, since a read that turns into a write could not wait for another.

    Args:
        session: in which nothing was done yet.
        seconds: how long to wait for other processes; a server has been told when it was connected.
        first: what is done before others are held up, where a server can tell the two apart.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA busy_timeout={round(1000 * seconds)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if first is not None:
        first(session)
    if connection.dialect.name != "sqlite":
        take_turn(connection)


def begin_reading(connection: Connection) -> None:
    """Let all that is read until the transaction ends be of one moment; a server does so by itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")


def _on_connect(engine: Engine, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection, record: ConnectionPoolEntry) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()


def _keep_log(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    """Set the file to WAL mode; SQLite refuses it while another process does so, whatever its timeout."""
    ends = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or monotonic() > ends:
                raise
        sleep(0.01)

"""One store: a database and the arrays beside it; opened, brought up to date, and asked in units of work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import StoreUnavailable
from core.settings import settings
from core.store import history  # noqa: F401  (it listens to every save)
from core.store.arrays import ArrayFolder

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 20  # how long a writer waits for another; writes take milliseconds
MIGRATING = 0x5EB7  # of PostgreSQL's advisory locks, the one that whoever migrates holds
OPENING = threading.Lock()


class Store:
    """A database engine and its array folder."""

    def __init__(self, url: str, arrays: str) -> None:
        """Open the store, making or migrating it where needed.

        Raises:
            StoreUnavailable: when the place cannot be written, or holds something else.
        """
        self.url = url
        self.place = make_url(url).database or url
        self.arrays = ArrayFolder(arrays)
        with told_plainly(self.place):
            if url.startswith("sqlite"):
                Path(self.place).parent.mkdir(parents=True, exist_ok=True)
            self.engine = make_engine(url)
            migrate(self.engine)

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Yield a session whose work is committed whole or not at all."""
        sessions = Session(self.engine, expire_on_commit=False)
        with told_plainly(self.place), sessions as session, session.begin():
            if self.engine.dialect.name == "sqlite":
                # Take the write lock at once: a read that turns into a write could not wait for another.
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that only reads."""
        with told_plainly(self.place), Session(self.engine) as session:
            yield session


@contextmanager
def told_plainly(place: str) -> Iterator[None]:
    """Turn what the disk or the database refuses into one sentence."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        raise StoreUnavailable(
            f"the store at {place} cannot be used ({reason}); check free space, permissions and that it is up"
        ) from error
    except DatabaseError as error:
        if "not a database" not in str(error.orig) and "malformed" not in str(error.orig):
            raise
        raise StoreUnavailable(
            f"the store at {place} is damaged ({error.orig}); put a backup in its place or set SEPTUM_HOME"
        ) from error
    except OSError as error:
        raise StoreUnavailable(
            f"the store at {place} cannot be written ({error.strerror or error}); "
            "free some space, or choose a folder you may write to by SEPTUM_HOME"
        ) from error


def make_engine(url: str) -> Engine:
    """An engine; SQLite in WAL mode, where a commit that was acknowledged survives a crash."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def on_connect(connection, record: ConnectionPoolEntry) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest form; two processes that open at once do it one after the other."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with engine.connect() as connection, alone(connection):
        if MigrationContext.configure(connection).get_current_revision() != newest:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Let no other process change the tables meanwhile, and commit what was done to them whole or not at all.

    SQLite can only change a table by making it anew; until all are, rows refer to tables that are not there.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATING})
        yield
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


def open_store(url: str | None = None, arrays: str | None = None) -> Store:
    """The store that the settings name, or another; opened once in this process."""
    with OPENING:
        return _opened(url or settings().database_url, arrays or settings().arrays_url)


@cache
def _opened(url: str, arrays: str) -> Store:
    return Store(url, arrays)

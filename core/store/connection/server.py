"""What only a database server needs: its connections, the turns of its writers, and a line that broke."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from core.errors import BadSetting

CONNECT_SECONDS = 10  # how long a server may take to answer at all
RESTART_SECONDS = 5  # how long one that answered before is waited for, since it may only start anew
PAUSE_SECONDS = 0.25  # between two attempts
WRITING = 0x5EB6  # of PostgreSQL's advisory locks, the one that whoever writes holds until it has committed
EXAMPLES = "give one such as sqlite:////folder/septum.sqlite or postgresql+psycopg://user@host/septum"
OURS = ("psycopg", "psycopg2")  # drivers that take what libpq takes
EXTRA = "-r requirements-cluster.txt"
# A machine that vanished is noticed within half a minute, by us and by the server; else what it holds would
# be held for hours.
TO_LIBPQ = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
TO_SERVER = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 4}
IDLE = "idle_in_transaction_session_timeout"  # of writers: the turn of a process that was halted goes on
IDLE_SECONDS = 60
T = TypeVar("T")
GONE = ("08", "57P01", "57P02", "57P03", "25P03")  # codes by which a server says that it goes, or we went


def server_engine(url: URL, lock_seconds: float, *, writes: bool, **options: object) -> Engine:
    """Return connections to a server; one that broke while nobody used it is opened again.

    Args:
        url: of the database.
        lock_seconds: how long to wait for what somebody else holds.
        writes: whether they are to write; those that read see one state for a whole transaction.
        options: of SQLAlchemy's pool.

    Raises:
        BadSetting: when the package that speaks to the database is not installed, or knows no such option as
            the address has.
    """
    try:
        arguments = _arguments(url, lock_seconds, writes) if url.get_dialect().driver in OURS else {}
        _require_known(url)
        engine = create_engine(
            url,
            pool_pre_ping=True,
            connect_args=arguments,
            # Writers take turns, and each statement sees what was committed before it: a state that is kept
            # for a transaction would be the one from before the turn came.
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
            **options,
        )
        return engine if writes else engine.execution_options(postgresql_readonly=True)
    except NoSuchModuleError as error:
        raise BadSetting(
            f"SEPTUM_DATABASE asks for the driver {url.get_driver_name()!r}, which does not exist; {EXAMPLES}"
        ) from error
    except ImportError as error:
        package = url.get_driver_name() or "psycopg"
        wanted = EXTRA if package == "psycopg" else package
        raise BadSetting(
            f"SEPTUM_DATABASE names a PostgreSQL server, for which the package {package} is missing; "
            f"install it: pip install {wanted}"
        ) from error


def _require_known(url: URL) -> None:
    """Raise BadSetting where an address asks for what libpq does not know, such as a misspelt sslmode."""
    if url.get_dialect().driver != "psycopg":
        return
    from psycopg import ProgrammingError, conninfo  # not installed everywhere

    try:
        conninfo.make_conninfo(**{name: str(value) for name, value in url.query.items()})
    except ProgrammingError as error:
        reason = str(error).strip()
        raise BadSetting(
            f"SEPTUM_DATABASE ends in {'&'.join(url.query)!r}, which is not understood ({reason}); what may "
            "stand there are libpq's connection parameters, such as sslmode and sslrootcert"
        ) from error


def connected(engine: Engine) -> Connection:
    """Return a connection; a server that answered before is waited for, as it may start anew or be full.

    Raises:
        DBAPIError: when it does not come back, or does not let us in.
    """
    until = time.monotonic() + RESTART_SECONDS
    while True:
        try:
            return engine.connect()
        except DBAPIError:
            if engine.dialect.name == "sqlite" or time.monotonic() > until:
                raise
        time.sleep(PAUSE_SECONDS)


def take_turn(connection: Connection) -> None:
    """Wait until nobody else writes to the store; the turn ends with the transaction.

    To be taken before anything is read on which depends what is written.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITING})


def is_gone(error: DBAPIError) -> bool:
    """Return whether an error means that the line to the server broke, so that nobody hears its answer."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (state is not None and state.startswith(GONE))


def ask_first(session: Session, question: Callable[[], T]) -> T:
    """Return the answer to what a session asks first; asked again where the line to the server broke."""
    until: float | None = None  # when to give up; None: the line has not broken
    while True:
        try:
            return question()
        except DBAPIError as error:
            if not (is_gone(error) if until is None else time.monotonic() < until):
                raise
            until = until or time.monotonic() + RESTART_SECONDS
            session.rollback()
        time.sleep(PAUSE_SECONDS)


class ReadingSession(Session):
    """A session that only reads; what it asks first is asked again where the line to the server broke.

    What is asked later is not: the state that the first answer was of cannot be had again.
    """

    _has_answered = False

    def execute(self, *args: Any, **named: Any) -> Any:
        """Return the answer, as a Session does."""
        return self._ask(partial(super().execute, *args, **named))

    def scalars(self, *args: Any, **named: Any) -> Any:
        """Return the answer, as a Session does."""
        return self._ask(partial(super().scalars, *args, **named))

    def scalar(self, *args: Any, **named: Any) -> Any:
        """Return the answer, as a Session does."""
        return self._ask(partial(super().scalar, *args, **named))

    def _ask(self, question: Callable[[], T]) -> T:
        answer = question() if self._has_answered else ask_first(self, question)
        self._has_answered = True
        return answer


def shared_time(session: Session) -> datetime:
    """Return the time by the clock that all machines of a store share: a server's, or this machine's."""
    if session.get_bind().dialect.name != "postgresql":
        return datetime.now(UTC)
    told: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return told.astimezone(UTC)


def _arguments(url: URL, lock_seconds: float, writes: bool) -> dict[str, object]:
    """What the driver is told beside the address, whose own options stay."""
    told = {"lock_timeout": f"{round(1000 * lock_seconds)}ms", **TO_SERVER}
    if writes:
        told[IDLE] = f"{IDLE_SECONDS}s"
    given = url.query.get("options", "")
    words = [given] if isinstance(given, str) else list(given)
    words += [f"-c {name}={value}" for name, value in told.items()]
    return {"connect_timeout": CONNECT_SECONDS, "options": " ".join(words).strip(), **TO_LIBPQ}

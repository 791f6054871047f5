"""One store: a database and the arrays beside it; opened, brought up to date, and asked in units of work."""

import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.settings import settings
from core.store.connection.engines import (
    BUSY_SECONDS,
    First,
    begin_reading,
    begin_writing,
    database_url,
    is_sqlite,
    place_of,
    reading_engine,
    writing_engine,
)
from core.store.connection.label_set import require_label_set
from core.store.connection.migrating import form_of, migrate, require_known
from core.store.connection.opened_file import OpenedFile
from core.store.connection.refusals import (
    refusal_of,
    told_as_unsure,
    translate_db_errors,
    translate_disk_errors,
)
from core.store.connection.server import ReadingSession, ask_first, connected
from core.store.connection.turns import own_turn
from core.store.files.arrays import ArrayFolder
from core.store.files.cache import ReadCache
from core.store.files.private_folder import make_private

OPENING = threading.Lock()
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Guard = Callable[[Session], object]  # raises within a unit of work that must not be committed


class Store:
    """A database and its array folder."""

    def __init__(self, url: str | URL, arrays: str, cache: ReadCache | None = None) -> None:
        """Open the store, making or migrating it where needed.

        Args:
            url: of the database.
            arrays: where images and what runs keep are.
            cache: of what is read from there, where that is another machine.

        Raises:
            BadSetting: when the address is none that Septum can use.
            StoreUnavailable: when the place cannot be written, or holds something else or other labels.
        """
        self.url = database_url(url)
        self.place = place_of(self.url)
        self.arrays = ArrayFolder(arrays, cache)
        self._turn = threading.Lock()  # this process's writers wait here, and one of them for other processes
        self._snapshots = threading.local()
        self._file: OpenedFile | None = None
        if is_sqlite(self.url):
            with translate_disk_errors(self.place):
                Path(self.place).parent.mkdir(parents=True, exist_ok=True)
        with translate_db_errors(self.place):
            self.engine = writing_engine(self.url)
            migrate(self.engine, self.place)
            require_label_set(self.engine, self.place)
        self.readers = reading_engine(self.url)
        if is_sqlite(self.url):
            self._file = OpenedFile.at(self.place)

    @contextmanager
    def unit_of_work(self, first: First | None = None) -> Iterator[Session]:
        """Yield a session whose work is committed whole or not at all, while no other unit is at work.

        Args:
            first: what is to be done before others are held up, where a server can tell the two apart.

        Raises:
            StoreUnavailable: when the store cannot be written, or was not to be had for `BUSY_SECONDS`.
        """
        with (
            self._told(),
            own_turn(self._turn, self.place, BUSY_SECONDS) as seconds,
            self._writing() as session,
        ):
            ask_first(session, lambda: begin_writing(session, seconds, first))
            self._require_file(session.connection().info)
            yield session

    @contextmanager
    def row_work(self) -> Iterator[Session]:
        """Yield a session for changes of one row, which it holds, and of rows that hang on that one alone.

        On a server it waits for no unit of work elsewhere: so do strokes and the beats of workers, which must
        go on while an import comes in. It may add nothing of which others tell the newest by its id, as masks
        and changes of status: only units of work commit ids in their order.

        Raises:
            StoreUnavailable: as `unit_of_work`.
        """
        alone = self.unit_of_work() if self._file is not None else self._writing()
        with self._told(), alone as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that only reads, and in which all queries see one and the same state."""
        outer: Session | None = getattr(self._snapshots, "session", None)
        if outer is not None:
            yield outer
            return
        with self._told(), connected(self.readers) as connection, ReadingSession(connection) as session:
            begin_reading(session.connection())
            if self._file is not None:
                self._file.require()
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every `reading` of this thread within the block see one and the same state."""
        with self.reading() as session:
            outer: Session | None = getattr(self._snapshots, "session", None)
            self._snapshots.session = session
            try:
                yield
            finally:
                self._snapshots.session = outer

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A session whose work is committed in the end; it is told where nobody knows whether it was."""
        with connected(self.engine) as connection:
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.flush()
                with told_as_unsure(self.place):
                    session.commit()
            self._require_file(connection.info)  # before anybody hears that it was kept

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What is refused, as a sentence; also when a newer Septum has changed the tables meanwhile."""
        with translate_db_errors(self.place):
            try:
                yield
            except DBAPIError as error:
                if refusal_of(error) is None:
                    require_known(form_of(self.readers), self.place)
                raise

    def _require_file(self, known: MutableMapping) -> None:
        if self._file is not None:
            self._file.require_with_log(known)


def open_store() -> Store:
    """Return the store that the settings name; opened once in this process.

    Raises:
        BadSetting: when a setting cannot be used.
        StoreUnavailable: when the place cannot be written, or holds something else.
    """
    chosen = settings()
    home = URL.create("sqlite", database=str(chosen.database_file))  # never parsed: a path may hold a "?"
    with OPENING:
        return _opened(chosen.database or home, chosen.arrays_url)


def on_open_store(
    verb: Callable[Concatenate[Store, Arguments], Result],
) -> Callable[Arguments, Result]:
    """Return a verb of the store without its first argument: it acts on the store that the settings name.

    The rooms of `core.workflow` pass verbs on with it that pages need as they are.
    """

    @wraps(verb)
    def act(*args: Arguments.args, **named: Arguments.kwargs) -> Result:
        return verb(open_store(), *args, **named)

    return act


@cache
def _opened(url: str | URL, arrays: str) -> Store:
    home = settings().home
    make_private(home)
    return Store(url, arrays, ReadCache(home / "cache", settings().cache_mb * 1_000_000))

"""The database that a store is copied to: empty at first, and marked as half of a copy until all is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, text

from core.errors import BadInput
from core.store.connection.engines import database_url, is_sqlite, place_of, writing_engine
from core.store.connection.migrating import (
    HALF_COPIED,
    REVISIONS,
    alone,
    current_form,
    has_tables,
    upgrade,
)
from core.store.connection.refusal_words import Refusal
from core.store.connection.refusals import translate_db_errors, translate_disk_errors
from core.store.files.private_folder import make_private


@dataclass(frozen=True)
class TargetDatabase:
    """A database that was empty when the copy began."""

    place: str  # as it is told
    engine: Engine

    @property
    def url(self) -> str:
        """Its address without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    @classmethod
    def at(cls, url: str | URL) -> "TargetDatabase":
        """Return the database at an address; nothing is written.

        Raises:
            BadSetting: when the address is none that Septum can use.
            BadInput: when there is anything in the database already but half of a copy.
            StoreUnavailable: when it cannot be reached.
        """
        parsed = database_url(url)
        target = cls(place_of(parsed), writing_engine(parsed))
        if is_sqlite(parsed) and not Path(target.place).exists():
            return target
        with translate_db_errors(target.place), target.engine.connect() as connection:
            target._require_free(connection)
        return target

    def mark(self) -> None:
        """Let every Septum refuse to open the database until `filling` has ended.

        Raises:
            BadInput, StoreUnavailable: as `at`, and when it cannot be written.
        """
        if is_sqlite(self.engine.url) and not Path(self.place).parent.exists():
            with translate_disk_errors(self.place):
                make_private(Path(self.place).parent)
        with (
            translate_db_errors(self.place),
            self.engine.connect() as connection,
            alone(connection, Refusal.UNSURE_COPY),
        ):
            if self._require_free(connection) is None:
                connection.execute(
                    text(f"CREATE TABLE IF NOT EXISTS {REVISIONS} (version_num VARCHAR(32) PRIMARY KEY)")
                )
                _set_form(connection, HALF_COPIED)

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """Yield a connection to tables without a row; with the block's end all is there and the mark is gone.

        Raises:
            BadInput: when somebody else has ended the copy meanwhile.
            StoreUnavailable: when it cannot be written, or nobody knows whether it was.
        """
        with (
            translate_db_errors(self.place),
            self.engine.connect() as connection,
            alone(connection, Refusal.UNSURE_COPY),
        ):
            self._require_free(connection)
            _set_form(connection, None)
            upgrade(connection)
            yield connection

    def _require_free(self, connection: Connection) -> str | None:
        """The form: None, or that of half a copy."""
        form = current_form(connection)
        if form == HALF_COPIED or (form is None and not has_tables(connection)):
            return form
        what = "are tables that are not Septum's" if form is None else "is a store"
        raise BadInput(
            f"there {what} at {self.place} already, and nothing is written over; name an empty database"
        )


def _set_form(connection: Connection, form: str | None) -> None:
    connection.execute(text(f"DELETE FROM {REVISIONS}"))
    if form is not None:
        connection.execute(text(f"INSERT INTO {REVISIONS} VALUES (:form)"), {"form": form})

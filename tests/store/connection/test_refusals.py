"""Each thing that a database or a disk refuses has its own sentence; a fault of our code has none."""

import os
import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import exc, text

from core.errors import BadSetting, StoreUnavailable
from core.records.runs import RunKind
from core.store import database
from core.store.connection.migrating import newest_form
from core.store.connection.refusals import Refusal, refusal_of, translate_db_errors
from core.store.database import Store
from core.store.runs import runs
from core.store.slices import slices
from tests.servers.databases import behind, on_postgresql
from tests.store.small import open_at


def test_a_fault_in_our_own_code_is_not_told_as_a_full_disk(store):
    no_column, no_table = "no such column", "no such table"
    if on_postgresql():
        no_column, no_table = (
            'column "nothing_of_that_name" does not',
            'relation "nothing_of_that_name" does not',
        )
    with pytest.raises(exc.DBAPIError, match=no_column), store.reading() as session:
        session.execute(text("SELECT nothing_of_that_name FROM slice"))
    with pytest.raises(exc.DBAPIError, match=no_table), store.unit_of_work() as session:
        session.execute(text("DELETE FROM nothing_of_that_name"))


def test_reading_cannot_write(store):
    with pytest.raises(StoreUnavailable, match="read-?only"), store.reading() as session:
        session.execute(text("DELETE FROM slice"))


class FromServer(Exception):
    """As a driver of PostgreSQL raises it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("a word of the server\nand its detail")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "refusal"),
    [
        ("40P01", Refusal.BUSY),
        ("55P03", Refusal.BUSY),
        ("53100", Refusal.FULL),
        ("53300", Refusal.CROWDED),
        ("25006", Refusal.READ_ONLY),
        ("42501", Refusal.READ_ONLY),
        ("57P01", Refusal.UNREACHABLE),
        (None, Refusal.UNREACHABLE),
        ("XX001", Refusal.DAMAGED),
        ("42703", None),  # a column that is not there: our fault
    ],
)
def test_what_a_server_refuses_is_told_by_its_code(sqlstate, refusal):
    error = exc.OperationalError("SELECT 1", {}, FromServer(sqlstate))
    assert refusal_of(error) == refusal
    expected = exc.OperationalError if refusal is None else StoreUnavailable
    with pytest.raises(expected) as told, translate_db_errors("server/septum"):
        raise error
    assert refusal is None or ("server/septum" in str(told.value) and "\n" not in str(told.value))


def test_a_connection_that_went_away_and_a_crowd_are_told():
    with pytest.raises(StoreUnavailable, match="cannot be reached"), translate_db_errors("septum"):
        raise exc.InterfaceError("SELECT 1", {}, FromServer(None), connection_invalidated=True)
    with pytest.raises(StoreUnavailable, match="too many"), translate_db_errors("septum"):
        raise exc.TimeoutError("QueuePool limit of size 5")


@pytest.mark.sqlite
def test_a_store_that_another_program_locks_is_busy_and_not_full(store, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    other = sqlite3.connect(store.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="busy.*try again") as told:
        runs.enqueue(store, RunKind.PREDICTION, {})
    assert "space" not in str(told.value)
    other.execute("ROLLBACK")
    runs.enqueue(store, RunKind.PREDICTION, {})


def test_a_store_of_a_newer_septum_is_told_when_it_is_opened_and_when_it_becomes_one(tmp_path):
    store = open_at(tmp_path)
    with behind(tmp_path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.execute("ALTER TABLE slice RENAME COLUMN patient TO person")
        connection.commit()
    with pytest.raises(
        StoreUnavailable, match=f"newer Septum .its form is 0999, this one knows {newest_form()}"
    ):
        slices.list_slices(store)
    with pytest.raises(StoreUnavailable, match="newer Septum"):
        open_at(tmp_path)


@pytest.mark.sqlite
def test_a_database_of_another_program_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "septum.sqlite") as connection:
        connection.execute("CREATE TABLE slice (of_bread TEXT)")
    with pytest.raises(StoreUnavailable, match="not Septum's"):
        open_at(tmp_path)


def test_an_install_path_with_a_percent_sign_is_no_trouble(tmp_path, monkeypatch):
    from core.store.connection import migrating

    (tmp_path / "100%s").symlink_to(migrating.MIGRATIONS.parent)
    monkeypatch.setattr(migrating, "MIGRATIONS", tmp_path / "100%s" / "migrations")
    assert slices.count_slices(open_at(tmp_path / "home")) == 0


@pytest.mark.sqlite
def test_a_home_with_signs_of_addresses_in_its_name_is_a_home_like_any_other(tmp_path, monkeypatch):
    from core.settings import settings

    home = tmp_path / "50% off? #1"
    monkeypatch.setenv("SEPTUM_HOME", str(home))
    settings.cache_clear()
    try:
        assert database.open_store().place == str(home / "septum.sqlite")
        assert (home / "septum.sqlite").is_file()
    finally:
        settings.cache_clear()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgres//ann:secret@host/septum", "no address"),
        ("mysql://host/septum", "cannot use"),
        ("foo://host", "cannot use"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite+aiosqlite:////tmp/septum.sqlite", "path alone"),
        ("postgresql+nothing://ann:secret@host/septum", "does not exist"),
        ("postgresql+psycopg2://ann:secret@host/septum", "pip install psycopg2"),
    ],
)
def test_a_wrong_address_of_the_database_is_told_in_a_sentence(url, told, tmp_path):
    with pytest.raises(BadSetting, match=told) as error:
        Store(url, str(tmp_path))
    assert "SEPTUM_DATABASE" in str(error.value)
    assert "secret" not in str(error.value)


@pytest.fixture
def nobody() -> Iterator[None]:
    """An account to which something is forbidden, where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


@pytest.mark.sqlite
def test_a_home_that_may_not_be_written_is_told(tmp_path, request):
    (tmp_path / "home").mkdir(mode=0o500)
    request.getfixturevalue("nobody")
    with pytest.raises(StoreUnavailable, match="permissions|cannot be"):
        open_at(tmp_path / "home")

"""A real PostgreSQL that refuses, goes away and comes back: told, or asked again where that is safe."""

import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import URL, event, text
from sqlalchemy.orm import Session

from core.errors import BadSetting, StoreUnavailable
from core.records.runs import RunKind
from core.store.connection import engines
from core.store.database import Store
from core.store.masks import drafts, presence
from core.store.runs import runs
from core.store.series.series import add_series
from core.store.slices import slices
from tests.servers.certificates import certificates
from tests.servers.ports import free_port
from tests.servers.postgresql import Server
from tests.store.small import small_series

MASK = np.zeros((6, 5), np.uint8)
DOOR = """
host all ann 127.0.0.1/32 scram-sha-256
host all mallory 127.0.0.1/32 reject
host all all 127.0.0.1/32 trust
"""


@pytest.fixture(scope="module")
def lab(postgresql: Server) -> Iterator[Server]:
    """A server with people whom it lets in, and some whom it does not."""
    postgresql.ask(
        "CREATE ROLE ann LOGIN PASSWORD 'right'", "CREATE ROLE bob LOGIN", "CREATE ROLE mallory LOGIN"
    )
    postgresql.ask("CREATE DATABASE lab", "CREATE DATABASE standby")
    postgresql.ask("ALTER DATABASE standby SET default_transaction_read_only = on")
    (postgresql.folder / "data" / "pg_hba.conf").write_text(DOOR)
    postgresql.ask("SELECT pg_reload_conf()")
    time.sleep(0.2)  # which it takes to read it
    yield postgresql
    (postgresql.folder / "data" / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust\n")
    postgresql.ask("SELECT pg_reload_conf()", "DROP DATABASE lab WITH (FORCE)", "DROP DATABASE standby")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def store(lab: Server, folder) -> Iterator[Store]:
    """One with two slices, in the lab's database."""
    store = Store(lab.url("lab"), str(folder / "arrays"))
    add_series(store, small_series())
    yield store
    store.engine.dispose()
    store.readers.dispose()


@pytest.mark.parametrize(
    ("user", "password", "database", "told"),
    [
        ("ann", "wrong", "lab", "does not let Septum in .*password authentication.*check user and password"),
        ("ann", None, "lab", "does not let Septum in .*no password supplied"),
        ("nobody", None, "lab", 'does not let Septum in .*role "nobody" does not exist'),
        (
            "mallory",
            None,
            "lab",
            "does not let Septum in .*rejects connection.*whom the server lets in from here",
        ),
        ("bob", None, "nowhere", 'has no database of that name .*"nowhere" does not exist.*createdb'),
        ("bob", None, "postgres", "does not let its user do that .*permission denied for schema public"),
        ("septum", None, "standby", "lets nobody write .*read-only transaction.*not its standby"),
    ],
)
def test_whom_a_server_does_not_let_in_is_told_why(lab, tmp_path, user, password, database, told):
    with pytest.raises(StoreUnavailable, match=told) as error:
        Store(lab.url(database, user, password), str(tmp_path))
    assert "\n" not in str(error.value)
    assert "wrong" not in str(error.value)


def test_a_server_that_is_down_or_nowhere_is_told_at_once(lab, tmp_path):
    began = time.monotonic()
    for address in (lab.url("lab").set(port=free_port()), lab.url("lab").set(host="no-such-host.invalid")):
        with pytest.raises(
            StoreUnavailable, match="cannot be reached .*nothing was changed, check that it is up"
        ):
            Store(address, str(tmp_path))
    assert time.monotonic() - began < 5


@pytest.fixture
def certified(lab: Server, tmp_path: Path) -> Iterator[Path]:
    """The folder of the certificates that the lab's server has for a while."""
    folder = certificates(tmp_path / "certificates")
    for name in ("cert.pem", "key.pem"):
        lab.take(folder / name)
    lab.ask(
        "ALTER SYSTEM SET ssl_cert_file = 'cert.pem'",
        "ALTER SYSTEM SET ssl_key_file = 'key.pem'",
        "ALTER SYSTEM SET ssl = on",
        "SELECT pg_reload_conf()",
    )
    time.sleep(0.2)  # which it takes to read it
    yield folder
    lab.ask("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()")
    time.sleep(0.2)


def test_the_line_is_encrypted_to_a_server_that_is_vouched_for_and_to_no_other(
    store, lab, certified, tmp_path, monkeypatch
):
    def address(authority: Path, **other: str) -> URL:
        asked = {"sslmode": "verify-full", "sslrootcert": str(authority)} | other
        return lab.url("lab").update_query_dict(asked)

    encrypted = Store(address(certified / "ca.pem"), str(tmp_path / "arrays"))
    with encrypted.reading() as session:
        asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert session.execute(text(asked)).scalar_one() is True
    assert slices.count_slices(encrypted) == 2
    encrypted.engine.dispose()
    encrypted.readers.dispose()
    strange = certificates(tmp_path / "strange") / "ca.pem"
    for url, told in (
        (address(strange), r"cannot be reached \(SSL error: certificate verify failed\)"),
        (
            address(certified / "ca.pem").set(host="localhost"),
            r"cannot be reached .*does not match host name",
        ),
        (address(tmp_path / "nowhere.pem"), r"cannot be reached \(root certificate file .* does not exist\)"),
        (address(strange, sslmode="verify"), r"cannot be reached .*invalid sslmode value"),
    ):
        with pytest.raises(StoreUnavailable, match=told):
            Store(url, str(tmp_path / "arrays"))


def test_an_option_of_an_address_that_there_is_not_is_told(lab, tmp_path):
    address = lab.url("lab").update_query_dict({"sslmod": "verify-full"})
    with pytest.raises(
        BadSetting, match="ends in 'sslmod', which is not understood .*sslmode and sslrootcert"
    ):
        Store(address, str(tmp_path))


def test_a_driver_that_is_missing_is_told_with_what_brings_it(lab, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadSetting, match=r"psycopg is missing; .* -r requirements-cluster\.txt"):
        Store(lab.url("lab"), str(tmp_path))


def test_while_the_server_starts_anew_readers_and_writers_wait_and_nothing_is_lost(store, lab):
    run_id = runs.enqueue(store, RunKind.PREDICTION, {})
    lab.stop()
    again = threading.Timer(1.0, lab.start)
    again.start()
    try:
        assert slices.count_slices(store) == 2
        assert runs.enqueue(store, RunKind.PREDICTION, {}) == run_id + 1
    finally:
        again.join()
    assert {row.id for row in runs.list_runs(store)} >= {run_id, run_id + 1}


def throw_out(lab: Server) -> None:
    """End every line to the lab's database."""
    lab.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lab'")


def test_what_is_asked_first_is_asked_again_on_another_line_and_what_comes_later_is_not(store, lab):
    with store.reading() as session:
        throw_out(lab)
        assert session.scalar(text("SELECT count(*) FROM slice")) == 2
        throw_out(lab)
        with pytest.raises(StoreUnavailable, match="cannot be reached"), store._told():
            session.scalar(text("SELECT count(*) FROM slice"))
    assert slices.count_slices(store) == 2


def test_a_line_that_breaks_before_anything_was_done_is_no_trouble_for_a_writer(store, lab):
    def first(session: Session) -> None:
        session.execute(text("SELECT 1"))
        if not broken:
            broken.append(True)
            throw_out(lab)

    broken: list[bool] = []
    with store.unit_of_work(first) as session:
        assert session.scalar(text("SELECT count(*) FROM slice")) == 2
    assert broken == [True]


def keep(session: Session, name: str) -> None:
    session.execute(text("INSERT INTO setting VALUES (:name, 'done')"), {"name": name})


def test_a_line_that_breaks_in_the_middle_of_a_save_is_told_and_nothing_is_changed(store, lab):
    def save() -> None:
        with store.unit_of_work() as session:
            keep(session, "half")
            throw_out(lab)
            keep(session, "other half")

    with pytest.raises(StoreUnavailable, match="cannot be reached.*nothing was changed"):
        save()
    with store.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM setting WHERE name LIKE '%half'")) == 0


def test_a_line_that_breaks_in_a_commit_leaves_open_whether_it_was_kept_and_says_so(store, lab):
    def save() -> None:
        with store.unit_of_work() as session:
            keep(session, "perhaps")
            event.listen(session, "before_commit", lambda session: throw_out(lab))

    with pytest.raises(StoreUnavailable, match="broke before it said.*look whether it did"):
        save()


def test_a_claim_whose_answer_was_lost_is_had_again_by_its_token(store):
    run_id = runs.enqueue(store, RunKind.IMPORT, {})
    token = runs.new_token()
    (first, _), (again, _) = (runs.claim(store, RunKind.IMPORT, token) for _ in range(2))
    assert first.id == again.id == run_id
    assert runs.claim(store, RunKind.IMPORT) is None


def test_strokes_and_beats_go_on_while_an_import_takes_its_time_and_other_writers_wait(store, lab, folder):
    run_id = runs.enqueue(store, RunKind.SCORING, {})
    claimed = runs.claim(store, RunKind.SCORING)
    drafts.save_draft(store, 1, "ann", MASK, parent_id=None, seq=1)
    elsewhere = Store(lab.url("lab"), str(folder / "arrays"))  # as on another machine
    waited: list[float] = []

    def ask() -> None:
        began = time.monotonic()
        runs.enqueue(store, RunKind.SCORING, {})
        waited.append(time.monotonic() - began)

    asks = threading.Thread(target=ask)
    with elsewhere.unit_of_work():
        asks.start()
        time.sleep(0.5)
        began = time.monotonic()
        assert drafts.save_draft(store, 1, "ann", MASK, parent_id=None, seq=2)
        assert not runs.report(store, run_id, claimed[1], done=1)
        assert time.monotonic() - began < 0.5
        assert waited == []
    asks.join()
    assert waited[0] >= 0.5
    elsewhere.engine.dispose()
    elsewhere.readers.dispose()


def test_a_writer_that_does_not_get_its_turn_is_told_in_time(lab, folder, store, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.5)
    hurried = Store(lab.url("lab"), str(folder / "arrays"))
    with store.unit_of_work(), pytest.raises(StoreUnavailable, match="busy.*nothing was changed, try again"):
        runs.enqueue(hurried, RunKind.PREDICTION, {})
    hurried.engine.dispose()


def test_options_that_the_address_gives_stay(lab, folder):
    address = lab.url("lab").update_query_dict({"options": "-c search_path=public -c work_mem=5MB"})
    store = Store(address, str(folder / "arrays"))
    with store.unit_of_work() as session:
        shown = [
            session.scalar(text(f"SHOW {name}"))
            for name in ("work_mem", "lock_timeout", "transaction_isolation")
        ]
    assert shown == ["5MB", "20s", "read committed"]
    with store.reading() as session:
        assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
    store.engine.dispose()
    store.readers.dispose()


def test_readers_know_of_each_other_though_the_clocks_of_their_machines_differ(store, monkeypatch):
    class Ahead(datetime):
        @classmethod
        def now(cls, zone: tzinfo | None = None) -> datetime:
            return datetime.now(zone) + timedelta(minutes=3)

    presence.record_presence(store, 1, "ann")
    monkeypatch.setattr("core.store.tables.base.datetime", Ahead)
    monkeypatch.setattr("core.store.connection.server.datetime", Ahead)
    assert presence.record_presence(store, 1, "bob").others == ("ann",)
    assert presence.others_at_work(store, [1], "bob") == {1: ("ann",)}
    told = presence.record_presence(store, 1, "cleo").told_at
    assert told is not None
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)

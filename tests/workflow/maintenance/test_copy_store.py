"""A store goes to a server and a bucket and back with every row and file, or is told as half of a copy."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest
from sqlalchemy import column, create_engine, inspect, select, table, text

from core.errors import BadInput, StoreUnavailable
from core.jobs.worker import drain_queue
from core.records.runs import RunKind, RunState
from core.settings import settings
from core.store.copying import rows as copying_rows
from core.store.copying.target import TargetDatabase
from core.store.database import Store, open_store
from core.store.drawn import MARK, store_mark
from core.store.files.arrays import ArrayFolder
from core.store.files.kinds import name_of
from core.store.masks.drafts import load_draft, save_draft
from core.store.masks.masks import newest_version
from core.store.runs import run_changes, runs
from core.store.series.deletion import delete_series
from core.store.series.series import add_series, list_series
from core.workflow.maintenance import target_files
from core.workflow.maintenance.copy_store import copy_store
from core.workflow.maintenance.target_files import HALF, TargetFiles
from core.workflow.maintenance.verify import verify
from core.workflow.models.registry import active_model
from core.workflow.prediction.predict_store import predict_slice
from core.workflow.training.runs import resume_training
from tests.cli.conftest import septum
from tests.servers.postgresql import Server
from tests.store.files.s3_servers import bucket, s3_server
from tests.workflow.maintenance.stopped import stop_after_an_epoch
from tests.workflow.small import HEART, cine, stored

__all__ = ["bucket", "s3_server", "septum"]
pytestmark = pytest.mark.sqlite  # where each store is, these say themselves


@pytest.fixture(autouse=True)
def _home(model, monkeypatch):
    """All of these need a store and a model, and no worker but the test's own."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


@pytest.fixture
def database(postgresql: Server) -> Iterator[str]:
    """The address of an empty database of a server."""
    postgresql.ask("DROP DATABASE IF EXISTS moved WITH (FORCE)", "CREATE DATABASE moved")
    yield postgresql.url("moved").render_as_string(hide_password=False)
    postgresql.ask("DROP DATABASE IF EXISTS moved WITH (FORCE)")


def use(monkeypatch: pytest.MonkeyPatch, home: Path, database: str = "", arrays: str = "") -> None:
    """Go on with another store, as another machine would."""
    for name, value in (("HOME", str(home)), ("DATABASE", database), ("ARRAYS", arrays)):
        monkeypatch.setenv(f"SEPTUM_{name}", value)
    settings.cache_clear()


def faults() -> list[str]:
    said: list[str] = []
    verify(said.append)
    return said


def all_rows(store: Store) -> dict[str, list[tuple]]:
    """Every row of every table that a database has, as it is there, without Septum's own tables.

    But for the mark, which a copy has of its own.
    """
    engine = create_engine(store.url)
    with engine.connect() as connection:
        found = inspect(connection)
        tables = {
            name: [column(one["name"], one["type"]) for one in found.get_columns(name)]
            for name in found.get_table_names()
            if name != "sqlite_sequence"
        }
        rows = {
            name: [
                tuple(row)
                for row in connection.execute(select(*columns).select_from(table(name)))
                if (name, row[0]) != ("setting", MARK)
            ]
            for name, columns in tables.items()
        }
    engine.dispose()
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def all_files(store: Store) -> dict[str, bytes]:
    """Every file beside the images that has a name of its content."""
    listed = [one for one in store.arrays.listed() if one.digest]
    return {one.entry.name: store.arrays.storage.read(one.entry.name) for one in listed}


def test_a_store_comes_to_a_server_and_a_bucket_and_back_as_it_was(
    tmp_path, monkeypatch, database, bucket, home
):
    run_id = stop_after_an_epoch(monkeypatch)
    row, other, third = stored(cine("anna", masked=True))[:3]
    predict_slice(row.id)
    model = active_model()
    newest = np.roll(HEART, 1)
    parent = newest_version(open_store(), row.id)
    save_draft(open_store(), row.id, "ann", newest, parent_id=parent and parent.id, seq=1)
    last = add_series(open_store(), cine("berta", 1, 1, seed=3))
    delete_series(open_store(), last.series_ids)
    first_store = open_store()
    first_mark = store_mark(first_store)
    before, files = all_rows(first_store), all_files(first_store)
    assert {"run_file", "epoch_label", "event", "draft", "prediction", "mask_label"} <= {
        name for name, rows in before.items() if rows
    }
    told: list[tuple[int, int]] = []
    done = copy_store(database, bucket, lambda *counts: told.append(counts))
    assert (done.missing, done.shares_images, told[-1][0]) == ((), False, told[-1][1])
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert all_rows(first_store) == before

    shutil.move(home, tmp_path / "away")  # another home finds models and files of runs beside the images
    use(monkeypatch, tmp_path / "second", database, bucket)
    second_store = open_store()
    assert all_rows(second_store) == before
    second_mark = store_mark(second_store)
    with_models = all_files(second_store)
    assert with_models.items() >= files.items()
    assert {name.rpartition(".")[2] for name in with_models.keys() - files.keys()} == {"safetensors"}
    assert faults() == []
    assert not second_store.arrays.storage.holds(HALF)

    back = tmp_path / "third"
    copy_store(f"sqlite:///{back / 'septum.sqlite'}", str(back / "arrays"))
    use(monkeypatch, back)
    assert all_rows(open_store()) == before
    assert len({first_mark, second_mark, store_mark(open_store())}) == 3
    assert all_files(open_store()) == with_models
    assert faults() == []
    assert open_store().engine.connect().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"

    for place in ((tmp_path / "second", database, bucket), (back,)):
        use(monkeypatch, *place)
        draft = load_draft(open_store(), row.id, "ann")
        assert draft is not None
        assert np.array_equal(draft.mask, newest)
        assert active_model().sha256 == model.sha256
        predict_slice(other.id)
        predict_slice(third.id)
        again = add_series(open_store(), cine("carl", 1, 1, seed=4))
        assert again.series_id > last.series_id  # which was deleted: no id names two
        assert runs.enqueue(open_store(), RunKind.SCORING, {}) > run_id
        for run in runs.list_runs(open_store(), RunKind.SCORING, None):
            run_changes.ask_to_cancel(open_store(), run.id)
        resume_training(run_id)
        drain_queue(open_store(), RunKind.TRAINING)
        assert runs.run_row(open_store(), run_id).state == RunState.FINISHED
        assert faults() == []


KILLED = """
import os, sys
from core.workflow.maintenance import files
from core.workflow.maintenance.copy_store import copy_store
files.AT_ONCE = 4
copy_store(*sys.argv[1:3], lambda done, total: done >= int(sys.argv[3]) and os.kill(os.getpid(), 9))
"""


def copy_and_die(database: str, arrays: str, after: int) -> None:
    """Copy the store in another process that is killed after so many files and rows."""
    command = [sys.executable, "-c", KILLED, database, arrays, str(after)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr


@pytest.mark.crash
@pytest.mark.parametrize("kind", ["server and bucket", "file and folder"])
def test_a_copy_that_was_killed_is_no_store_and_goes_on(tmp_path, monkeypatch, request, kind, home):
    if kind == "server and bucket":
        places = request.getfixturevalue("database"), request.getfixturevalue("bucket")
    else:
        places = f"sqlite:///{tmp_path / 'new' / 'septum.sqlite'}", str(tmp_path / "new" / "arrays")
    stored(cine("anna", 2, 5, masked=True))
    active_model()
    before, n_files = all_rows(open_store()), 10 + 1
    n_rows = sum(map(len, before.values())) - len(before["alembic_version"])
    copy_and_die(*places, after=4)
    arrays = ArrayFolder(places[1])
    some = [one.entry.name for one in arrays.listed() if one.digest]
    assert len(some) == 4
    arrays.storage.write(some[0], bytes(len(arrays.storage.read(some[0]))))  # as a torn one may be
    half = pytest.raises(StoreUnavailable, match="is half of a copy; give the same `copy-store` again")
    with half:
        Store(*places)
    copy_and_die(*places, after=n_files + n_rows)  # when all are written and none is committed
    with half:
        Store(*places)
    whole = len([one for one in arrays.listed() if one.digest])
    written: list[str] = []
    keep = target_files.copied
    monkeypatch.setattr(target_files, "copied", lambda *of: written.append(of[2][0]) or keep(*of))
    copy_store(*places)
    assert (whole, written) == (n_files, [])  # what came over before was not sent again
    use(monkeypatch, tmp_path / "second", *places)
    assert all_rows(open_store()) == before
    assert faults() == []


def test_nothing_is_written_to_a_place_that_holds_anything_else(
    tmp_path, monkeypatch, postgresql, database, bucket, home
):
    stored(cine("anna"))
    there = Store(f"sqlite:///{tmp_path / 'there.sqlite'}", "")
    new, empty = f"sqlite:///{tmp_path / 'new.sqlite'}", str(tmp_path / "empty")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear Anna")
    ArrayFolder(bucket).keep(HEART)
    for to, arrays, told in (
        (str(there.url), empty, "there is a store at .*there.sqlite already"),
        (f"sqlite:///{home / 'septum.sqlite'}", empty, "there is a store at"),
        (new, str(tmp_path / "letters"), "there are files at .*letters already, such as letter.txt"),
        (new, bucket, "there are files at s3://.* already"),
    ):
        with pytest.raises(BadInput, match=told):
            copy_store(to, arrays)
    postgresql.ask("CREATE TABLE letter (text text)", database="moved")
    with pytest.raises(BadInput, match="there are tables that are not Septum's at .*moved already"):
        copy_store(database, empty)
    assert not Path(empty).exists()
    assert not (tmp_path / "new.sqlite").exists()
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["letter.txt"]
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / HALF).write_text(f"{tmp_path / 'other.sqlite'}\n")
    with pytest.raises(BadInput, match="there are files at .*half already"):
        copy_store(f"sqlite:///{tmp_path / 'newer.sqlite'}", str(tmp_path / "half"))


def test_what_cannot_be_reached_or_used_is_told_by_the_option_and_without_its_password(
    tmp_path, septum, postgresql, bucket
):
    arrays, new = tmp_path / "arrays", f"sqlite:///{tmp_path / 'new.sqlite'}"
    code, text = septum("copy-store", "--to", new, "--arrays", arrays)
    assert (code, "there is no store to be copied" in text) == (1, True)
    stored(cine("anna"))
    gone = postgresql.url("nowhere", password="secret").render_as_string(hide_password=False)
    for to, where, told in (
        ("moved", arrays, "--to is 'moved', which is no address"),
        (gone, arrays, "has no database of that name"),
        (gone.replace(str(postgresql.port), "9"), arrays, "that --to names it"),
        (
            new,
            "s3://nowhere-to-be-found/arrays",
            "--arrays is 's3://nowhere-to-be-found/arrays', but there is",
        ),
        (new, "", "--arrays is empty"),
    ):
        code, text = septum("copy-store", "--to", to, "--arrays", where)
        assert (code, told in text, "secret" in text) == (1, True, False), text
        assert len(text.strip().splitlines()) == 1


def test_a_run_that_is_at_work_or_waits_is_to_be_ended_first(tmp_path, septum):
    stored(cine("anna"))
    runs.enqueue(open_store(), RunKind.SCORING, {})
    words = "copy-store", "--to", f"sqlite:///{tmp_path / 'new.sqlite'}", "--arrays", tmp_path / "arrays"
    code, text = septum(*words)
    assert (code, "a run of scoring is at work or waits (number 1)" in text) == (1, True)
    assert not (tmp_path / "new.sqlite").exists()
    assert septum("stop")[0] == 0
    code, text = septum(*words)
    assert (code, "6 images" in text, "It is the store as it was at" in text) == (0, True, True), text


def test_a_file_that_the_store_lacks_is_told_and_the_rest_is_copied(tmp_path, monkeypatch, septum):
    row = stored(cine("anna"))[0]
    open_store().arrays.path(row.image_sha256).unlink()
    to = f"sqlite:///{tmp_path / 'second' / 'septum.sqlite'}"
    code, text = septum("copy-store", "--to", to, "--arrays", tmp_path / "second" / "arrays")
    told = f"{name_of(row.image_sha256)} is missing or damaged in the store, and so not in the copy"
    assert (code, told in text, "6 images" in text) == (1, True, True), text
    use(monkeypatch, tmp_path / "second")
    assert [row.image_sha256[:12] in fault for fault in faults()] == [True]


def elsewhere(act: Callable[[], object]) -> None:
    """Do it in another thread, which knows of no snapshot of this one."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def test_what_others_delete_import_and_draw_meanwhile_leaves_no_gap(tmp_path, monkeypatch, database):
    gone, row = stored(cine("anna"))[0].series_id, stored(cine("berta", seed=1))[0]
    copied, bring, filling = target_files.copied, TargetFiles.bring, TargetDatabase.filling
    passes: list[int] = []

    def delete_first(*of) -> bool:
        monkeypatch.setattr(target_files, "copied", copied)
        elsewhere(lambda: delete_series(open_store(), [gone]))
        return copied(*of)

    def import_and_delete(files: TargetFiles, named, *rest) -> list:
        passes.append(len(named))
        if len(passes) == 2:  # the rows that are to be copied name it already
            elsewhere(lambda: delete_series(open_store(), late))
        missing = bring(files, named, *rest)
        if len(passes) == 1:
            late.extend(add_series(open_store(), cine("carl", seed=2)).series_ids)
        return missing

    def draw_and_import_first(target: TargetDatabase):
        elsewhere(lambda: save_draft(open_store(), row.id, "ann", HEART, parent_id=None, seq=1))
        elsewhere(lambda: add_series(open_store(), cine("dora", seed=3)))
        return filling(target)

    late: list[int] = []
    monkeypatch.setattr(target_files, "copied", delete_first)
    monkeypatch.setattr(TargetFiles, "bring", import_and_delete)
    monkeypatch.setattr(TargetDatabase, "filling", draw_and_import_first)
    assert copy_store(database, str(tmp_path / "arrays")).missing == ()
    assert passes == [12, 12, 6, 6]
    assert load_draft(open_store(), row.id, "ann") is not None
    use(monkeypatch, tmp_path / "second", database, str(tmp_path / "arrays"))
    assert faults() == []
    assert [series.patient for series in list_series(open_store())] == ["berta"]
    assert load_draft(open_store(), row.id, "ann") is None  # it came after the moment that was copied


def test_a_row_that_does_not_fit_is_told_and_once_it_does_the_copy_goes_on(
    tmp_path, monkeypatch, database, home
):
    stored(cine("anna"))
    arrays = str(tmp_path / "arrays")
    for vendor, fits in (("x" * 101, False), ("Siemens", True)):
        with open_store().engine.begin() as connection:
            connection.execute(text("UPDATE series SET vendor = :vendor"), {"vendor": vendor})
        if fits:
            copy_store(database, arrays)
            continue
        with pytest.raises(StoreUnavailable, match="a row of the table series does not fit .*too long"):
            copy_store(database, arrays)
        with pytest.raises(StoreUnavailable, match="is half of a copy"):
            Store(database, arrays)
    before = all_rows(open_store())
    assert all_rows(Store(database, arrays)) == before


@pytest.mark.parametrize("kept", [False, True])
def test_a_line_that_breaks_in_the_last_commit_leaves_open_whether_it_was_kept_and_says_what_tells(
    tmp_path, monkeypatch, postgresql, database, kept
):
    stored(cine("anna"))
    arrays, commit = str(tmp_path / "arrays"), psycopg.Connection.commit
    told: list[bool] = []

    def broken(connection: psycopg.Connection) -> None:
        if told[-1] and kept:
            commit(connection)
            connection.close()
            raise psycopg.OperationalError("the answer is lost")
        if told[-1]:
            postgresql.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'moved'")
        commit(connection)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "commit", broken)
        told.append(False)
        with pytest.raises(StoreUnavailable, match="may or may not have; give the same `copy-store` again"):
            copy_store(database, arrays, lambda done, total: told.append(done == total))
    if kept:
        with pytest.raises(BadInput, match="there is a store at"):
            copy_store(database, arrays)
    else:
        copy_store(database, arrays)
    copy = Store(database, arrays)
    assert all_rows(copy) == all_rows(open_store())
    assert store_mark(copy) != store_mark(open_store())


def test_a_database_alone_is_moved_where_the_images_are_in_their_place_already(
    tmp_path, monkeypatch, septum, database, bucket
):
    use(monkeypatch, tmp_path / "home", "", bucket)
    stored(cine("anna"))
    model = active_model()
    before = all_files(open_store())
    code, text = septum("copy-store", "--to", database, "--arrays", bucket)
    assert (code, "Use the old store no more" in text) == (0, True), text
    use(monkeypatch, tmp_path / "second", database, bucket)
    assert all_files(open_store()) == before
    assert (faults(), active_model().sha256) == ([], model.sha256)


def test_what_does_not_arrive_as_it_was_sent_is_told_and_sent_again(tmp_path, monkeypatch):
    stored(cine("anna", masked=True))
    places = f"sqlite:///{tmp_path / 'new' / 'septum.sqlite'}", str(tmp_path / "new" / "arrays")
    write = copying_rows._write

    def torn(source: ArrayFolder, target: ArrayFolder, one: tuple[str, str]) -> bool:
        target.storage.write(name_of(*one), b"torn")
        return True

    def but_the_first(connection, table, rows, place) -> None:
        write(connection, table, rows[1:] if table.name == "mask_label" else rows, place)

    with monkeypatch.context() as patch:
        patch.setattr(target_files, "copied", torn)
        with pytest.raises(StoreUnavailable, match=r"the file .*\.npy at .* is not what was sent there"):
            copy_store(*places)
    with monkeypatch.context() as patch:
        patch.setattr(copying_rows, "_write", but_the_first)
        with pytest.raises(StoreUnavailable, match="mask_label has 23 rows at .*, which are not the 24"):
            copy_store(*places)
    copy_store(*places)
    use(monkeypatch, tmp_path / "new")
    assert faults() == []

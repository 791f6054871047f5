"""What was backed up comes back where there is no store yet: whole, predicting, drawn on, and going on."""

import shutil
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadInput, StoreUnavailable
from core.jobs.worker import drain_queue
from core.records.runs import RunKind, RunState
from core.settings import settings
from core.store.database import open_store
from core.store.files.kinds import MODEL, name_of
from core.store.masks.drafts import load_draft, save_draft
from core.store.masks.masks import newest_version
from core.store.runs import runs
from core.store.series.series import list_series
from core.workflow.maintenance import restore as restoring
from core.workflow.maintenance.backup import backup
from core.workflow.maintenance.restore import restore
from core.workflow.maintenance.verify import verify
from core.workflow.models.registry import active_model
from core.workflow.prediction.predict_store import predict_slice
from core.workflow.training.runs import resume_training
from tests.cli.conftest import septum
from tests.store.files.s3_servers import bucket, new_bucket, s3_server
from tests.workflow.maintenance.stopped import stop_after_an_epoch
from tests.workflow.small import HEART, cine, stored

__all__ = ["bucket", "s3_server", "septum"]
RELEASE = Path(__file__).resolve().parents[2] / "releases" / "0.3.0.zip"


@pytest.fixture(autouse=True)
def _home(model, monkeypatch):
    """All of these need a store and a model, and no worker but the test's own."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def move(monkeypatch, home: Path, arrays: str = "") -> None:
    """Go on with another home, as another machine would."""
    monkeypatch.setenv("SEPTUM_HOME", str(home))
    monkeypatch.setenv("SEPTUM_ARRAYS", arrays)
    settings.cache_clear()


def faults() -> list[str]:
    said: list[str] = []
    verify(said.append)
    return said


def test_a_store_that_was_put_back_is_whole_predicts_and_has_its_newest_draft(tmp_path, monkeypatch, home):
    row, other = stored(cine("anna", masked=True))[:2]
    name = active_model().name
    backup(tmp_path / "before")
    newest = np.roll(HEART, 1)
    save_draft(open_store(), row.id, "ann", HEART, parent_id=row.newest_version_id, seq=1)
    save_draft(open_store(), row.id, "ann", newest, parent_id=row.newest_version_id, seq=2)
    done = backup(tmp_path / "copy")
    shutil.rmtree(home)

    move(monkeypatch, tmp_path / "new")
    put_back = restore(tmp_path / "copy")
    assert (put_back.n_images, put_back.missing) == (done.n_images, ())
    assert faults() == []
    draft = load_draft(open_store(), row.id, "ann")
    assert draft is not None
    assert np.array_equal(draft.mask, newest)
    assert active_model().name == name
    predict_slice(other.id)
    assert newest_version(open_store(), other.id) is not None
    shutil.rmtree(tmp_path / "copy")  # the two are not the same files
    assert faults() == []


def test_a_training_that_had_stopped_goes_on_from_the_backup(tmp_path, monkeypatch, home):
    run_id = stop_after_an_epoch(monkeypatch)
    assert runs.run_row(open_store(), run_id).state == RunState.CANCELLED
    backup(tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "runs")  # it is beside the images, too
    shutil.rmtree(home)
    move(monkeypatch, tmp_path / "new")
    restore(tmp_path / "copy")
    resume_training(run_id)
    drain_queue(open_store(), RunKind.TRAINING)
    row = runs.run_row(open_store(), run_id)
    assert row.state == RunState.FINISHED, row.message
    assert faults() == []


def test_images_come_out_of_a_bucket_and_go_into_another(tmp_path, monkeypatch, bucket, s3_server):
    move(monkeypatch, tmp_path / "one", bucket)
    rows = stored(cine("anna", masked=True))
    model = active_model()
    shutil.rmtree(tmp_path / "one")  # what was only there is in the bucket, too
    monkeypatch.setenv("SEPTUM_DATABASE", f"sqlite:///{tmp_path / 'one.sqlite'}")
    settings.cache_clear()
    stored(cine("berta", seed=2))
    active_model()
    done = backup(tmp_path / "copy")
    assert (done.n_images, done.missing) == (6, ())
    monkeypatch.delenv("SEPTUM_DATABASE")
    elsewhere = f"s3://{new_bucket(s3_server)}/images"
    move(monkeypatch, tmp_path / "two", elsewhere)
    assert restore(tmp_path / "copy").missing == ()
    assert [row.patient for row in list_series(open_store())] == ["berta"]
    assert faults() == []
    assert open_store().arrays.holds(model.sha256, MODEL)
    assert rows


def test_a_model_of_another_machine_comes_into_the_backup(tmp_path, monkeypatch, bucket):
    monkeypatch.setenv("SEPTUM_DATABASE", f"sqlite:///{tmp_path / 'septum.sqlite'}")
    move(monkeypatch, tmp_path / "one", bucket)
    stored(cine("anna"))
    active_model()
    move(monkeypatch, tmp_path / "two", bucket)
    (settings().checkpoints / "unet-cine.safetensors").unlink()
    assert backup(tmp_path / "copy").missing == ()
    monkeypatch.delenv("SEPTUM_DATABASE")
    move(monkeypatch, tmp_path / "copy")
    assert faults() == []


def test_nothing_is_written_over_a_store_and_what_is_no_backup_is_told(tmp_path, monkeypatch, home):
    stored(cine("anna"))
    backup(tmp_path / "copy")
    with pytest.raises(BadInput, match="there is a store at .* already, and nothing is written over"):
        restore(tmp_path / "copy")
    move(monkeypatch, tmp_path / "new")
    (tmp_path / "letters").mkdir()
    (tmp_path / "torn").mkdir()
    data = (tmp_path / "copy" / "septum.sqlite").read_bytes()
    (tmp_path / "torn" / "septum.sqlite").write_bytes(data[: len(data) // 2])
    for folder in ("letters", "torn", "nowhere"):
        with pytest.raises(BadInput, match="no whole database of Septum's"):
            restore(tmp_path / folder)
    with sqlite3.connect(tmp_path / "copy" / "septum.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="newer Septum"):
        restore(tmp_path / "copy")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("step", ["put_all", "copy", "copy_file"])
def test_a_store_that_somebody_begins_meanwhile_stays_as_it_is(tmp_path, monkeypatch, home, step):
    stored(cine("anna"))
    active_model()
    backup(tmp_path / "copy")
    move(monkeypatch, tmp_path / "new")
    theirs = tmp_path / "new" / "models" / "unet-cine.safetensors"
    do = getattr(restoring, step)

    def after_somebody(*given):
        done = do(*given)
        if not settings().database_file.exists():
            stored(cine("berta", seed=2))
            theirs.parent.mkdir(exist_ok=True)
            theirs.write_bytes(b"theirs")
        return done

    monkeypatch.setattr(restoring, step, after_somebody)
    with pytest.raises(BadInput, match="there is a store at .* already, and nothing is written over"):
        restore(tmp_path / "copy")
    assert [row.patient for row in list_series(open_store())] == ["berta"]
    assert theirs.read_bytes() == b"theirs"
    assert faults() == []
    assert list((tmp_path / "new").glob(".*.partial")) == []


def test_what_the_backup_lacks_is_told_and_the_rest_comes_back(tmp_path, monkeypatch, septum):
    first, second = stored(cine("anna"))[:2]
    backup(tmp_path / "copy")
    arrays = tmp_path / "copy" / "arrays"
    (arrays / name_of(first.image_sha256)).unlink()
    (arrays / name_of(second.image_sha256)).unlink()  # it was linked
    (arrays / name_of(second.image_sha256)).write_bytes(b"damaged")
    move(monkeypatch, tmp_path / "new")
    code, text = septum("restore", tmp_path / "copy")
    assert code == 1
    assert all(row.image_sha256 in text for row in (first, second))
    assert "6 images" in text
    assert len(faults()) == 2


def test_a_restore_that_is_cut_off_leaves_no_store_and_is_begun_again(tmp_path, monkeypatch, septum):
    stored(cine("anna"))
    backup(tmp_path / "copy")
    move(monkeypatch, tmp_path / "new")

    def cut_off(source: Path, to: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "copy_file", cut_off)
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "copy")
    assert not settings().database_file.exists()
    assert septum("restore", tmp_path / "copy")[0] == 0
    assert faults() == []


def test_a_home_of_an_earlier_version_comes_back_in_todays_form(tmp_path, monkeypatch):
    with zipfile.ZipFile(RELEASE) as archive:
        archive.extractall(tmp_path / "release")
    move(monkeypatch, tmp_path / "new")
    assert restore(tmp_path / "release" / "home").missing == ()
    assert faults() == []


def test_the_database_of_a_server_is_left_to_its_own_means(tmp_path, monkeypatch):
    stored(cine("anna"))
    backup(tmp_path / "copy")
    monkeypatch.setenv("SEPTUM_DATABASE", "postgresql+psycopg://ann:secret@host/septum")
    move(monkeypatch, tmp_path / "new")
    with pytest.raises(StoreUnavailable, match="pg_restore") as told:
        restore(tmp_path / "copy")
    assert "secret" not in str(told.value)

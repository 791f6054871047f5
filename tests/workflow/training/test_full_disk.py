"""A disk that is full, or a folder for temporary files that is gone: one sentence, and nothing half-done."""

import errno
import shutil
import zipfile
from io import BytesIO

import pytest

from core.errors import StoreUnavailable
from core.scratch import scratch_folder
from core.settings import settings
from core.workflow.data import export_masks
from core.workflow.import_runs import run_folder
from core.workflow.import_runs import runs as import_runs
from core.workflow.import_runs.run_folder import ImportFolder, imports_folder
from core.workflow.uploads.spool import SPOOL
from tests.workflow.small import HEART, import_sent, png, sent

pytestmark = pytest.mark.usefixtures("home")
FILES = [("one.png", png()), ("one_mask.png", png(HEART))]


@pytest.fixture
def full(monkeypatch):
    """Make a function of a module fail as it does on a full disk."""

    def fill(module, name: str) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(module, name, fail)

    return fill


def inside(path) -> list[str]:
    """The files below a folder, locks aside."""
    return [file.name for file in path.rglob("*") if file.is_file() and file.name != ".lock"]


def test_neither_import_nor_export_needs_the_systems_temporary_folder(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    assert [result.outcome for result in import_sent(FILES)] == ["imported"]
    with zipfile.ZipFile(BytesIO(export_masks.export_zip())) as archive:
        assert set(archive.namelist()) == {"one_mask.png", "manifest.csv", "manifest.json"}


def test_an_export_for_which_there_is_no_room_is_told_and_leaves_nothing(full):
    list(import_sent(FILES))
    SPOOL.drop_session("test")
    full(zipfile, "ZipFile")
    with pytest.raises(StoreUnavailable, match=r"home cannot be written \(No space left .*; free some space"):
        export_masks.export_zip()
    assert inside(scratch_folder()) == []


def test_uploads_that_cannot_be_put_aside_for_a_run_are_told_and_leave_nothing(full, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: pytest.fail("there is nothing to do"))
    full(run_folder, "link_or_copy")
    with pytest.raises(StoreUnavailable, match=r"cannot be written \(No space left on device\)"):
        import_runs.start_upload_import(sent(FILES))
    assert list(imports_folder().iterdir()) == []
    assert import_runs.import_runs() == []


def test_an_upload_that_cannot_be_written_is_told_and_leaves_nothing(full):
    folder_of_uploads = scratch_folder() / "uploads"
    full(type(folder_of_uploads), "write_bytes")
    with pytest.raises(StoreUnavailable, match=r"home cannot be written \(No space left on device\)"):
        sent(FILES)
    assert inside(settings().home / "scratch") == []


def test_files_put_aside_for_a_run_take_no_second_place_on_the_disk_and_outlive_their_upload():
    (upload,) = sent(FILES[:1])
    kept = ImportFolder.new()
    kept.store_files([upload])
    (aside,) = kept.files()
    assert aside.path.stat().st_ino == upload.path.stat().st_ino
    SPOOL.drop_session("test")
    assert aside.path.read_bytes() == FILES[0][1]


def test_a_disk_without_links_gets_a_copy(monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)
    kept = ImportFolder(imports_folder() / "copied")
    kept.path.mkdir(parents=True)
    (kept.path / "files").mkdir()
    run_folder.link_or_copy(sent(FILES[:1])[0].path, kept.path / "files" / "0")
    assert (kept.path / "files" / "0").read_bytes() == FILES[0][1]
    shutil.rmtree(kept.path)

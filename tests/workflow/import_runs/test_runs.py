"""Large imports as runs: streamed, stopped, killed, resumed, answered, and only from allowed folders."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadInput, NotFound, RunRefused
from core.jobs.control import RunControl
from core.jobs.worker import drain_queue, execute
from core.labels import LabelOrder
from core.records.results import Topic
from core.records.runs import RunKind, RunState
from core.settings import ROOT, settings
from core.store.database import open_store
from core.store.runs import beats, run_changes, runs
from core.store.series.series import list_series
from core.store.slices.slices import list_slices
from core.workflow.import_runs import runs as import_runs
from core.workflow.import_runs.run_folder import ImportFolder, imports_folder
from core.workflow.import_runs.server_folders import checked_folder, offered_folders
from core.workflow.importing.answers import AnsweredFiles
from core.workflow.importing.import_files import Answers
from tests.servers.databases import address_of
from tests.workflow.small import HEART, PIXELS, import_sent, png, sent, write

# A worker that waits a little at each file.
SLOW_WORKER = """
import sys, time
from core.jobs import worker
from core.store.runs import beats
from core.imaging.files import sources
beats.BEAT_SECONDS = 0.2
from core.workflow.import_runs import worker as import_work
import_work.REPORT_SECONDS = 0.0
tell = import_work.ImportProgress.step
def slow(self, result):
    time.sleep(0.1)
    tell(self, result)
import_work.ImportProgress.step = slow
worker.main("import")
"""


@pytest.fixture(autouse=True)
def no_worker(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests work runs off themselves."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def hearts(count: int, masked: bool = True) -> list[tuple[str, bytes]]:
    """So many patients of one picture each, all different, every one with its mask."""
    files = []
    for number in range(count):
        pixels = np.roll(PIXELS, number, axis=1)
        files.append((f"lab/heart{number:03}/image.png", png(pixels)))
        if masked:
            files.append((f"lab/heart{number:03}/image_mask.png", png(np.roll(HEART, number, axis=1))))
    return files


def work_off() -> None:
    drain_queue(open_store(), RunKind.IMPORT)


def stored() -> list[tuple[str, str, int, int, str, str]]:
    """What is in the store, as far as two imports of the same files must agree."""
    series = {row.id: row for row in list_series(open_store())}
    return sorted(
        (row.patient, series[row.series_id].name, row.position, row.phase, row.image_sha256, row.status)
        for row in list_slices(open_store(), limit=None)
    )


def test_an_upload_comes_in_behind_the_page_and_leaves_no_file_behind():
    files = [*hearts(3), ("lab/letter.png", b"a letter")]
    run_id = import_runs.start_upload_import(sent(files))
    (kept,) = imports_folder().iterdir()
    assert len(list((kept / "files").iterdir())) == 7
    work_off()
    row = runs.run_row(open_store(), run_id)
    assert (row.state, row.done, row.total) == (RunState.FINISHED, 7, 7)
    assert row.message == "3 series of 3 patients (3 slices, 3 masks, 3 imported); 1 file refused."
    results = import_runs.results_of(run_id)
    assert [result.outcome for result in results].count("imported") == 3
    assert {result.summary.patient for result in results if result.summary} == {
        "heart000",
        "heart001",
        "heart002",
    }
    assert not (kept / "files").exists()
    assert import_runs.series_of(run_id)[0] == min(row.id for row in list_series(open_store()))


@pytest.mark.sqlite
def test_no_name_of_a_file_reaches_the_database():
    import_runs.start_upload_import(sent([("Erika Mustermann/letter.png", b"a letter, no heart")]))
    work_off()
    open_store().engine.dispose()
    assert b"Mustermann" not in (settings().home / "septum.sqlite").read_bytes()


def test_a_killed_import_goes_on_and_ends_as_one_that_nobody_disturbed(home, tmp_path, monkeypatch):
    files = hearts(12)
    run_id = import_runs.start_upload_import(sent(files))
    worker = subprocess.Popen([sys.executable, "-c", SLOW_WORKER], cwd=ROOT)
    until = time.monotonic() + 30
    while len(import_runs.results_of(run_id)) < 4:
        assert time.monotonic() < until
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert len(stored()) < 12
    with monkeypatch.context() as patch:
        patch.setattr(beats, "SILENT_SECONDS", 0.0)
        assert import_runs.import_runs()[0].is_resumable
    import_runs.resume(run_id)
    work_off()
    row = runs.run_row(open_store(), run_id)
    assert (row.state, row.done, row.total) == (RunState.FINISHED, 24, 24)
    told = [result.file for result in import_runs.results_of(run_id)]
    assert sorted(told) == sorted(set(told))
    assert len(told) == 12
    disturbed = stored()
    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("SEPTUM_DATABASE", address_of(tmp_path / "other"))
    settings.cache_clear()
    assert {result.outcome for result in import_sent(files)} == {"imported"}
    assert disturbed == stored()


def test_a_line_that_a_crash_cut_off_is_read_and_written_over():
    run_id = import_runs.start_upload_import(sent(hearts(2)))
    folder = ImportFolder.of(runs.run_row(open_store(), run_id))
    (folder.path / "results.jsonl").write_bytes(b'{"file":"lab/heart000/im')
    work_off()
    assert [result.outcome for result in import_runs.results_of(run_id)] == ["imported"] * 2


def test_an_import_stops_when_asked_and_keeps_what_it_needs_to_go_on(monkeypatch):
    monkeypatch.setattr("core.workflow.import_runs.worker.REPORT_SECONDS", 0.0)
    run_id = import_runs.start_upload_import(sent(hearts(3)))
    row, token = runs.claim(open_store(), RunKind.IMPORT)
    run_changes.ask_to_cancel(open_store(), run_id)
    control = RunControl(open_store(), row, token)
    state, message = execute(row, control)
    control.end(state, message)
    control.close()
    assert state == RunState.CANCELLED
    assert stored() == []
    import_runs.resume(run_id)
    work_off()
    assert len(stored()) == 3


def test_a_dry_run_lists_and_stores_nothing_until_it_is_gone_on_with():
    run_id = import_runs.start_upload_import(sent(hearts(2)), dry_run=True)
    work_off()
    assert {result.outcome for result in import_runs.results_of(run_id)} == {"planned"}
    assert stored() == []
    import_runs.import_listed(run_id)
    (seen,) = import_runs.import_runs()
    assert not seen.request.dry_run
    work_off()
    assert len(stored()) == 2
    assert {result.outcome for result in import_runs.results_of(seen.row.id)} == {"imported"}


def test_questions_are_answered_later_for_the_files_that_asked_alone():
    large = png(np.tile(PIXELS, (9, 10)))
    run_id = import_runs.start_upload_import(sent([("large.png", large), *hearts(1)]))
    work_off()
    (question,) = import_runs.questions_of(run_id)
    assert (question.file, question.asks) == ("large.png", Topic.SPACING)
    answered = import_runs.answer(run_id, [AnsweredFiles((question.file,), Answers(spacing_mm=1.25))])
    work_off()
    assert import_runs.questions_of(answered) == []
    spacings = {row.patient: row.spacing_mm for row in list_slices(open_store())}
    assert spacings == {"heart000": (1.8, 1.8), "large": (1.25, 1.25)}
    assert [result.outcome for result in import_runs.results_of(answered)] == ["imported"] * 2


def test_a_second_question_of_a_file_keeps_the_answer_to_its_first():
    other = np.tile(np.array([0, 3, 2, 1], np.uint8)[HEART], (9, 10))
    files = [("large.png", png(np.tile(PIXELS, (9, 10)))), ("large_gt.png", png(other))]
    run_id = import_runs.start_upload_import(sent(files))
    work_off()
    asked = []
    for answers in (Answers(spacing_mm=1.25), Answers(label_order=LabelOrder.UK_BIOBANK)):
        (question,) = import_runs.questions_of(run_id)
        asked.append(question.asks)
        run_id = import_runs.answer(run_id, [AnsweredFiles((question.file,), answers)])
        work_off()
    assert asked == [Topic.SPACING, Topic.LABEL_ORDER]
    assert import_runs.questions_of(run_id) == []
    (row,) = list_slices(open_store())
    assert row.spacing_mm == (1.25, 1.25)


def test_an_import_that_was_forgotten_is_gone_and_one_at_work_cannot_be():
    run_id = import_runs.start_upload_import(sent(hearts(1)))
    with pytest.raises(RunRefused, match="stop it first"):
        import_runs.forget(run_id)
    work_off()
    import_runs.forget(run_id)
    assert import_runs.import_runs() == []
    assert list(imports_folder().iterdir()) == []
    with pytest.raises(NotFound, match="import the files again"):
        import_runs.resume(run_id)


def test_many_files_and_large_ones_are_large_and_zips_count_what_they_hold():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(import_runs.LARGE_FILES + 1):
            archive.writestr(f"{number}.png", b"x")
    assert import_runs.is_large(sent([("a.zip", packed.getvalue())]))
    assert not import_runs.is_large(sent([("a.zip", packed.getvalue()[:500])]))
    assert not import_runs.is_large(sent([("a.png", b"x")]) * import_runs.LARGE_FILES)
    assert import_runs.is_large(sent([("a.png", b"x")]) * (import_runs.LARGE_FILES + 1))


class TestFoldersOnTheServer:
    """Only what lies below the roots, links followed, can be named or read."""

    @pytest.fixture
    def root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        root = tmp_path / "data"
        for name, data in hearts(2):
            write(root / name, data)
        write(tmp_path / "secret" / "heart999" / "image.png", png(PIXELS[::-1].copy()))
        monkeypatch.setenv("SEPTUM_IMPORT_ROOTS", f"{root}{os.pathsep}{tmp_path / 'other'}")
        settings.cache_clear()
        return root

    def test_no_folder_is_offered_unless_the_settings_name_one(self):
        assert offered_folders() == []
        with pytest.raises(BadInput, match="SEPTUM_IMPORT_ROOTS"):
            checked_folder("/")

    def test_roots_and_what_lies_in_them_are_offered(self, root):
        (root / ".hidden").mkdir()
        assert offered_folders() == [str(root), str(root / "lab")]

    def test_a_folder_below_a_root_comes_in(self, root):
        import_runs.start_folder_import(str(root / "lab"))
        work_off()
        assert {row[0] for row in stored()} == {"heart000", "heart001"}

    @pytest.mark.parametrize(
        "named", ["", "lab", "/", "{root}/..", "{root}/../secret", "{root}x", "{root}/out"]
    )
    def test_nothing_else_can_be_named(self, root, named):
        (root / "out").symlink_to(root.parent / "secret")
        with pytest.raises(BadInput, match="none of the folders"):
            import_runs.start_folder_import(named.format(root=root))
        assert not imports_folder().exists()

    def test_links_that_lead_out_are_told_and_not_read(self, root):
        secret = root.parent / "secret" / "heart999"
        (root / "lab" / "heart998").mkdir()
        (root / "lab" / "heart998" / "image.png").symlink_to(secret / "image.png")
        (root / "lab" / "all").symlink_to(secret.parent)
        run_id = import_runs.start_folder_import(str(root / "lab"))
        work_off()
        assert {row[0] for row in stored()} == {"heart000", "heart001"}
        (told,) = [one for one in import_runs.results_of(run_id) if one.outcome == "refused"]
        assert "leads out" in told.message

    def test_a_folder_that_is_not_there_is_told(self, root):
        with pytest.raises(BadInput, match="no folder"):
            checked_folder(str(root / "gone"))

"""A backup that is taken while others write holds one state of the store, with every file that it names."""

import os
import threading

import numpy as np
import pytest

from core.errors import BadInput, StoreUnavailable
from core.settings import settings
from core.store.database import Store, open_store
from core.store.masks import drafts
from core.store.series.deletion import delete_series
from core.store.series.series import add_series, list_series
from core.store.slices.slices import list_slices
from core.workflow.maintenance import backup as backups
from core.workflow.maintenance.backup import backup
from core.workflow.maintenance.verify import verify
from core.workflow.models.registry import active_model
from core.workflow.run_files import RunFiles
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.sqlite  # a server's database is copied by the server's own means


@pytest.fixture(autouse=True)
def _home(model):
    """All of these need a store and a model."""


def problems_in(folder, monkeypatch) -> list[str]:
    """What is wrong with a copy, as it would be used."""
    monkeypatch.setenv("SEPTUM_HOME", str(folder))
    settings.cache_clear()
    said: list[str] = []
    verify(said.append)
    return said


def test_a_copy_is_a_home_with_everything_in_it(tmp_path, monkeypatch, home):
    rows = stored(cine("anna", masked=True))
    drafts.save_draft(open_store(), rows[0].id, "ann", HEART, parent_id=rows[0].newest_version_id, seq=1)
    name = active_model().name
    files = RunFiles.of(3)
    files.folder.mkdir(parents=True)
    files.chosen.write_text("[]")
    done = backup(tmp_path / "copy")
    assert (done.n_images, done.missing) == (6, ())
    assert (tmp_path / "copy" / "runs" / "3" / "slices.json").read_text() == "[]"
    os.rename(home, tmp_path / "lost")
    assert problems_in(tmp_path / "copy", monkeypatch) == []
    assert [row.patient for row in list_series(open_store())] == ["anna"]
    assert drafts.load_draft(open_store(), rows[0].id, "ann") is not None
    assert active_model().name == name
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".partial"] == []


def test_a_copy_that_is_taken_while_others_import_draw_and_delete_is_whole(tmp_path, monkeypatch):
    stored(cine("anna", masked=True))
    ended, store = threading.Event(), open_store()

    def work() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            added = add_series(store, cine(f"patient {number}", 1, 1, seed=number, masked=True))
            row = list_slices(store, limit=None)[-1]
            drafts.save_draft(
                store, row.id, "ann", np.roll(HEART, number), parent_id=row.newest_version_id, seq=1
            )
            if number % 3 == 0:
                delete_series(store, added.series_ids)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for copy in range(4):
            backup(tmp_path / f"copy {copy}")
    finally:
        ended.set()
        worker.join()
    for copy in range(4):
        assert problems_in(tmp_path / f"copy {copy}", monkeypatch) == []


def test_images_that_are_deleted_while_they_are_copied_are_no_gap_in_the_copy(tmp_path, monkeypatch):
    gone = stored(cine("anna"))[0].series_id
    stored(cine("berta", seed=1))
    copy_database = backups.copy_database

    def and_delete(store: Store, to) -> None:
        monkeypatch.setattr(backups, "copy_database", copy_database)
        copy_database(store, to)
        delete_series(store, [gone])

    monkeypatch.setattr(backups, "copy_database", and_delete)
    assert backup(tmp_path / "copy").missing == ()
    assert problems_in(tmp_path / "copy", monkeypatch) == []
    assert [row.patient for row in list_series(open_store())] == ["berta"]


def test_an_image_that_was_gone_before_is_told_and_the_rest_is_copied(tmp_path):
    row = stored(cine("anna"))[0]
    open_store().arrays.path(row.image_sha256).unlink()
    done = backup(tmp_path / "copy")
    assert [row.image_sha256 in name for name in done.missing] == [True]


def test_a_copy_goes_neither_over_anything_nor_into_the_home(tmp_path, home):
    stored(cine("anna"))
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "letter.txt").touch()
    for place, told in ((tmp_path / "there", "already"), (home / "copy", "lies in the home")):
        with pytest.raises(BadInput, match=told):
            backup(place)
    (tmp_path / "empty").mkdir()
    backup(tmp_path / "empty")


def test_a_disk_that_fills_up_is_told_and_leaves_nothing_behind(small_disk):
    rows = stored(cine("anna"))
    random = np.random.default_rng(0)
    for _ in range(20):
        open_store().arrays.keep(random.integers(0, 60_000, (100, 400)).astype(np.uint16))
    stored(cine("berta", 8, 8, seed=2))
    (small_disk / "filler").write_bytes(bytes(700_000))
    with pytest.raises(StoreUnavailable, match="full|free space"):
        backup(small_disk / "copy")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
    assert rows

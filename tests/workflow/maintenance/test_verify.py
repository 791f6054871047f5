"""Whatever is damaged in a store, verifying it says so, and where."""

import os
import re
import shutil
import sqlite3
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.metrics.statistics.calibration import N_BINS, Reliability
from core.records.masks import Origin
from core.settings import settings
from core.store.database import open_store
from core.store.masks import drafts, masks
from core.store.slices import scores
from core.workflow.maintenance.verify import VerifyResult, verify
from core.workflow.models.registry import active_model
from core.workflow.run_files import RunFiles
from tests.store.predicted import save_prediction
from tests.workflow.small import HEART, cine, save_model, stored

pytestmark = pytest.mark.sqlite  # faults are put into copies of its file


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Path:
    """A home with one of everything, to be copied and damaged."""
    home = tmp_path_factory.mktemp("lab") / "home"
    patch = pytest.MonkeyPatch()
    patch.setenv("SEPTUM_HOME", str(home))
    patch.setenv("SEPTUM_CHECKPOINTS", str(home.parent / "checkpoints"))
    settings.cache_clear()
    save_model(home.parent / "checkpoints" / "unet-cine.safetensors", "unet-cine", seed=0)
    row, *others = stored(cine("anna", 2, 1, masked=True))
    store, model = open_store(), active_model()
    newest = row.newest_version_id
    drawn = masks.save_version(
        store, row.id, np.roll(HEART, 1), origin=Origin.READER, author="ann", parent_id=newest
    )
    said = np.full((4, *HEART.shape), 0.25)
    save_prediction(store, row.id, HEART, said, 0.5, model.id, model.name)
    drafts.save_draft(store, others[0].id, "bob", HEART, parent_id=others[0].newest_version_id, seq=1)
    tables = (Reliability(np.zeros(N_BINS, int), np.zeros(N_BINS, int), np.zeros(N_BINS)),) * 4
    scores.save_scores(
        store,
        model.id,
        [scores.SliceScore(row.id, drawn, HEART, np.zeros((4, 4), np.int64), np.zeros((2, 4)), tables)],
    )
    files = RunFiles.of(7)
    files.folder.mkdir(parents=True)
    files.chosen.write_text("[]")
    store.engine.dispose()
    store.readers.dispose()
    patch.undo()
    settings.cache_clear()
    return home


@pytest.fixture
def home(lab, tmp_path, monkeypatch) -> Path:
    """A copy of it, elsewhere."""
    monkeypatch.setenv("SEPTUM_HOME", str(shutil.copytree(lab, tmp_path / "home")))
    monkeypatch.setenv("SEPTUM_CHECKPOINTS", str(lab.parent / "checkpoints"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


def verified() -> tuple[list[str], VerifyResult]:
    said: list[str] = []
    return said, verify(said.append)


def change(home: Path, *statements: str) -> None:
    """Rows as a fault might have left them, references and all."""
    with sqlite3.connect(home / "septum.sqlite") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def flip(home: Path, table: str, column: str) -> None:
    """Change one byte in the middle of what a row packs."""
    with sqlite3.connect(home / "septum.sqlite") as connection:
        row, packed = connection.execute(f"SELECT rowid, {column} FROM {table}").fetchone()
        changed = bytearray(packed)
        changed[len(changed) // 2] ^= 0x55
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (bytes(changed), row))
    connection.close()


def other_mask(home: Path, table: str, mask: np.ndarray) -> None:
    """Let a table hold a mask that can be read, but is none of the slice's."""
    with sqlite3.connect(home / "septum.sqlite") as connection:
        connection.execute(f"UPDATE {table} SET pixels = ?", (zlib.compress(mask.tobytes()),))
    connection.close()


def test_a_whole_store_is_whole_and_everything_in_it_was_looked_at(home):
    said, found = verified()
    assert said == []
    there = found.contents
    assert (there.slices, there.images, there.versions, there.drafts, there.predictions) == (2, 2, 3, 1, 1)
    assert (there.scores, there.models, found.n_problems, found.n_cleared) == (1, 1, 0, 0)


def test_progress_goes_up_to_all_that_is_to_be_read(home):
    told: list[tuple[int, int]] = []
    verify(lambda problem: None, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (8, 8)


HARMS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a version": (
        lambda home: flip(home, "mask", "pixels"),
        "version 1 of slice 1 .patient anna.*cannot be read",
    ),
    "a version of another size": (
        lambda home: other_mask(home, "mask", np.zeros(7, np.uint8)),
        "7 pixels, not",
    ),
    "a version of another label": (
        lambda home: other_mask(home, "mask", HEART + 4),
        "the label 7, which is none",
    ),
    "a version of other pixels": (
        lambda home: other_mask(home, "mask", 3 - HEART),
        "other pixels than were counted",
    ),
    "a draft": (
        lambda home: flip(home, "draft", "pixels"),
        "drawing of bob on slice 2 .patient anna.*discard",
    ),
    "a prediction": (
        lambda home: flip(home, "prediction", "mask"),
        "prediction of slice 1 .*predict it again",
    ),
    "probabilities": (
        lambda home: flip(home, "prediction", "probabilities"),
        "probabilities that cannot be read",
    ),
    "a score": (
        lambda home: change(home, "UPDATE score SET confusion = x'00'"),
        "the score of model 1 on slice 1",
    ),
    "reliability": (lambda home: flip(home, "score", "reliability"), "the score of model 1 on slice 1"),
    "a scored mask": (
        lambda home: change(home, "DELETE FROM scored_mask"),
        "the score of model 1 on slice 1",
    ),
    "a status": (
        lambda home: change(home, "UPDATE slice SET status = 'rejected' WHERE id = 2"),
        "slice 2 .patient anna.* is rejected, but its history ends with",
    ),
    "a history": (lambda home: change(home, "DELETE FROM status_change"), "its history has no beginning"),
    "what is shown": (
        lambda home: change(home, "UPDATE slice SET newest_version_id = 1 WHERE id = 1"),
        "slice 1 .patient anna.* shows version 1, but its newest is 3",
    ),
    "a reference": (
        lambda home: change(home, "DELETE FROM patient"),
        "row 1 of the table series names a row of patient",
    ),
    "figures": (lambda home: change(home, "DELETE FROM image_figure"), "no figures of its image"),
    "two active models": (
        lambda home: change(
            home,
            "INSERT INTO model (id, name, sha256, path, card, active, created_at) "
            "SELECT 9, name, 'other', path, card, 1, created_at FROM model",
        ),
        "2 models say that they are the active one",
    ),
    "a resume file": (
        lambda home: (home / "runs" / "7" / "resume").write_bytes(b"PK") and None,
        "files of run 7",
    ),
    "chosen slices": (
        lambda home: (home / "runs" / "7" / "slices.json").write_text("[") and None,
        "files of run 7",
    ),
}


@pytest.mark.parametrize("name", HARMS)
def test_damage_is_told_with_its_place(home, name):
    harm, sentence = HARMS[name]
    harm(home)
    said, found = verified()
    assert found.n_problems == len(said) > 0
    assert any(re.search(sentence, problem) for problem in said), said


@pytest.mark.parametrize("harm", ["flip", "delete"])
def test_a_damaged_image_is_told_by_patient_series_and_slice(home, harm):
    file = sorted((home / "arrays").rglob("*.npy"))[0]
    data = file.read_bytes()
    file.unlink() if harm == "delete" else file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    (problem,) = verified()[0]
    assert "patient anna, series" in problem
    assert file.stem[:12] in problem


def test_a_damaged_model_is_told(home, monkeypatch):
    monkeypatch.setenv("SEPTUM_CHECKPOINTS", str(home / "none"))  # else the shipped one stands in for it
    settings.cache_clear()
    (file,) = (home / "models").rglob("*.safetensors")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    said, _ = verified()
    assert any("unet-cine" in problem for problem in said)


def test_damaged_pages_of_the_database_are_told_and_the_rest_is_looked_at_all_the_same(home):
    file = home / "septum.sqlite"
    change(home, "PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(file.read_bytes())
    with sqlite3.connect(file) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'status_change'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    data[(page - 1) * size : page * size] = bytes(size)
    file.write_bytes(data)
    sorted((home / "arrays").rglob("*.npy"))[0].unlink()
    said, _ = verified()
    assert any("is damaged" in problem for problem in said)
    assert any("is missing" in problem for problem in said)


def test_what_a_crash_left_behind_is_cleared_once_it_is_old(home):
    old = time.time() - 3 * 24 * 3600
    left = [home / "models" / ".unet.x1.partial", home / "arrays" / "ab" / ".abcd.x.partial"]
    unnamed = home / "arrays" / "ab" / f"ab{'0' * 62}.npy"
    young = home / "arrays" / "ab" / f"ab{'1' * 62}.npy"
    for path in (*left, unnamed, young):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    for path in (*left, unnamed):
        os.utime(path, (old, old))
    said, found = verified()
    assert (said, found.n_cleared) == ([], 3)
    assert [path.exists() for path in (*left, unnamed, young)] == [False, False, False, True]
    assert len(list((home / "arrays").rglob("*.npy"))) == 3

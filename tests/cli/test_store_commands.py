"""import, export, demo and verify against a store."""

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from core.records.runs import RunKind, RunState
from core.records.slices import Split
from core.settings import settings
from core.store.database import open_store
from core.store.runs import runs
from core.store.slices.slices import count_slices, list_slices
from core.workflow.data import demo
from tests.workflow.small import HEART, cine, png, stored, write


def test_files_come_in_and_their_masks_go_out_again(tmp_path, septum):
    write(tmp_path / "in" / "one.png", png())
    write(tmp_path / "in" / "one_mask.png", png(HEART))
    code, text = septum("import", tmp_path / "in")
    assert (code, "1 imported" in text, "1 reference mask" in text) == (0, True, True)
    code, text = septum("import", tmp_path / "in")
    assert (code, "1 unchanged" in text) == (0, True)
    code, text = septum("export", "--output", tmp_path / "out", "--approved")
    assert (code, "1 mask -> one_mask.png" in text) == (0, True)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / "one_mask.png")), HEART)


def test_a_bad_file_ends_with_1_after_the_others_and_a_question_says_how_to_answer(tmp_path, septum):
    write(tmp_path / "in" / "good.png", png())
    write(tmp_path / "in" / "bad.png", b"text")
    write(tmp_path / "in" / "large.png", png(np.zeros((300, 200), np.uint8)))
    code, text = septum("import", tmp_path / "in")
    assert code == 1
    assert all(words in text for words in ("1 imported", "1 file refused", "1 question"))
    assert "--spacing MM" in text
    assert count_slices(open_store()) == 1
    assert septum("import", tmp_path / "in" / "large.png", "--spacing", 1.5)[0] == 0


def test_masks_in_the_other_order_are_asked_about_and_converted(tmp_path, septum):
    write(tmp_path / "in" / "one.png", png())
    write(tmp_path / "in" / "one_gt.png", png(np.array([0, 3, 2, 1], np.uint8)[HEART]))
    code, text = septum("import", tmp_path / "in")
    assert (code, "the other way round" in text, "--label-order" in text) == (1, True, True)
    assert septum("import", tmp_path / "in", "--label-order", "ukbb")[0] == 0
    septum("export", "--output", tmp_path / "out")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / "one_mask.png")), HEART)
    code, text = septum("import", tmp_path / "in", "--label-order", "mine")
    assert (code, "acdc or ukbb" in text) == (1, True)


def test_masks_are_attached_to_a_series_that_is_there(tmp_path, septum):
    write(tmp_path / "one.png", png())
    write(tmp_path / "gt.png", png(np.array([0, 3, 2, 1], np.uint8)[HEART]))
    septum("import", tmp_path / "one.png")
    code, text = septum("attach-masks", 1, tmp_path / "gt.png")
    assert (code, "--label-order" in text) == (1, True)
    code, text = septum("attach-masks", 1, tmp_path / "gt.png", "--label-order", "ukbb")
    assert (code, "1 reference mask attached" in text) == (0, True)
    septum("export", "--output", tmp_path / "out")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / "one_mask.png")), HEART)
    code, text = septum("attach-masks", 9, tmp_path / "gt.png")
    assert (code, "no series 9" in text) == (1, True)


def test_a_deletion_says_what_goes_and_asks_back(septum, monkeypatch):
    stored(cine("anna", masked=True))
    stored(cine("berta", seed=1))
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, text = septum("delete", "--patient", "anna")
    assert (code, "1 series of 1 patient with 6 slices" in text, "nothing is left of anna" in text) == (
        1,
        True,
        True,
    )
    assert count_slices(open_store()) == 12
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    code, text = septum("delete", "--series", 1)
    assert (code, "6 reference masks" in text, "Deleted" in text) == (0, True, True)
    code, text = septum("delete", "--patient", "anna", "--yes")
    assert (code, "no patient 'anna'" in text) == (1, True)
    assert septum("delete", "--series", 2, "--yes")[0] == 0
    assert septum("delete")[0] == 1
    code, text = septum("verify")
    assert (code, "0 slices" in text) == (0, True)


def test_what_is_not_there_is_told(tmp_path, septum):
    code, text = septum("import", tmp_path / "gone")
    assert (code, "is not there" in text) == (1, True)
    code, text = septum("export", "--output", tmp_path, "--series", 9)
    assert (code, "no series 9" in text) == (1, True)
    code, text = septum("export", "--output", tmp_path)
    assert (code, "nothing to export" in text) == (0, True)


def test_the_demo_command_leaves_a_store_with_slices_alone(septum):
    stored(cine("anna"))
    assert septum("demo", "--if-empty") == (0, "")
    assert count_slices(open_store()) == 6


def test_a_damaged_image_is_found(septum):
    row = stored(cine("anna"))[0]
    code, text = septum("verify")
    assert (code, "Everything is whole" in text) == (0, True)
    (file,) = settings().home.rglob(f"{row.image_sha256}.npy")
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    code, text = septum("verify")
    assert (code, row.image_sha256[:12] in text, "patient anna" in text, "1 fault" in text) == (
        1,
        True,
        True,
        True,
    )


def test_a_backup_is_a_home_and_one_that_lacks_a_file_says_so(tmp_path, septum, monkeypatch):
    row = stored(cine("anna"))[0]
    code, text = septum("backup", tmp_path / "copy")
    assert (code, "6 images" in text) == (0, True)
    code, text = septum("backup", tmp_path / "copy")
    assert (code, "name a new folder" in text) == (1, True)
    open_store().arrays.path(row.image_sha256).unlink()
    code, text = septum("backup", tmp_path / "another")
    assert (code, f"{row.image_sha256}.npy is not in the home" in text) == (1, True)
    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / "copy"))
    settings.cache_clear()
    assert septum("verify")[0] == 0


def test_a_full_disk_is_told_and_keeps_what_was_there(tmp_path, septum, small_disk, monkeypatch):
    monkeypatch.setenv("SEPTUM_HOME", str(small_disk / "home"))
    settings.cache_clear()
    write(tmp_path / "small.png", png())
    assert septum("import", tmp_path / "small.png")[0] == 0
    random = np.random.default_rng(0).integers(0, 255, (1100, 1100)).astype(np.uint8)
    write(tmp_path / "big.png", png(random))
    code, text = septum("import", tmp_path / "big.png", "--spacing", 1)
    assert (code, "cannot be" in text, len(text.strip().splitlines())) == (1, True, 1)
    assert [row.patient for row in list_slices(open_store())] == ["small"]


def test_a_dry_run_lists_series_and_questions_and_stores_nothing(tmp_path, septum):
    write(tmp_path / "in" / "one.png", png())
    write(tmp_path / "in" / "one_mask.png", png(HEART))
    write(tmp_path / "in" / "large.png", png(np.zeros((300, 200), np.uint8)))
    code, text = septum("import", tmp_path / "in", "--dry-run")
    assert code == 1
    told = ("new", "one", "1 x 1", "drawn at import", "question", "--spacing")
    assert all(words in text for words in told)
    assert "1 series of 1 patient (1 slice, 1 mask, 1 new); 1 question. Nothing was stored." in text
    assert count_slices(open_store()) == 0
    code, text = septum("import", tmp_path / "in", "--dry-run", "--spacing", 1.5)
    assert (code, "2 series of 2 patients" in text) == (0, True)


def test_a_pattern_names_the_patients(tmp_path, septum):
    for number in range(3):
        write(tmp_path / "in" / "anna" / f"x_{number}.png", png(HEART * 60 + number))
    code, text = septum("import", tmp_path / "in", "--patient-pattern", "{patient}/*")
    assert code == 0, text
    assert {row.patient for row in list_slices(open_store())} == {"anna"}
    code, text = septum("import", tmp_path / "in", "--patient-pattern", "anna")
    assert (code, "must hold {patient}" in text) == (1, True)


def test_what_works_behind_the_app_is_stopped_and_who_did_it_is_known(septum, monkeypatch):
    assert "Nothing was at work" in septum("stop")[1]
    run_id = runs.enqueue(open_store(), RunKind.SCORING, {}, total=5)
    monkeypatch.setenv("SEPTUM_READER", "ann")
    settings.cache_clear()
    code, text = septum("stop")
    assert (code, "1 run stopped" in text) == (0, True)
    row = runs.run_row(open_store(), run_id)
    assert (row.state, row.stopped_by) == (RunState.CANCELLED, "ann")


def test_the_demo_comes_predicts_itself_counts_where_asked_and_goes(septum, monkeypatch, model):
    asked = []
    monkeypatch.setattr("core.jobs.process.spawn_worker", asked.append)
    hearts = (replace(demo.HEARTS[1], n_phases=3),)
    load = demo.load_demo
    monkeypatch.setattr(demo, "load_demo", lambda if_empty: load(if_empty, hearts))
    code, text = septum("demo", "--if-empty")
    assert (code, "demo-heart-2" in text, "A worker predicts them" in text) == (0, True, True)
    assert asked == [RunKind.PREDICTION]
    assert septum("demo", "--if-empty") == (0, "")
    assert {row.split for row in list_slices(open_store())} == {Split.DEMO}
    assert septum("demo", "--no-predict", "--count")[0] == 0
    assert {row.split for row in list_slices(open_store())} == {Split.TRAIN}
    code, text = septum("demo", "--remove", "--count")
    assert (code, "--remove goes alone" in text) == (1, True)
    code, text = septum("demo", "--remove")
    assert (code, "Deleted 1 series of 1 patient" in text) == (0, True)
    assert count_slices(open_store()) == 0


def test_an_export_takes_the_choices_of_the_page(tmp_path, septum):
    stored(cine("anna", 2, 1, masked=True))
    stored(cine("berta", 1, 1, masked=True, seed=1))
    out = tmp_path / "out"
    assert septum("export", "--output", out, "--patient", "berta", "--masks", "reference")[0] == 0
    assert {path.name for path in out.iterdir()} == {"berta_mask.nii.gz", "manifest.csv", "manifest.json"}
    code, text = septum("export", "--output", out, "--reader", "ann")
    assert (code, text.count("no mask to export yet")) == (0, 2)
    code, text = septum("export", "--output", out, "--approved", "--reader", "ann")
    assert (code, "approved and reader were asked for" in text) == (1, True)
    code, text = septum("export", "--output", out, "--model", "unet-x")
    assert (code, "no model 'unet-x'" in text) == (1, True)

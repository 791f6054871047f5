"""What an import tells before and after anything is stored: the list, doubles, and masks that come later."""

import numpy as np
import pytest

from core.records.masks import Origin
from core.records.results import Topic
from core.records.slices import ASSUMED_SPACING, Split, Status
from core.store.database import open_store
from core.store.masks.masks import newest_version
from core.store.series.series import list_series
from core.store.slices.slices import count_slices, list_slices
from core.workflow.importing.import_files import Answers, import_paths
from core.workflow.importing.listing import list_line, shared_notes
from tests.workflow.small import HEART, PIXELS, import_sent, png, write, write_volume

pytestmark = pytest.mark.usefixtures("home")

OTHER = PIXELS[::-1].copy()


def test_a_dry_run_lists_what_would_come_in_and_stores_nothing():
    files = [("train/image/one.png", png()), ("train/mask/one_mask.png", png(HEART)), ("x.png", b"text")]
    planned, refused = sorted(import_sent(files, dry_run=True), key=lambda result: result.outcome)
    assert (planned.outcome, refused.outcome) == ("planned", "refused")
    assert planned.summary is not None
    assert (planned.summary.patient, planned.summary.n_slices, planned.summary.n_masks) == ("one", 1, 1)
    assert planned.summary.split == Split.TRAIN
    assert count_slices(open_store()) == 0
    assert list_series(open_store()) == []


def test_a_dry_run_knows_what_is_there_already():
    files = [("one.png", png())]
    list(import_sent(files))
    assert [result.outcome for result in import_sent(files, dry_run=True)] == ["unchanged"]
    masked = [*files, ("one_mask.png", png(HEART))]
    assert [result.outcome for result in import_sent(masked, dry_run=True)] == ["attached"]
    assert list_slices(open_store())[0].newest_version_id is None


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_same_picture_under_two_patients_is_told(dry_run):
    files = [("train/image/anna.png", png()), ("test/image/bert.png", png())]
    first, second = import_sent(files, dry_run=dry_run)
    assert "very same" not in first.message
    assert "1 picture the very same as in series anna of patient anna (train)" in second.message
    assert "two sides of the split" in second.message


def test_masks_that_come_later_go_to_the_slices_that_are_there():
    list(import_sent([("one.png", png())]))
    (later,) = import_sent([("one.png", png()), ("one_mask.png", png(HEART))])
    assert later.outcome == "attached"
    (row,) = list_slices(open_store())
    assert (row.status, row.newest_origin) == (Status.APPROVED, Origin.REFERENCE)
    assert np.array_equal(newest_version(open_store(), row.id).mask, HEART)


def test_a_mask_alone_finds_its_image_in_the_store():
    list(import_sent([("one.png", png()), ("two.png", png(OTHER))]))
    (later,) = import_sent([("two_mask.png", png(HEART))])
    assert later.outcome == "attached"
    rows = {row.patient: row.newest_origin for row in list_slices(open_store())}
    assert rows == {"one": None, "two": Origin.REFERENCE}


def test_a_mask_alone_without_an_image_anywhere_is_refused():
    (result,) = import_sent([("two_mask.png", png(HEART))])
    assert (result.outcome, "without its image" in result.message) == ("refused", True)


def test_what_looks_like_a_mask_is_asked_about_and_comes_in_as_an_image_if_it_is_one():
    files = [("label7.png", png(HEART))]
    (asked,) = import_sent(files)
    assert (asked.outcome, asked.asks) == ("question", Topic.MASK)
    (answered,) = import_sent(files, Answers(images=True))
    assert answered.outcome == "imported"


def test_whose_heart_it_is_is_asked_and_answered_by_a_pattern():
    files = [("anna_1.png", png()), ("anna_2.png", png(OTHER))]
    assert [result.asks for result in import_sent(files)] == [Topic.PATIENT] * 2
    results = list(import_sent(files, Answers(patient_pattern="{patient}_*")))
    assert [result.outcome for result in results] == ["imported"] * 2
    assert {row.patient for row in list_slices(open_store())} == {"anna"}


def test_files_that_are_no_images_get_a_line_each_and_no_failure():
    files = [("one.png", png()), ("Thumbs.db", b"\xd0\xcf\x11\xe0rest"), ("plan.docx", b"PK\x03\x04rest")]
    results = list(import_sent(files))
    assert [result.outcome for result in results] == ["imported", "passed over", "passed over"]
    assert [result.file for result in results[1:]] == ["Thumbs.db", "plan.docx"]
    assert "left alone" in results[1].message


def test_very_many_of_them_are_told_by_number():
    files = [("one.png", png()), *((f"{number}.docx", b"PK\x03\x04rest") for number in range(60))]
    results = list(import_sent(files))
    assert len(results) == 1 + 50 + 1
    assert results[-1].message == "10 files more that are no images, left alone"


def test_what_is_noted_of_many_series_is_told_once():
    files = [(f"p{number}.png", png(PIXELS + number)) for number in range(5)]
    results = list(import_sent(files))
    assert shared_notes(results) == {ASSUMED_SPACING: 5}
    assert all(result.summary.spacing_assumed for result in results)
    assert list_line(results[0], shared_notes(results)).notes == ""
    assert shared_notes(results[:3]) == {}
    given = list(import_sent([("q.png", png(PIXELS + 9))], Answers(spacing_mm=1.5)))
    assert not given[0].summary.spacing_assumed


def test_ed_and_es_come_in_as_one_series_of_two_named_phases(tmp_path):
    for number, phase in enumerate(("ED", "ES")):
        write_volume(tmp_path / "in" / "1000211" / f"sa_{phase}.nii.gz", seed=number)
    (result,) = import_paths([tmp_path / "in"])
    assert result.summary is not None
    assert (result.summary.n_phases, result.summary.phase_names) == (2, ((0, "ED"), (1, "ES")))
    (row,) = list_series(open_store())
    assert row.phase_names == ((0, "ED"), (1, "ES"))
    assert [file.name for file in row.files] == ["sa_ED.nii.gz", "sa_ES.nii.gz"]


def test_the_pixel_size_that_a_table_contradicts_is_told(tmp_path):
    write_volume(tmp_path / "in" / "a.nii.gz")
    write(tmp_path / "in" / "slices.csv", b"image;patient;spacing_mm\na.nii.gz;p1;2,0\n")
    (result,) = import_paths([tmp_path / "in"])
    assert "the table says 2 mm a pixel but the file" in result.message

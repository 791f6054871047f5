"""Files come into the store with what lies beside them; a bad one gets a line and stops nothing."""

import io
import zipfile

import numpy as np
import pytest

from core.errors import StoreUnavailable
from core.labels import LabelOrder
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks.masks import newest_version
from core.store.series.series import list_series
from core.store.slices.slices import count_slices, list_slices
from core.workflow.importing.import_files import Answers, count_images, import_paths
from tests.imaging.dicom.drawn import dicom, picture
from tests.workflow.small import HEART, PIXELS, import_sent, png, write, write_volume

pytestmark = pytest.mark.usefixtures("home")


def outcomes(results) -> list[tuple[str, str]]:
    return [(result.file, result.outcome) for result in results]


def test_an_uploaded_course_folder_keeps_its_splits_and_its_masks_are_approved_references():
    results = list(
        import_sent(
            [
                ("set/train/image/one.png", png()),
                ("set/train/mask/one_mask.png", png(HEART)),
                ("set/test/image/two.png", png(PIXELS[::-1].copy())),
            ]
        )
    )
    assert sorted(outcomes(results)) == [
        ("set/test/image/two.png", "imported"),
        ("set/train/image/one.png", "imported"),
    ]
    one, two = sorted(list_slices(open_store()), key=lambda row: row.patient)
    assert (one.split, one.status, one.newest_origin) == (Split.TRAIN, Status.APPROVED, Origin.REFERENCE)
    assert (two.split, two.status, two.newest_origin) == (Split.TEST, Status.NEW, None)
    assert np.array_equal(newest_version(open_store(), one.id).mask, HEART)


def test_the_same_files_again_change_nothing_and_say_so():
    files = [("one.png", png()), ("one_gt.png", png(HEART))]
    assert outcomes(import_sent(files)) == [("one.png", "imported")]
    (again,) = import_sent(files)
    assert again.outcome == "unchanged"
    assert again.series_ids == (list_series(open_store())[0].id,)
    assert count_slices(open_store()) == 1


def test_a_bad_file_is_told_in_a_line_and_the_rest_comes_in(tmp_path):
    write(tmp_path / "in" / "good.png", png())
    write(tmp_path / "in" / "text.png", b"hello")
    write(tmp_path / "in" / "cut.png", png()[:60])
    write(tmp_path / "in" / "empty.png", b"")
    write_volume(tmp_path / "in" / "heart.nii.gz")
    results = list(import_paths([tmp_path / "in"]))
    told = {result.file.split("/")[-1]: result for result in results}
    assert {name: result.outcome for name, result in told.items()} == {
        "good.png": "imported",
        "heart.nii.gz": "imported",
        "text.png": "refused",
        "cut.png": "refused",
        "empty.png": "refused",
    }
    assert all(name in told[name].message for name in ("text.png", "cut.png", "empty.png"))
    assert count_slices(open_store()) == 4


def test_a_large_png_asks_for_its_pixel_size_and_comes_in_with_the_answer(tmp_path):
    path = write(tmp_path / "large.png", png(np.zeros((200, 200), np.uint8)))
    assert outcomes(import_paths([path])) == [("large.png", "question")]
    assert count_slices(open_store()) == 0
    assert outcomes(import_paths([path], Answers(spacing_mm=1.25))) == [("large.png", "imported")]
    assert list_slices(open_store())[0].spacing_mm == (1.25, 1.25)


def test_the_names_of_uploads_are_never_used_as_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    results = list(import_sent([("../../escaped.png", png()), ("/etc/absolute.png", png(PIXELS.T.copy()))]))
    assert [result.outcome for result in results] == ["imported", "imported"]
    new = {path for path in tmp_path.rglob("*") if path not in before}
    assert not [path for path in new if "escaped" in path.name or "absolute" in path.name]


def test_an_uploaded_zip_and_npz_are_known_by_their_names():
    archive, arrays = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("patients/one.png", png())
    np.savez(arrays, image=PIXELS.T.astype(np.float32))
    results = list(import_sent([("hearts.zip", archive.getvalue()), ("two.npz", arrays.getvalue())]))
    assert sorted(outcomes(results)) == [
        ("hearts.zip/patients/one.png", "imported"),
        ("two.npz", "imported"),
    ]


def test_a_patient_stays_in_the_split_it_was_in_and_the_result_says_so():
    (first,) = import_sent([("test/image/p7_ED.png", png())])
    (second,) = import_sent([("train/image/p7_ES.png", png(PIXELS[::-1].copy()))])
    assert "before" not in first.message
    assert "test before and stays there" in second.message
    assert {row.split for row in list_slices(open_store())} == {Split.TEST}


def test_files_without_any_image_are_told(tmp_path):
    write(tmp_path / "in" / "notes.txt", b"nothing to see")
    (result,) = import_paths([tmp_path / "in"])
    assert result.outcome == "refused"
    assert "no image" in result.message


def test_images_are_counted_before_they_are_read(tmp_path):
    for number in range(3):
        write(tmp_path / "in" / f"cmr{number}.png", b"not read")
        write(tmp_path / "in" / f"cmr{number}_mask.png", b"not read")
    assert count_images([tmp_path / "in"]) == 3


def test_a_store_that_cannot_be_made_is_told_before_anything_else(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPTUM_HOME", str(write(tmp_path / "file", b"") / "below"))
    settings.cache_clear()
    with pytest.raises(StoreUnavailable, match="cannot be"):
        list(import_paths([write(tmp_path / "one.png", png())]))


def test_an_answer_is_only_for_the_files_that_asked():
    other_order = np.array([0, 3, 2, 1], np.uint8)[HEART]
    files = [
        ("a/one.png", png()),
        ("a/one_gt.png", png(other_order)),
        ("b/one.png", png(PIXELS[::-1].copy())),
        ("b/one_gt.png", png(HEART[::-1].copy())),
        ("b/bad.png", b"text"),
    ]
    first = {result.file: result.outcome for result in import_sent(files)}
    assert first == {"a/one.png": "question", "b/one.png": "imported", "b/bad.png": "refused"}
    (answered,) = import_sent(files, Answers(label_order=LabelOrder.UK_BIOBANK), only=["a/one.png"])
    assert (answered.file, answered.outcome) == ("a/one.png", "imported")
    masks = [newest_version(open_store(), row.id).mask for row in list_slices(open_store())]
    assert np.array_equal(masks[0], HEART[::-1])
    assert np.array_equal(masks[1], HEART)


def dicom_files(n_positions: int = 2, n_phases: int = 3) -> list[tuple[str, bytes]]:
    """A cine as a scanner exports it, one file a slice."""
    files = []
    for number in range(n_positions * n_phases):
        position, phase = divmod(number, n_phases)
        data = io.BytesIO()
        image = dicom(picture(number), position=position, phase=phase, number=number)
        image.save_as(data, enforce_file_format=True)
        files.append((f"IM{number:04}", data.getvalue()))
    return files


def test_dropped_dicom_files_become_one_series_and_again_change_nothing():
    files = dicom_files()
    (result,) = import_sent(files[::-1])
    assert result.outcome == "imported"
    assert "out of 6 files" in result.message
    (series,) = list_series(open_store())
    assert (series.patient[:2], series.n_positions, series.n_phases) == ("P-", 2, 3)
    assert [result.outcome for result in import_sent(files)] == ["unchanged"]
    assert count_slices(open_store()) == 6


def test_an_uploaded_zip_of_a_dicom_folder_is_one_series():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in dicom_files():
            packed.writestr(f"study/cine 1/{name}", data)
        packed.writestr("study/DICOMDIR.txt", "not an image")
    (result,) = import_sent([("scan é.zip", archive.getvalue())])
    assert result.outcome == "imported"
    assert count_slices(open_store()) == 6


def test_later_imports_move_no_patient_to_another_split():
    files = [(f"p{number}.png", png(np.roll(PIXELS, number, axis=0))) for number in range(12)]
    list(import_sent(files[:6]))
    first = {row.patient: row.split for row in list_slices(open_store())}
    list(import_sent(files[::-1]))
    both = {row.patient: row.split for row in list_slices(open_store())}
    assert len(both) == 12
    assert {patient: both[patient] for patient in first} == first

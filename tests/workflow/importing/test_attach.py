"""Mask files go to the slices of a series that is there: by grid, by phase, by name."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from core.errors import NotFound
from core.imaging.problems import Answers
from core.labels import LabelOrder
from core.records.masks import Origin
from core.records.results import Topic
from core.records.slices import Geometry, Series, Slice, SliceRow, SourceFile, Status
from core.store.database import open_store
from core.store.masks.masks import newest_version, save_version
from core.store.slices.slices import list_slices
from core.workflow.importing.attach import attach_masks, attach_uploads
from core.workflow.importing.import_files import import_paths
from tests.workflow.small import HEART, PIXELS, cine, png, sent, stored, write, write_volume

pytestmark = pytest.mark.usefixtures("home")
OTHER_ORDER = np.array([0, 3, 2, 1], np.uint8)


def write_masks(image: Path, path: Path, labels: np.ndarray) -> Path:
    """Labels (columns, rows, ...) as a NIfTI on the grid of an image."""
    source = nib.load(image)
    nib.save(nib.Nifti1Image(labels.astype(np.uint8), source.affine), path)
    return path


def shown(row: SliceRow) -> np.ndarray | None:
    version = newest_version(open_store(), row.id)
    return None if version is None else version.mask


def test_a_volume_of_labels_goes_onto_its_images_grid(tmp_path):
    image = write_volume(tmp_path / "heart.nii.gz")
    (imported,) = import_paths([image])
    labels = np.stack([HEART.T, np.flipud(HEART).T, HEART.T], axis=2)
    path = write_masks(image, tmp_path / "anything.nii.gz", labels)
    (result,) = attach_masks(imported.series_ids[0], [path])
    assert (result.outcome, "3 reference masks attached" in result.message) == ("attached", True)
    rows = list_slices(open_store())
    assert {row.status for row in rows} == {Status.APPROVED}
    assert np.array_equal(shown(rows[1]), np.flipud(HEART))
    (again,) = attach_masks(imported.series_ids[0], [path])
    assert (again.outcome, "3 masks there already" in again.message) == ("unchanged", True)


def test_a_turned_volume_is_turned_back_and_one_that_lies_elsewhere_is_refused(tmp_path):
    image = write_volume(tmp_path / "heart.nii.gz")
    (imported,) = import_paths([image])
    source = nib.load(image)
    labels = nib.Nifti1Image(np.stack([HEART.T] * 3, axis=2), source.affine)
    turned = labels.as_reoriented(np.array([[1, -1], [0, 1], [2, -1]]))
    nib.save(turned, tmp_path / "turned.nii.gz")
    elsewhere = source.affine.copy()
    elsewhere[0, 3] += 20
    nib.save(nib.Nifti1Image(np.asarray(labels.dataobj), elsewhere), tmp_path / "moved.nii.gz")
    refused, attached = attach_masks(
        imported.series_ids[0], [tmp_path / "moved.nii.gz", tmp_path / "turned.nii.gz"]
    )
    assert (refused.outcome, attached.outcome) == ("refused", "attached"), attached.message
    assert np.array_equal(shown(list_slices(open_store())[0]), HEART)


def test_a_readers_mask_is_left_and_told(tmp_path):
    image = write_volume(tmp_path / "heart.nii.gz")
    (imported,) = import_paths([image])
    first = list_slices(open_store())[0]
    save_version(open_store(), first.id, HEART, origin=Origin.READER, author="ann", parent_id=None)
    path = write_masks(image, tmp_path / "gt.nii.gz", np.zeros((20, 24, 3)))
    (result,) = attach_masks(imported.series_ids[0], [path])
    assert "2 reference masks attached" in result.message
    assert "1 mask left out, since a reader" in result.message
    assert np.array_equal(shown(first), HEART)


def two_files(tmp_path: Path) -> tuple[Path, list[SliceRow]]:
    """ED and ES of one heart in a file each, as one series."""
    image = write_volume(tmp_path / "sa_ED.nii.gz")
    source = nib.load(image)
    geometry = Geometry(
        "nifti",
        (20, 24, 3),
        (1.5, 1.25),
        8.0,
        tuple(map(tuple, source.affine)),
        header=source.header.binaryblock,
    )
    slices = tuple(
        Slice(position, phase, PIXELS + np.uint8(40 * phase + position), source=f"sa_{name}.nii.gz")
        for phase, name in enumerate(("ED", "ES"))
        for position in range(3)
    )
    files = tuple(
        SourceFile(f"sa_{name}.nii.gz", geometry, (phase,)) for phase, name in enumerate(("ED", "ES"))
    )
    joined = replace(geometry, shape=(20, 24, 3, 2))
    series = Series("p", "sa", joined, slices, phase_names=((0, "ED"), (1, "ES")), files=files)
    return image, stored(series)


@pytest.mark.parametrize("name", ["sa_ES_gt.nii.gz", "label_ES.nii.gz", "masks/sa_ES.nii.gz"])
def test_a_mask_of_one_of_two_files_goes_to_its_phase(tmp_path, name):
    image, rows = two_files(tmp_path)
    labels = write_masks(image, tmp_path / "labels.nii.gz", np.stack([HEART.T] * 3, axis=2)).read_bytes()
    (result,) = attach_uploads(rows[0].series_id, sent([(name, labels)]))
    assert result.outcome == "attached", result.message
    assert [shown(row) is not None for row in rows] == [False] * 3 + [True] * 3


def test_a_mask_that_names_no_phase_of_two_files_is_refused(tmp_path):
    image, rows = two_files(tmp_path)
    path = write_masks(image, tmp_path / "labels.nii.gz", np.stack([HEART.T] * 3, axis=2))
    (result,) = attach_masks(rows[0].series_id, [path])
    assert result.outcome == "refused"
    assert "which of sa_ED.nii.gz, sa_ES.nii.gz" in result.message


def test_a_frame_of_a_cine_takes_the_mask_that_is_named_after_it(tmp_path):
    image = tmp_path / "anna_4d.nii.gz"
    nib.save(
        nib.Nifti1Image(np.random.default_rng(0).integers(0, 99, (20, 24, 2, 4)).astype("i2"), None), image
    )
    (imported,) = import_paths([image])
    path = write_masks(image, tmp_path / "anna_frame03_gt.nii.gz", np.stack([HEART.T] * 2, axis=2))
    (result,) = attach_masks(imported.series_ids[0], [path])
    assert result.outcome == "attached", result.message
    assert {row.phase for row in list_slices(open_store()) if shown(row) is not None} == {2}


def test_pictures_of_one_series_take_masks_by_their_names():
    slices = tuple(Slice(n, 0, PIXELS + np.uint8(n), source=f"cmr{n}.png") for n in range(3))
    rows = stored(Series("p", "cmr", Geometry("png", (24, 20), (1.8, 1.8)), slices))
    files = [("cmr1_mask.png", png(HEART)), ("masks/cmr2.png", png(HEART)), ("heart.png", png(HEART))]
    outcomes = [result.outcome for result in attach_uploads(rows[0].series_id, sent(files))]
    assert outcomes == ["attached", "attached", "refused"]
    assert [shown(row) is not None for row in rows] == [False, True, True]


def test_the_other_label_order_is_asked_about_and_an_answer_converts():
    rows = stored(cine("anna", 1, 1))
    upload = [("gt.png", png(OTHER_ORDER[HEART]))]
    picture = Series(
        "p", "one", Geometry("png", (24, 20), (1.8, 1.8)), (Slice(0, 0, PIXELS, source="a.png"),)
    )
    rows = stored(picture)
    (result,) = attach_uploads(rows[0].series_id, sent(upload))
    assert (result.outcome, result.asks) == ("question", Topic.LABEL_ORDER)
    (result,) = attach_uploads(rows[0].series_id, sent(upload), Answers(label_order=LabelOrder.UK_BIOBANK))
    assert result.outcome == "attached"
    assert np.array_equal(shown(rows[0]), HEART)


def test_a_zip_of_masks_is_gone_through_and_what_is_no_mask_is_told(tmp_path):
    image = write_volume(tmp_path / "heart.nii.gz")
    (imported,) = import_paths([image])
    labels = write_masks(image, tmp_path / "labels.nii.gz", np.stack([HEART.T] * 3, axis=2)).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("gt/heart_gt.nii.gz", labels)
        archive.writestr("gt/small.png", png(HEART[:10]))
        archive.writestr("gt/damaged.nii.gz", labels[:50])
    results = list(attach_uploads(imported.series_ids[0], sent([("masks.zip", packed.getvalue())])))
    assert sorted(result.outcome for result in results) == ["attached", "refused", "refused"]
    (nothing,) = attach_masks(imported.series_ids[0], [write(tmp_path / "notes.csv", b"a,b\n")])
    assert (nothing.outcome, "no mask" in nothing.message) == ("refused", True)


def test_a_series_that_is_not_there_is_told(tmp_path):
    with pytest.raises(NotFound, match="no series 9"):
        list(attach_masks(9, [write(tmp_path / "a.png", png(HEART))]))

"""Masks leave the store in the geometry they came from."""

import io
import zipfile

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.errors import NotFound
from core.records import Origin, Status
from core.store.database import open_store
from core.store.masks import save_version
from core.store.slices import Filter, list_slices
from core.workflow.exporting import export_masks, export_zip
from core.workflow.importing import import_paths, import_uploads
from core.workflow.worklist import set_status
from tests.workflow.small import HEART, cine, png, stored, write, write_volume

pytestmark = pytest.mark.usefixtures("home")


def draw(slice_id: int, mask: np.ndarray) -> None:
    save_version(open_store(), slice_id, mask, origin=Origin.READER, author="me", parent_id=None)


def test_a_volume_goes_back_onto_its_grid_and_says_what_is_missing(tmp_path):
    path = write_volume(tmp_path / "heart.nii.gz")
    (imported,) = import_paths([path])
    rows = list_slices(open_store(), Filter(series_id=imported.series_ids[0]))
    draw(rows[0].id, HEART)
    draw(rows[2].id, np.flipud(HEART).copy())
    (result,) = export_masks(tmp_path / "out")
    assert (result.outcome, result.message) == (
        "exported",
        "2 masks -> heart_mask.nii.gz; 1 slice without, left as background",
    )
    source, written = nib.load(path), nib.load(tmp_path / "out" / "heart_mask.nii.gz")
    assert np.array_equal(written.affine, source.affine)
    volume = np.asarray(written.dataobj)
    assert volume.shape == source.shape
    assert np.array_equal(volume[:, :, 0].T, HEART)
    assert not volume[:, :, 1].any()
    assert np.array_equal(volume[:, :, 2].T, np.flipud(HEART))


def test_what_was_exported_comes_in_again_as_references(tmp_path):
    write(tmp_path / "in" / "one.png", png())
    list(import_paths([tmp_path / "in"]))
    draw(list_slices(open_store())[0].id, HEART)
    list(export_masks(tmp_path / "in"))
    (result,) = import_paths([tmp_path / "in"])
    assert "1 reference mask" in result.message


def test_only_approved_masks_where_asked_and_series_without_masks_are_left_out(tmp_path):
    rows = stored(cine("anna", 2, 1)) + stored(cine("berta", seed=1))
    for row in rows[:2]:
        draw(row.id, HEART)
    set_status(rows[1].id, Status.APPROVED)
    anna, berta = export_masks(tmp_path, only_approved=True)
    assert (anna.outcome, berta.outcome) == ("exported", "left out")
    volume = np.asarray(nib.load(tmp_path / "anna_mask.nii.gz").dataobj)
    assert [int(volume[:, :, k].max()) for k in range(2)] == [0, 3]


def test_series_of_one_file_name_get_names_of_their_own(tmp_path):
    for folder, pixels in (("a", HEART * 50), ("b", HEART * 60)):
        list(import_uploads([(f"{folder}/one.png", png(pixels)), (f"{folder}/one_gt.png", png(HEART))]))
    results = [result.message for result in export_masks(tmp_path)]
    assert results == ["1 mask -> one_mask.png", "1 mask -> one_2_mask.png"]


def test_a_zip_holds_the_files_and_says_what_became_of_each_series():
    chosen = stored(cine("anna", masked=True))[0].series_id
    stored(cine("berta", masked=True, seed=1))
    list(import_uploads([("one.png", png()), ("one_mask.png", png(HEART))]))
    with zipfile.ZipFile(io.BytesIO(export_zip([chosen]))) as archive:
        assert sorted(archive.namelist()) == ["anna_mask.nii.gz", "export.txt"]
        assert "6 masks -> anna_mask.nii.gz" in archive.read("export.txt").decode()
    with zipfile.ZipFile(io.BytesIO(export_zip())) as archive:
        assert "berta_mask.nii.gz" in archive.namelist()
        picture = Image.open(io.BytesIO(archive.read("one_mask.png")))
        assert np.array_equal(np.asarray(picture), HEART)


def test_a_series_that_is_not_there_is_told(tmp_path):
    with pytest.raises(NotFound, match="no series 9"):
        list(export_masks(tmp_path, [9]))

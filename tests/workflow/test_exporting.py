"""Masks leave the store in the geometry they came from."""

import io
import zipfile
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.errors import NotFound
from core.records import Geometry, Origin, Series, Slice, SourceFile, Status
from core.store.database import open_store
from core.store.masks import save_version
from core.store.slices import Filter, list_slices
from core.workflow.deleting import delete
from core.workflow.exporting import export_masks, export_zip
from core.workflow.importing.files import import_paths
from core.workflow.worklist import set_status
from tests.workflow.small import HEART, PIXELS, cine, import_sent, png, stored, write, write_volume

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
    (known,) = import_paths([tmp_path / "in"])
    assert known.outcome == "unchanged"
    delete(known.series_ids)
    (result,) = import_paths([tmp_path / "in"])
    assert "1 reference mask" in result.message


def test_each_phase_goes_back_into_the_file_it_came_in_under_its_patient_where_names_repeat(tmp_path):
    for patient in ("1000211", "1000305"):
        stored(two_files(patient, np.random.default_rng(int(patient))))
    stored(two_files("1000407", np.random.default_rng(3), masked=(1,)))
    results = list(export_masks(tmp_path / "out"))
    assert results[0].message == "6 masks -> 1000211_sa_ED_mask.nii.gz, 1000211_sa_ES_mask.nii.gz"
    assert results[2].message == "3 masks -> 1000407_sa_ES_mask.nii.gz; 1 file without any mask left out"
    assert len(list((tmp_path / "out").iterdir())) == 5
    ed, es = (nib.load(tmp_path / "out" / f"1000211_sa_{name}_mask.nii.gz") for name in ("ED", "ES"))
    assert ed.shape == es.shape == (20, 24, 3)
    assert (ed.affine[2, 3], es.affine[2, 3]) == (0.0, pytest.approx(1e-4))  # each its own
    assert np.array_equal(np.asarray(es.dataobj)[:, :, 0].T, np.flipud(HEART))
    assert np.array_equal(np.asarray(ed.dataobj)[:, :, 0].T, HEART)


def two_files(patient: str, random: np.random.Generator, masked: tuple[int, ...] = (0, 1)) -> Series:
    """ED and ES in a file each; their headers differ in the last digits."""
    slices, files = [], []
    for phase, name in enumerate(("ED", "ES")):
        affine = np.diag([1.5, 1.5, 8.0, 1.0])
        affine[2, 3] = phase * 1e-4
        header = nib.Nifti1Image(np.zeros((20, 24, 3), np.int16), affine).header
        geometry = Geometry("nifti", (20, 24, 3), (1.5, 1.5), 8.0, header=header.binaryblock)
        files.append(SourceFile(f"sa_{name}.nii.gz", geometry, (phase,)))
        mask = (np.flipud(HEART) if phase else HEART).copy() if phase in masked else None
        slices += [
            Slice(n, phase, random.integers(0, 999, (24, 20)), mask=mask, source=files[-1].name)
            for n in range(3)
        ]
    joined = replace(files[0].geometry, shape=(20, 24, 3, 2))
    return Series(patient, "sa", joined, tuple(slices), files=tuple(files))


def test_pictures_of_one_series_go_back_one_by_one(tmp_path):
    slices = tuple(
        Slice(n, 0, PIXELS + np.uint8(n), mask=HEART.copy() if n else None, source=f"slice_{n}.png")
        for n in range(6)
    )
    stored(Series("p", "cmr", Geometry("png", (24, 20), (1.8, 1.8)), slices))
    (result,) = export_masks(tmp_path / "out")
    assert result.message == (
        "5 masks -> slice_1_mask.png, slice_2_mask.png, slice_3_mask.png and 2 more; "
        "1 file without any mask left out"
    )
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / "slice_5_mask.png")), HEART)


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
    files = []
    for folder, pixels in (("a", HEART * 50), ("b", HEART * 60)):
        files += [(f"{folder}/one.png", png(pixels)), (f"{folder}/one_gt.png", png(HEART))]
    list(import_sent(files))
    results = [result.message for result in export_masks(tmp_path)]
    assert results == ["1 mask -> a_one_mask.png", "1 mask -> b_one_mask.png"]


def test_a_zip_holds_the_files_and_says_what_became_of_each_series():
    chosen = stored(cine("anna", masked=True))[0].series_id
    stored(cine("berta", masked=True, seed=1))
    list(import_sent([("one.png", png()), ("one_mask.png", png(HEART))]))
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

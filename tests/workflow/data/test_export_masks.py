"""Masks leave the store in the geometry they came from."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.errors import NotFound
from core.records.exports import MaskChoice, Selection
from core.records.masks import Origin
from core.records.slices import Geometry, Series, Slice, SourceFile, Split, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks.masks import save_version
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status
from core.workflow.data.delete import delete
from core.workflow.data.demo import DemoHeart, load_demo
from core.workflow.data.export_masks import export_masks, export_zip, mask_readers, preview_export
from core.workflow.importing.import_files import import_paths
from core.workflow.models.registry import register
from core.workflow.prediction import predict_store
from tests.workflow.small import (
    HEART,
    PIXELS,
    cine,
    import_sent,
    png,
    save_model,
    stored,
    write,
    write_volume,
)

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
    known, *manifests = import_paths([tmp_path / "in"])
    assert known.outcome == "unchanged"
    assert {one.outcome for one in manifests} == {"passed over"}
    delete(known.series_ids)
    result = next(iter(import_paths([tmp_path / "in"])))
    assert "1 reference mask" in result.message


def test_each_phase_goes_back_into_the_file_it_came_in_under_its_patient_where_names_repeat(tmp_path):
    for patient in ("1000211", "1000305"):
        stored(two_files(patient, np.random.default_rng(int(patient))))
    stored(two_files("1000407", np.random.default_rng(3), masked=(1,)))
    results = list(export_masks(tmp_path / "out"))
    assert results[0].message == "6 masks -> 1000211_sa_ED_mask.nii.gz, 1000211_sa_ES_mask.nii.gz"
    assert results[2].message == "3 masks -> 1000407_sa_ES_mask.nii.gz; 1 file without any mask left out"
    assert len(list((tmp_path / "out").glob("*_mask.nii.gz"))) == 5
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
    set_status(open_store(), rows[1].id, Status.APPROVED)
    anna, berta = export_masks(tmp_path, Selection(MaskChoice.APPROVED))
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


def test_a_zip_holds_the_files_and_the_manifest_of_what_was_chosen():
    chosen = stored(cine("anna", masked=True))[0].series_id
    stored(cine("berta", masked=True, seed=1))
    list(import_sent([("one.png", png()), ("one_mask.png", png(HEART))]))
    with zipfile.ZipFile(io.BytesIO(export_zip(Selection(series_ids=(chosen,))))) as archive:
        assert sorted(archive.namelist()) == ["anna_mask.nii.gz", "manifest.csv", "manifest.json"]
    with zipfile.ZipFile(io.BytesIO(export_zip())) as archive:
        assert "berta_mask.nii.gz" in archive.namelist()
        picture = Image.open(io.BytesIO(archive.read("one_mask.png")))
        assert np.array_equal(np.asarray(picture), HEART)


def test_a_series_that_is_not_there_is_told(tmp_path):
    with pytest.raises(NotFound, match="no series 9"):
        list(export_masks(tmp_path, Selection(series_ids=(9,))))
    with pytest.raises(NotFound, match="no patient 'anna'"):
        list(export_masks(tmp_path, Selection(patients=("anna",))))
    assert list(export_masks(tmp_path / "out")) == []
    assert not (tmp_path / "out").exists()


def manifest(folder: Path) -> dict[str, Any]:
    """What stands beside exported masks."""
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return told


def versions_of(row_id: int) -> dict[MaskChoice, int]:
    """Give a slice a mask of every kind, each of one label; returns the label by the choice that means it."""
    model = register(open_store(), save_model(settings().checkpoints / "unet-cine.safetensors", "unet-cine", 0))
    labels = {}
    parent = list_slices(open_store(), limit=1)[0].newest_version_id
    for origin, author, label in (
        (Origin.REFERENCE, "import", 1),
        (Origin.MODEL, model.name, 2),
        (Origin.READER, "ann", 3),
        (Origin.READER, "bob", 0),
    ):
        parent = save_version(
            open_store(), row_id, np.full((24, 20), label, np.uint8), origin=origin, author=author,
            parent_id=parent, model_id=model.id if origin is Origin.MODEL else None,
        )  # fmt: skip
        labels[MaskChoice(origin.value)] = label
    return labels


def test_of_a_slice_with_masks_of_every_kind_the_one_that_was_asked_for_goes_out(tmp_path, home):
    row = stored(cine("anna", 2, 1))[0]
    labels = versions_of(row.id) | {MaskChoice.LATEST: 0}
    for choice, label in labels.items():
        folder = tmp_path / choice
        (result,) = export_masks(folder, Selection(choice))
        assert result.outcome == "exported"
        volume = np.asarray(nib.load(folder / "anna_mask.nii.gz").dataobj)
        assert set(np.unique(volume[:, :, 0])) == {label}
    list(export_masks(tmp_path / "ann", Selection(MaskChoice.READER, reader="ann")))
    assert np.asarray(nib.load(tmp_path / "ann" / "anna_mask.nii.gz").dataobj).max() == 3
    assert manifest(tmp_path / "ann")["files"][0]["slices"][0]["author"] == "ann"
    for nobody in (
        Selection(MaskChoice.READER, reader="eve"),
        Selection(MaskChoice.MODEL, model_id=99),
        Selection(MaskChoice.APPROVED),
    ):
        assert [one.outcome for one in export_masks(tmp_path / "none", nobody)] == ["left out"]
    assert not (tmp_path / "none").exists()
    assert mask_readers() == ["ann", "bob"]


def test_what_a_model_says_goes_out_also_where_a_reader_s_mask_is_shown(tmp_path, model):
    row = stored(cine("anna", 1, 1))[0]
    draw(row.id, HEART)
    assert not predict_store.predict_slice(row.id)
    list(export_masks(tmp_path, Selection(MaskChoice.MODEL)))
    (told,) = manifest(tmp_path)["files"][0]["slices"]
    assert (told["origin"], told["author"], told["model"], told["version"]) == (
        "model", "unet-cine", "unet-cine", None,
    )  # fmt: skip


def test_the_manifest_says_of_each_slice_whose_mask_it_is_and_from_which_model_it_was_drawn(tmp_path):
    row = stored(cine("anna", 2, 1, split=Split.TRAIN))[0]
    versions_of(row.id)
    set_status(open_store(), row.id, Status.APPROVED)
    list(export_masks(tmp_path, Selection(only_whole=False), "carl"))
    told = manifest(tmp_path)
    assert told["label_set"]["id"] == "short-axis-heart"
    assert told["label_set"]["labels"]["3"] == "left_ventricle"
    assert (told["exported_by"], told["selection"]["masks"], told["left_out"]) == ("carl", "latest", [])
    (file,) = told["files"]
    assert (file["file"], file["patient"], file["series"], file["split"]) == (
        "anna_mask.nii.gz", "anna", "cine", "train",
    )  # fmt: skip
    first, second = file["slices"]
    assert (first["position"], first["phase"], first["masked"], first["status"]) == (1, 1, True, "approved")
    assert (first["origin"], first["author"], first["model"]) == ("reader", "bob", "unet-cine")
    assert first["version"] == list_slices(open_store())[0].newest_version_id
    assert (second["masked"], second["status"], second["version"]) == (False, "new", None)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "manifest.csv").read_text())))
    assert [line["masked"] for line in rows] == ["yes", "no"]
    assert rows[0]["mask file"] == "anna_mask.nii.gz"
    assert (rows[0]["who"], rows[0]["label set"]) == ("bob", "short-axis-heart")


def test_partly_masked_files_are_counted_before_and_left_out_where_asked(tmp_path):
    draw(stored(cine("anna", 2, 1))[0].id, HEART)
    stored(cine("berta", 1, 1, masked=True, seed=1))
    stored(cine("carla", 1, 1, seed=2))
    seen = preview_export()
    assert (seen.n_patients, seen.n_series, seen.n_masks, seen.n_partly, seen.n_empty) == (2, 2, 2, 1, 1)
    results = [result.message for result in export_masks(tmp_path, Selection(only_whole=True))]
    assert results == ["1 partly masked file left out", "1 mask -> berta_mask.nii.gz", "no mask to export yet"]
    told = manifest(tmp_path)
    assert [file["file"] for file in told["files"]] == ["berta_mask.nii.gz"]
    assert [item["series"] for item in told["left_out"]] == ["anna cine", "carla cine"]


def test_patients_are_chosen_by_name_and_the_demo_only_where_it_is_asked_for(tmp_path):
    stored(cine("anna", 1, 1, masked=True))
    stored(cine("berta", 1, 1, masked=True, seed=1))
    heart = DemoHeart("demo-heart-2", 1, 1, Split.TRAIN, labelled=True)
    list(load_demo(hearts=(heart,)))
    assert [one.patients for one in (Selection(patients=("berta",)),)] == [("berta",)]
    assert preview_export(Selection(patients=("berta",))).n_series == 1
    assert (preview_export().n_series, preview_export(Selection(demo=True)).n_series) == (2, 3)
    assert preview_export(Selection(patients=("demo-heart-2",))).n_masks == 10
    delete(patient="anna")
    delete(patient="berta")
    assert preview_export().n_series == 1  # there is nothing else


def test_a_manifest_beside_images_is_passed_over_by_an_import(tmp_path):
    write(tmp_path / "in" / "one.png", png())
    write(tmp_path / "in" / "one_mask.png", png(HEART))
    list(import_paths([tmp_path / "in"]))
    list(export_masks(tmp_path / "in"))
    delete(patient="one")
    result, *manifests = import_paths([tmp_path / "in"])
    assert (result.outcome, result.summary.patient, result.summary.n_masks) == ("imported", "one", 1)
    assert {one.outcome for one in manifests} == {"passed over"}


@pytest.mark.parametrize("named", [{"reader": "ann"}, {"model_id": 1}])
def test_whoever_is_named_must_be_asked_for(named):
    with pytest.raises(ValueError, match="but the latest masks are asked for"):
        Selection(**named)

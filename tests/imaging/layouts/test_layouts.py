"""What lies beside an image says whose it is: masks, splits, patients and label order by folder and name."""

import zipfile

import numpy as np
import pytest

from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.labels import LabelOrder
from core.records.slices import OF_PATIENTS, Series, Split
from tests.imaging.small import HEART, PIXELS, only, problem, write_nifti, write_png


@pytest.mark.parametrize("suffix", ["_mask", "_gt", "_seg"])
def test_a_mask_beside_its_image_comes_along(tmp_path, suffix):
    write_png(tmp_path / "one.png", PIXELS)
    write_png(tmp_path / f"one{suffix}.png", HEART)
    assert np.array_equal(only(tmp_path).slices[0].mask, HEART)


def test_a_stretched_mask_is_recognised_and_said(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    write_png(tmp_path / "one_mask.png", HEART * 85)
    series = only(tmp_path)
    assert np.array_equal(series.slices[0].mask, HEART)
    assert any("0, 85, 170, 255" in note for note in series.notes)


@pytest.mark.parametrize("scale", [1, 85])
def test_masks_in_the_other_order_are_asked_about_and_converted(tmp_path, scale):
    swapped = np.array([0, 3, 2, 1], np.uint8)[HEART]
    write_png(tmp_path / "one.png", PIXELS)
    write_png(tmp_path / "one_mask.png", swapped * scale)
    found = list(find_series([tmp_path]))
    assert len(found) == 1
    assert isinstance(found[0], FileProblem)
    assert found[0].question
    series = only(tmp_path, label_order=LabelOrder.UK_BIOBANK)
    assert np.array_equal(series.slices[0].mask, HEART)


def test_a_mask_alone_is_told_that_its_image_is_missing(tmp_path):
    assert "without its image" in problem(write_png(tmp_path / "one_mask.png", HEART)).message


def test_masks_that_nobody_wants_are_not_even_opened(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    (tmp_path / "one_mask.png").write_bytes(b"no picture at all")
    (tmp_path / "lonely_gt.png").write_bytes(b"neither")
    (series,) = find_series([tmp_path], with_masks=False)
    assert series.slices[0].mask is None


def test_the_course_layout_gives_splits_and_patients(tmp_path):
    for split, name in (("train", "cmr1"), ("train", "cmr10"), ("val", "cmr2"), ("test", "cmr3")):
        write_png(tmp_path / split / "image" / f"{name}.png", PIXELS)
        if split != "test":
            write_png(tmp_path / split / "mask" / f"{name}_mask.png", HEART)
    (tmp_path / "slices.csv").write_text(
        "image,split,patient,phase\ncmr1,train,p1,ED\ncmr10,train,p1,ES\ncmr2,val,p2,ED\n"
    )
    found = {series.name: series for series in find_series([tmp_path])}
    assert {name: series.split for name, series in found.items()} == {
        "cmr1": Split.TRAIN,
        "cmr10": Split.TRAIN,
        "cmr2": Split.VALIDATION,
        "cmr3": Split.TEST,
    }
    assert found["cmr1"].patient == found["cmr10"].patient == "p1"
    assert found["cmr3"].patient == "cmr3"
    assert [found[name].slices[0].mask is not None for name in ("cmr1", "cmr10", "cmr2", "cmr3")] == [
        True,
        True,
        True,
        False,
    ]


def test_acdc_names_give_patient_and_frame_and_slices_stand_upright(tmp_path):
    volume = np.arange(20 * 24 * 3, dtype=np.int16).reshape(20, 24, 3)
    mask = np.repeat(HEART.T[..., None], 3, axis=2)
    write_nifti(tmp_path / "patient004" / "patient004_frame01.nii.gz", volume)
    write_nifti(tmp_path / "patient004" / "patient004_frame01_gt.nii.gz", mask)
    series = only(tmp_path)
    assert (series.patient, series.name) == ("patient004", "frame01")
    assert [(item.position, item.phase) for item in series.slices] == [(0, 0), (1, 0), (2, 0)]
    assert np.array_equal(series.slices[1].pixels, volume[:, :, 1].T)
    assert np.array_equal(series.slices[2].mask, HEART)
    assert series.geometry.spacing_mm == pytest.approx((1.25, 1.5))  # (row, column)
    assert series.geometry.slice_distance_mm == 8.0


def test_nnunet_folders_pair_case_and_channel(tmp_path):
    volume = np.zeros((20, 24, 2), np.int16)
    write_nifti(tmp_path / "imagesTr" / "case7_0000.nii.gz", volume)
    write_nifti(tmp_path / "labelsTr" / "case7.nii.gz", np.repeat(HEART.T[..., None], 2, axis=2))
    (tmp_path / "dataset.json").write_text('{"labels": {"background": 0, "RV": 1, "MYO": 2, "LV": 3}}')
    series = only(tmp_path)
    assert series.name == "case7"
    assert series.slices[0].mask is not None


def test_nnunets_dataset_json_declares_the_label_order(tmp_path):
    swapped = np.array([0, 3, 2, 1], np.uint8)[HEART]
    write_nifti(tmp_path / "imagesTr" / "case7_0000.nii.gz", np.zeros((20, 24, 1), np.int16))
    write_nifti(tmp_path / "labelsTr" / "case7.nii.gz", swapped.T[..., None])
    (tmp_path / "dataset.json").write_text('{"labels": {"background": 0, "LV": 1, "MYO": 2, "RV": 3}}')
    series = only(tmp_path)
    assert np.array_equal(series.slices[0].mask, HEART)
    assert any("1 LV, 2 Myo, 3 RV" in note for note in series.notes)


def test_two_images_of_one_name_in_one_folder_both_come_in(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    write_nifti(tmp_path / "one.nii.gz", np.zeros((20, 24, 2), np.int16))
    assert sorted(item.geometry.format for item in find_series([tmp_path])) == ["nifti", "png"]


def test_a_series_remembers_the_folder_it_lay_in(tmp_path):
    write_png(tmp_path / "a" / "b" / "one.png", PIXELS)
    with zipfile.ZipFile(tmp_path / "hearts.zip", "w") as archive:
        archive.write(tmp_path / "a" / "b" / "one.png", "c/two.png")
    found = {series.name: series.folder for series in find_series([tmp_path])}
    assert found == {"one": "a/b", "two": "hearts.zip/c"}


@pytest.mark.real
def test_the_course_set_comes_in_whole(real_data):
    found = list(find_series([real_data / "coursework-96"]))
    assert all(isinstance(item, Series) for item in found)
    splits = [series.split for series in found]
    assert [splits.count(split) for split in OF_PATIENTS] == [100, 20, 80]
    assert sum(series.slices[0].mask is not None for series in found) == 120
    patients = {split: {s.patient for s in found if s.split == split} for split in OF_PATIENTS}
    assert [len(patients[split]) for split in OF_PATIENTS] == [50, 10, 40]


@pytest.mark.real
def test_an_acdc_patient_comes_in_with_masks(real_data):
    found = list(find_series([real_data / "acdc-volumes" / "patient001"]))
    assert [series.name for series in found] == ["frame01+frame12"]
    assert found[0].phase_names == ((0, "frame01"), (1, "frame12"))
    assert all(item.mask is not None for series in found for item in series.slices)
    assert found[0].geometry.spacing_mm == pytest.approx((1.5625, 1.5625))

"""Masks as other tools name, number and store them: translated, asked about, or refused in words."""

import json
import struct

import nibabel as nib
import numpy as np
import pytest
import tifffile
from PIL import Image

from core.records.results import Topic
from tests.imaging.small import only, write_png
from tests.odd_files.builders import (
    all_found,
    drawn,
    drawn_right,
    noted,
    plane,
    reference,
    series_of,
    volume,
    write_nifti,
)

THEIRS = np.array([0, 2, 3, 1], np.uint8)  # what they write for our background, RV, myocardium and LV


def nnunet(folder, labels, mask, **more):
    """One case of nnU-Net with its dataset.json."""
    write_nifti(folder / "imagesTr" / "heart7_0000.nii.gz", volume())
    write_nifti(folder / "labelsTr" / "heart7.nii.gz", mask)
    (folder / "dataset.json").write_text(json.dumps({"labels": labels, **more}))


@pytest.mark.parametrize(
    "labels",
    [
        {"background": 0, "LV": 1, "RV": 2, "MYO": 3},
        {"0": "background", "1": "left ventricle", "2": "right ventricle", "3": "myocardium"},
        {"background": 0, "whole heart": [1, 2, 3], "LV": 1, "RV": 2, "MYO": 3},
    ],
    ids=["nnU-Net 2", "nnU-Net 1", "with a region"],
)
def test_labels_that_a_dataset_json_numbers_otherwise_are_translated_by_name(lab, labels):
    nnunet(lab, labels, THEIRS[reference()], channel_names={"0": "MR"})
    (series,) = series_of(lab)
    assert series.patient == "heart7"
    assert drawn_right(series) == {0}
    assert "dataset.json" in noted(series)


def test_a_decathlon_folder_pairs_and_translates_by_its_dataset_json(lab):
    nnunet(
        lab,
        {"0": "background", "1": "LV", "2": "RV", "3": "MYO"},
        THEIRS[reference()],
        modality={"0": "MRI"},
        training=[{"image": "./imagesTr/heart7_0000.nii.gz", "label": "./labelsTr/heart7.nii.gz"}],
        test=[],
    )
    (series,) = series_of(lab)
    assert drawn_right(series) == {0}


def test_labels_numbered_as_ours_in_a_dataset_json_stay_as_they_are(lab):
    nnunet(lab, {"background": 0, "RV": 1, "MYO": 2, "LV": 3}, reference())
    (series,) = series_of(lab)
    assert drawn_right(series) == {0}
    assert not series.notes


def test_a_structure_that_is_none_of_ours_is_refused_with_what_the_table_says(lab):
    mask = reference()
    mask[:3, :3] = 4
    nnunet(lab, {"background": 0, "RV": 1, "MYO": 2, "LV": 3, "left atrium": 4}, mask)
    found, problems = all_found(lab)
    assert not found
    (problem,) = problems
    assert "label 4" in problem.message
    assert "dataset.json" in problem.message


def test_a_structure_of_the_table_that_no_mask_holds_harms_nothing(lab):
    nnunet(lab, {"background": 0, "RV": 1, "MYO": 2, "LV": 3, "left atrium": 4}, reference())
    (series,) = series_of(lab)
    assert drawn_right(series) == {0}


def test_a_dataset_json_that_anatomy_contradicts_is_no_silent_reference(lab):
    nnunet(lab, {"background": 0, "LV": 1, "MYO": 2, "RV": 3}, reference())
    found, problems = all_found(lab)
    assert not found
    assert "dataset.json" in problems[0].message


def test_ventricles_numbered_the_other_way_round_without_a_table_are_asked_about(lab):
    write_nifti(lab / "anna.nii.gz", volume())
    write_nifti(lab / "anna_seg.nii.gz", np.array([0, 3, 2, 1], np.uint8)[reference()])
    found, problems = all_found(lab)
    assert not found
    assert problems[0].asks == Topic.LABEL_ORDER


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_a_mask_whose_numbers_are_shown_in_colours_gives_its_numbers(lab, ending):
    write_png(lab / "anna.png", (plane() // 4).astype(np.uint8))
    # The RV's colour is black, too, so that only the numbers tell it from the background.
    _write_indexed(lab / f"anna_mask.{ending}", drawn(), [0, 0, 0, 0, 0, 0, 0, 128, 0, 128, 128, 0])
    assert np.array_equal(only(lab).slices[0].mask, drawn())


def test_an_indexed_mask_with_too_many_numbers_is_refused_by_number_and_not_by_colour(lab):
    write_png(lab / "anna.png", (plane() // 4).astype(np.uint8))
    mask = drawn().copy()
    mask[:2] = 7
    _write_indexed(lab / "anna_mask.png", mask, [0, 0, 0] * 256)
    _, problems = all_found(lab)
    assert "label 7" in problems[0].message


def _write_indexed(path, numbers, palette):
    image = Image.frombytes("P", numbers.shape[::-1], numbers.tobytes())
    image.putpalette(palette + [0] * (768 - len(palette)))
    image.save(path)


def test_labels_stored_as_floats_or_with_a_slope_are_exactly_0_to_3(lab):
    for name in ("floats", "stretched", "sloped"):
        write_nifti(lab / f"{name}.nii", volume(len(name)))
    write_nifti(lab / "floats_gt.nii", reference() + 1e-6)
    stretched = nib.Nifti1Image(reference().astype(float), np.diag([1.5, 1.25, 8, 1]))
    stretched.header.set_data_dtype(np.int16)
    nib.save(stretched, lab / "stretched_gt.nii")
    sloped = write_nifti(lab / "sloped_gt.nii", reference().astype(np.int32) * 500)
    data = bytearray(sloped.read_bytes())
    struct.pack_into("<2f", data, 112, 0.002, 0.0)  # scl_slope, scl_inter
    sloped.write_bytes(data)
    found = series_of(lab)
    assert len(found) == 3
    for series in found:
        assert drawn_right(series) == {0}


def test_labels_that_a_resampling_blurred_are_refused(lab):
    write_nifti(lab / "anna.nii.gz", volume())
    write_nifti(lab / "anna_gt.nii.gz", reference() * 0.7)
    found, problems = all_found(lab)
    assert not found
    assert "between labels" in problems[0].message


def test_a_mask_in_the_plural_belongs_to_its_picture(lab):
    tifffile.imwrite(lab / "anna.tif", plane())
    tifffile.imwrite(lab / "anna_masks.tif", drawn())
    assert np.array_equal(only(lab).slices[0].mask, drawn())


@pytest.mark.parametrize(
    "mask",
    [
        "seg_anna.png",
        "anna_seg.png",
        "labels/final/anna.png",
        "mask/anna.png",
        "anna-label.png",
        "GT/anna.png",
    ],
)
def test_masks_by_other_names_belong_to_their_pictures(lab, mask):
    write_png(lab / "anna.png", (plane() // 4).astype(np.uint8))
    write_png(lab / mask, drawn())
    assert np.array_equal(only(lab).slices[0].mask, drawn())


def test_a_mask_by_no_known_name_is_asked_about_and_is_no_image(lab):
    write_png(lab / "anna.png", (plane() // 4).astype(np.uint8))
    write_png(lab / "anna_v2_contour.png", drawn())
    found, problems = all_found(lab)
    assert [series.patient for series in found] == ["anna"]
    assert problems[0].asks == Topic.MASK
    assert "anna_v2_contour.png" in problems[0].message

"""Predictions and references find each other by the names of their files."""

import shutil

import numpy as np
import pytest

from core.workflow.folder_evaluation.evaluate import evaluate_folders
from tests.workflow.folder_evaluation.masks import heart, save_nifti, save_png


@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("a.png", "a.png"),
        ("a_mask.png", "a.png"),
        ("a_mask.png", "a_gt.png"),
        ("a_mask.png", "a_mask.png"),
        ("a.png", "a_gt.tif"),
        ("a_0000_mask.png", "a.png"),
        ("deep/er/a_mask.png", "elsewhere/a.png"),
        ("a b ä_mask.png", "a b ä.png"),
        ("A_mask.png", "a.png"),
        ("a_pred.png", "label_a.png"),
        ("pred_a.png", "a_masks.png"),
        ("a_seg.png", "seg_a.tif"),
        ("image_ED_mask.png", "label_ED.png"),
        ("a.png", "labels/final/a.png"),
        ("p1/ED_mask.png", "p1/labels/ED.png"),
    ],
)
def test_files_find_each_other_by_stem(folders, prediction, reference):
    save_png(folders[0] / prediction, heart())
    save_png(folders[1] / reference, heart())
    found = evaluate_folders(*folders)
    assert found.problems == ()
    assert [file.file for file in found.files] == [prediction]


def test_of_two_stages_of_a_reference_the_final_one_counts(folders):
    predictions, reference, output = folders
    save_png(predictions / "a.png", heart(row=9))
    save_png(reference / "labels" / "final" / "a.png", heart(row=9))
    save_png(reference / "labels" / "original" / "a.png", heart(row=12))
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert [file.reference for file in found.files] == ["labels/final/a.png"]


def test_images_that_lie_beside_the_references_are_no_references(folders):
    predictions, reference, output = folders
    picture = np.random.default_rng(0).integers(0, 255, (24, 24)).astype(np.uint8)
    save_png(reference / "image" / "cmr1.png", picture)
    save_png(reference / "mask" / "cmr1.png", heart())
    save_nifti(reference / "patient001_frame01.nii.gz", np.stack([picture] * 3))
    save_nifti(reference / "patient001_frame01_gt.nii.gz", np.stack([heart()] * 3))
    save_nifti(reference / "patient001_4d.nii.gz", np.stack([picture] * 3))
    save_png(predictions / "cmr1_mask.png", heart())
    save_nifti(predictions / "patient001_frame01_mask.nii.gz", np.stack([heart()] * 3))
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert {file.reference for file in found.files} == {"mask/cmr1.png", "patient001_frame01_gt.nii.gz"}


def test_one_name_in_several_folders_is_told_apart_by_the_folder(folders):
    predictions, reference, output = folders
    for split, row in (("train", 8), ("test", 14)):
        save_png(reference / split / "cmr1.png", heart(row=row))
        save_png(predictions / split / "cmr1_mask.png", heart(row=row))
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert {(file.file, file.reference) for file in found.files} == {
        ("train/cmr1_mask.png", "train/cmr1.png"),
        ("test/cmr1_mask.png", "test/cmr1.png"),
    }
    shutil.move(predictions / "train" / "cmr1_mask.png", predictions / "cmr1_mask.png")
    found = evaluate_folders(predictions, reference, output)
    assert [problem.message for problem in found.problems] == [
        "cmr1_mask.png fits 2 reference(s) and 2 prediction(s) of that name; use the same folders on both "
        "sides, one file of a name in each"
    ]


def test_what_nnunet_writes_beside_its_masks_is_passed_over(folders):
    predictions, reference, output = folders
    save_nifti(reference / "patient001_frame01.nii.gz", np.stack([heart()] * 3))
    save_nifti(predictions / "patient001_frame01.nii.gz", np.stack([heart()] * 3))
    np.savez(predictions / "patient001_frame01.npz", probabilities=np.zeros((4, 3, 24, 24), np.float16))
    (predictions / "patient001_frame01.pkl").write_bytes(b"\x80\x04}\x94.")
    (predictions / "plans.json").write_text("{}")
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert [file.file for file in found.files] == ["patient001_frame01.nii.gz"]

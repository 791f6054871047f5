"""Both masks are laid onto one grid, phase by phase, or refused with the difference."""

import numpy as np
import pytest

from core.labels import Label
from core.workflow.folder_evaluation.evaluate import evaluate_folders
from tests.workflow.folder_evaluation.masks import heart, rows_of, save_nifti, save_png, told_in

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE


def test_a_prediction_in_another_orientation_is_scored_at_its_place_in_the_patient(folders):
    predictions, reference, output = folders
    truth = np.stack([heart(row=10), heart(row=12), heart(row=9)])
    save_nifti(reference / "a.nii.gz", truth, (1.5, 1.25, 8.0))
    mirrored = np.diag([-1.5, 1.25, 8.0, 1.0])
    mirrored[0, 3] = 1.5 * 23
    save_nifti(predictions / "a.nii.gz", truth[:, :, ::-1], affine=mirrored)
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert [row["dice"] for row in rows_of(output, scope="volume", label="LV")] == ["1.000000"]
    assert found.notes == (
        "the prediction a.nii.gz lay in another orientation than the reference a.nii.gz (LAS, not RAS) at "
        "the same place in the patient; it was turned onto its grid",
    )


@pytest.mark.parametrize(
    ("stack", "affine", "words"),
    [
        (3, np.diag([1.5, 1.25, 8.0, 1.0]) + np.eye(4, k=3) * 12, "it lies 12.0 mm beside it"),
        (3, np.eye(4), "it has 24x24x3 voxels of 1 mm, not 24x24x3 voxels of 1.5x1.25x8 mm"),
        (2, np.diag([1.5, 1.25, 8.0, 1.0]), "it has 24x24x2 voxels"),
    ],
    ids=["shifted", "without its geometry", "shorter"],
)
def test_a_prediction_on_another_grid_is_refused_with_the_difference(folders, stack, affine, words):
    predictions, reference, output = folders
    save_nifti(reference / "a.nii.gz", np.stack([heart()] * 3), (1.5, 1.25, 8.0))
    save_nifti(predictions / "a.nii.gz", np.stack([heart()] * stack), affine=affine)
    found = evaluate_folders(predictions, reference, output)
    assert found.files == ()
    assert "the prediction a.nii.gz does not lie on the grid of the reference a.nii.gz" in told_in(found)
    assert words in told_in(found)


def test_phases_that_the_reference_was_not_drawn_in_are_left_out_and_it_is_said(folders):
    predictions, reference, output = folders
    guess = np.stack([np.stack([heart(row=8 + phase)] * 3) for phase in range(4)])
    truth = guess.copy()
    truth[[0, 2]] = 0
    save_nifti(reference / "p_gt.nii.gz", truth)
    save_nifti(predictions / "p_mask.nii.gz", guess)
    found = evaluate_folders(predictions, reference, output)
    assert [file.phase for file in found.files] == [1, 3]
    assert [row["dice"] for row in rows_of(output, scope="volume", label="LV")] == ["1.000000"] * 2
    assert [row["n"] for row in rows_of(output, scope="mean per volume", label="LV")] == ["2"]
    assert found.notes == ("p_gt.nii.gz was drawn in phase 2, 4 of 4 only; the others are not scored",)


def test_phases_of_both_sides_have_to_be_as_many_and_some_of_them_drawn(folders):
    predictions, reference, output = folders
    cine = np.stack([np.stack([heart()] * 3)] * 2)
    save_nifti(reference / "one.nii.gz", cine)
    save_nifti(predictions / "one.nii.gz", cine[0])
    save_nifti(reference / "none.nii.gz", cine * 0)
    save_nifti(predictions / "none.nii.gz", cine)
    found = evaluate_folders(predictions, reference, output)
    assert found.files == ()
    assert "one.nii.gz is 24x24 pixels, 3 slice(s), 1 phase(s) but its reference one.nii.gz is" in told_in(
        found
    )
    assert "none.nii.gz holds no label in any of its 2 phases" in told_in(found)


def test_an_empty_reference_of_one_phase_is_scored_as_empty(folders):
    predictions, reference, output = folders
    save_nifti(reference / "a.nii.gz", np.zeros((3, 24, 24), np.uint8))
    save_nifti(predictions / "a.nii.gz", np.stack([heart()] * 3))
    assert evaluate_folders(predictions, reference, output).problems == ()
    (row,) = rows_of(output, scope="volume", label="LV")
    assert (row["dice"], row["invented"]) == ("0.000000", "1")


def test_a_png_may_be_scored_against_a_flat_nifti(folders):
    predictions, reference, output = folders
    save_nifti(reference / "a.nii.gz", heart(row=10), (1.5, 3.0, 1.0))
    save_png(predictions / "a_mask.png", heart(row=11))
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert float(rows_of(output, scope="slice", label="LV")[0]["hd95_mm"]) == pytest.approx(3.0)


def test_phases_of_a_cine_are_scored_one_by_one(folders):
    predictions, reference, output = folders
    truth = np.stack([np.stack([heart(row=row)] * 3) for row in (8, 12)])
    guess = truth.copy()
    guess[1] = 0
    save_nifti(reference / "p_gt.nii.gz", truth)
    save_nifti(predictions / "p_mask.nii.gz", guess)
    found = evaluate_folders(predictions, reference, output)
    assert [file.phase for file in found.files] == [0, 1]
    assert [row["dice"] for row in rows_of(output, scope="volume", label="LV")] == ["1.000000", "0.000000"]

"""Two files of one heart: laid on one grid by their headers, or refused with the difference in words."""

import nibabel as nib
import numpy as np
import pytest

from tests.odd_files.builders import (
    all_found,
    drawn_right,
    mirrored,
    noted,
    place,
    reference,
    series_of,
    volume,
    write_placed,
)


def test_a_prediction_saved_in_another_orientation_scores_at_its_place_in_the_patient(lab, septum):
    write_placed(lab / "reference" / "anna.nii.gz", reference(), place())
    write_placed(lab / "predictions" / "anna.nii.gz", *mirrored(reference(), place()))
    code, text = septum(*_evaluate(lab))
    assert code == 0, text
    assert _dice_of_heart(text) == "1.000"
    assert "orientation" in text


def test_a_prediction_mirrored_in_the_patient_scores_badly_and_not_as_if_it_were_right(lab, septum):
    write_placed(lab / "reference" / "anna.nii.gz", reference(), place())
    write_placed(lab / "predictions" / "anna.nii.gz", reference()[::-1], place())
    code, text = septum(*_evaluate(lab))
    assert code == 0, text
    assert float(_dice_of_heart(text)) < 0.9


def test_a_mask_that_was_turned_by_a_conversion_is_laid_onto_its_image(lab):
    write_placed(lab / "anna.nii.gz", volume(), place())
    write_placed(lab / "anna_gt.nii.gz", *mirrored(reference(), place()))
    (series,) = series_of(lab)
    assert drawn_right(series) == {0}
    assert "another orientation" in noted(series)


def test_a_mask_with_its_axes_in_another_order_is_laid_onto_its_image(lab):
    write_placed(lab / "anna.nii.gz", volume(), place())
    write_placed(lab / "anna_gt.nii.gz", reference().transpose(2, 0, 1), place()[:, [2, 0, 1, 3]])
    (series,) = series_of(lab)
    assert drawn_right(series) == {0}
    assert "another orientation" in noted(series)


def test_an_oblique_mask_with_headers_rounded_elsewhere_is_the_images(lab):
    angle = np.deg2rad(33)
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    write_placed(lab / "anna.nii.gz", volume(), turn @ place())
    write_placed(lab / "anna_gt.nii.gz", reference(), np.round(turn @ place(), 4))
    (series,) = series_of(lab)
    assert drawn_right(series) == {0}
    assert not series.notes


def test_a_mask_that_lies_elsewhere_is_refused_with_the_millimetres(lab):
    write_placed(lab / "anna.nii.gz", volume(), place())
    write_placed(lab / "anna_gt.nii.gz", reference(), place((-12.0, 42.0, 5.0)))
    found, problems = all_found(lab)
    assert not found
    assert "12.0 mm beside" in problems[0].message
    assert "anna_gt.nii.gz" in problems[0].message


@pytest.mark.parametrize("step", [(2, 2, 1), (1, 1, 3)], ids=["pixels", "slices"])
def test_a_mask_of_another_resolution_is_refused_with_both_sizes(lab, step):
    columns, rows, positions = step
    write_placed(lab / "anna.nii.gz", volume(), place())
    coarse = reference()[::columns, ::rows, ::positions]
    write_placed(lab / "anna_gt.nii.gz", coarse, place() @ np.diag([*step, 1.0]))
    found, problems = all_found(lab)
    assert not found
    (problem,) = problems
    assert "x".join(map(str, coarse.shape)) in problem.message
    assert "20x24x3" in problem.message


def test_a_turned_mask_of_another_pixel_count_is_not_taken_for_the_same_grid(lab):
    write_placed(lab / "anna.nii.gz", volume(), place())
    write_placed(lab / "anna_gt.nii.gz", *mirrored(reference()[:-1], place()))
    found, problems = all_found(lab)
    assert not found
    assert "19x24x3" in problems[0].message


def test_a_predicted_mask_keeps_both_places_of_a_file_whose_sform_and_qform_disagree(lab, model, septum):
    other = np.diag([-1.5, -1.25, 8.0, 1.0])
    other[:3, 3] = 40, 50, 3
    image = nib.Nifti1Image(volume(), place())
    image.set_sform(place(), 2)
    image.set_qform(other, 1)
    (lab / "in").mkdir()
    nib.save(image, lab / "in" / "anna.nii.gz")
    code, text = septum("predict", lab / "in", "--output", lab / "out")
    assert code == 0, text
    written = nib.load(lab / "out" / "anna_mask.nii.gz")
    for transform, wanted, code in (("sform", place(), 2), ("qform", other, 1)):
        affine, kept = getattr(written, f"get_{transform}")(coded=True)
        assert affine == pytest.approx(wanted, abs=1e-4)
        assert kept == code


def test_a_mask_that_fits_by_the_sform_alone_lies_right_and_it_is_said(lab):
    image = nib.Nifti1Image(volume(), place())
    image.set_qform(mirrored(volume(), place())[1], 1)
    nib.save(image, lab / "anna.nii.gz")
    write_placed(lab / "anna_gt.nii.gz", reference(), place())
    (series,) = series_of(lab)
    assert drawn_right(series) == {0}
    assert "sform" in noted(series)


def _evaluate(folder):
    yield from ("evaluate", "--predictions", folder / "predictions", "--reference", folder / "reference")
    yield from ("--output", folder / "scores.csv")


def _dice_of_heart(text):
    return next(line.split()[1] for line in text.splitlines() if line.split()[:1] == ["Heart"])

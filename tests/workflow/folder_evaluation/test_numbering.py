"""What the numbers of both sides mean is asked before they are compared."""

import numpy as np
from PIL import Image

from core.labels import Label, LabelOrder
from core.workflow.folder_evaluation.evaluate import evaluate_folders
from tests.workflow.folder_evaluation.masks import declare, heart, rows_of, save_nifti, save_png, told_in

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE


def test_masks_stretched_for_viewing_are_read_and_said(folders):
    predictions, reference, output = folders
    save_png(reference / "a.png", heart() * 85)
    save_png(predictions / "a_mask.png", heart())
    found = evaluate_folders(predictions, reference, output)
    assert rows_of(output, scope="slice", label="RV")[0]["dice"] == "1.000000"
    assert any("0, 85, 170, 255" in note for note in found.notes)


def test_labels_that_the_references_do_not_know_are_left_out(folders):
    predictions, reference, output = folders
    save_png(reference / "a.png", np.where(heart() == RV, 0, heart()).astype(np.uint8))
    save_png(predictions / "a_mask.png", heart())
    evaluate_folders(predictions, reference, output, labels=[MYO, LV])
    assert rows_of(output, label="RV") == []
    assert rows_of(output, scope="mean per slice", label="Heart")[0]["dice"] == "1.000000"


def test_references_in_the_other_order_are_noticed_and_converted_when_told(folders):
    predictions, reference, output = folders
    swapped = np.array([0, 3, 2, 1], np.uint8)[heart()]
    save_png(reference / "a.png", swapped)
    save_png(predictions / "a_mask.png", heart())
    found = evaluate_folders(predictions, reference, output)
    assert found.files == ()
    assert "number the ventricles differently" in found.problems[0].message
    assert not output.exists()
    found = evaluate_folders(predictions, reference, output, label_order=LabelOrder.UK_BIOBANK)
    assert found.problems == ()
    assert rows_of(output, scope="slice", label="RV")[0]["dice"] == "1.000000"


def test_labels_of_both_sides_are_translated_by_the_names_in_their_dataset_json(folders):
    predictions, reference, output = folders
    other = np.array([0, 2, 3, 1], np.uint8)[heart()]  # LV 1, RV 2, Myo 3
    save_nifti(reference / "a.nii.gz", np.stack([other] * 3))
    save_nifti(predictions / "a.nii.gz", np.stack([other] * 3))
    declare(reference, {"LV": 1, "RV": 2, "Myo": 3})
    declare(predictions, {"LV": 1, "RV": 2, "Myo": 3})
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert rows_of(output, scope="volume", label="LV")[0]["tp"] == "60"
    assert found.notes == ("labels translated by their names in dataset.json (1 LV, 2 RV, 3 Myo) (2 files)",)


def test_predictions_in_our_numbers_fit_references_in_others_and_unknown_ones_are_refused(folders):
    predictions, reference, output = folders
    other = np.array([0, 2, 3, 1], np.uint8)[heart()]
    for name, guess in (("ours", heart()), ("theirs", other)):
        save_nifti(reference / f"{name}.nii.gz", np.stack([other] * 3))
        save_nifti(predictions / f"{name}.nii.gz", np.stack([guess] * 3))
    declare(reference, {"LV": 1, "RV": 2, "Myo": 3})
    found = evaluate_folders(predictions, reference, output)
    assert [file.file for file in found.files] == ["ours.nii.gz"]
    assert rows_of(output, scope="volume", label="RV")[0]["dice"] == "1.000000"
    assert "theirs.nii.gz does not say what its numbers mean" in told_in(found)


def test_a_dataset_json_above_the_folder_of_references_counts_too(tmp_path):
    other = np.array([0, 2, 3, 1], np.uint8)[heart()]
    save_nifti(tmp_path / "set" / "labelsTr" / "a.nii.gz", np.stack([other] * 3))
    save_nifti(tmp_path / "predicted" / "a.nii.gz", np.stack([heart()] * 3))
    declare(tmp_path / "set", {"LV": 1, "RV": 2, "Myo": 3})
    found = evaluate_folders(tmp_path / "predicted", tmp_path / "set" / "labelsTr", tmp_path / "scores.csv")
    assert found.problems == ()
    assert rows_of(tmp_path / "scores.csv", scope="volume", label="LV")[0]["dice"] == "1.000000"


def test_structures_that_are_none_of_ours_are_refused(folders):
    predictions, reference, output = folders
    save_png(reference / "a.png", heart())
    save_png(predictions / "a.png", heart())
    declare(reference, {"RV": 1, "Myo": 2, "scar": 3})
    found = evaluate_folders(predictions, reference, output)
    assert "a.png holds label 3, which dataset.json names as a structure" in told_in(found)


def test_an_indexed_png_is_scored_by_its_numbers(folders):
    predictions, reference, output = folders
    indexed = Image.fromarray(heart()).convert("P")
    indexed.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0])
    indexed.save(reference / "a.png")
    save_png(predictions / "a.png", heart())
    evaluate_folders(predictions, reference, output)
    assert rows_of(output, scope="slice", label="LV")[0]["dice"] == "1.000000"

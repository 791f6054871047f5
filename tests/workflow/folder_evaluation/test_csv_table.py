"""The table of scores: rows of files and slices, then means that say over how many."""

import numpy as np
import pytest

from core.errors import StoreUnavailable
from core.labels import Label
from core.workflow.folder_evaluation.evaluate import evaluate_folders
from tests.workflow.folder_evaluation.masks import heart, rows_of, save_nifti, save_png

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE


def test_counts_and_scores_of_a_file_stand_in_its_rows(folders):
    predictions, reference, output = folders
    truth, guess = np.zeros((2, 4, 4), np.uint8)
    truth[0, :2], guess[0, 0], guess[3, 3] = LV, LV, RV
    save_png(reference / "cmr1.png", truth)
    save_png(predictions / "cmr1_mask.png", guess)
    found = evaluate_folders(predictions, reference, output, spacing_mm=2.0)
    assert found.problems == ()
    (row,) = rows_of(output, scope="slice", file="cmr1_mask.png", label="LV")
    assert [row[name] for name in ("tp", "fp", "fn", "tn")] == ["1", "0", "1", "14"]
    assert float(row["dice"]) == pytest.approx(2 / 3, abs=1e-6)
    assert float(row["iou"]) == pytest.approx(1 / 2)
    assert float(row["accuracy"]) == pytest.approx(15 / 16)
    # Reference pixels at 0 and 2 mm from the predicted one, and 0 back.
    assert float(row["mean_surface_distance_mm"]) == pytest.approx(2 / 3, abs=1e-6)
    assert float(row["hd95_mm"]) == pytest.approx(1.9)
    (invented,) = rows_of(output, scope="slice", label="RV")
    assert (invented["dice"], invented["hd95_mm"], invented["invented"]) == ("0.000000", "", "1")
    (absent,) = rows_of(output, scope="slice", label="Myo")
    assert (absent["dice"], absent["accuracy"]) == ("", "1.000000")
    (together,) = rows_of(output, scope="slice", label="Heart")
    assert float(together["dice"]) == pytest.approx((0 + 2 / 3) / 2, abs=1e-6)
    assert together["n_dice"] == "2"


def test_the_last_rows_are_named_means_that_say_over_how_many(folders):
    predictions, reference, output = folders
    empty = np.zeros((24, 24), np.uint8)
    for number, (truth, guess) in enumerate([(heart(), heart()), (heart(), empty), (empty, empty)]):
        save_png(reference / f"cmr{number}.png", truth)
        save_png(predictions / f"cmr{number}_mask.png", guess)
    evaluate_folders(predictions, reference, output)
    last = rows_of(output)[-10:]
    assert [row["scope"] for row in last] == ["mean per slice"] * 5 + ["mean per patient"] * 5
    assert [row["label"] for row in last[:5]] == ["RV", "Myo", "LV", "Heart", "Background"]
    (row,) = rows_of(output, scope="mean per slice", label="LV")
    assert (float(row["dice"]), row["n_dice"], row["n"]) == (0.5, "2", "3")
    assert (row["n_hd95_mm"], row["missed"], row["invented"]) == ("1", "1", "0")
    (heart_row,) = rows_of(output, scope="mean per slice", label="Heart")
    assert (float(heart_row["dice"]), heart_row["n_dice"]) == (0.5, "6")
    (pooled,) = rows_of(output, scope="pooled", label="LV")
    assert float(pooled["dice"]) == pytest.approx(2 * 20 / 60, abs=1e-6)  # 20 of 40 pixels found


def test_a_volume_is_scored_whole_and_slice_by_slice_with_the_spacing_of_its_header(folders):
    predictions, reference, output = folders
    truth = np.stack([heart(row=10)] * 3)
    guess = np.stack([heart(row=10), heart(row=11), heart(row=10)])
    save_nifti(reference / "patient007_frame01_gt.nii.gz", truth)
    save_nifti(predictions / "patient007_frame01_mask.nii.gz", guess)
    evaluate_folders(predictions, reference, output)
    (whole,) = rows_of(output, scope="volume", label="LV")
    assert whole["patient"] == "patient007"
    assert float(whole["dice"]) == pytest.approx(2 * 55 / 120, abs=1e-6)  # 20 + 15 + 20 of 60 pixels
    assert float(whole["reference_ml"]) == pytest.approx(60 * 1.5 * 1.25 * 8 / 1000)
    slices = output.with_name("scores-slices.csv")
    dice = [float(row["dice"]) for row in rows_of(slices, scope="slice", label="LV")]
    assert dice == pytest.approx([1, 0.75, 1])
    (mean,) = rows_of(output, scope="mean per slice", label="LV")
    assert (float(mean["dice"]), mean["n_dice"]) == (pytest.approx(2.75 / 3, abs=1e-6), "3")
    assert rows_of(output, scope="mean per volume", label="LV")[0]["n_dice"] == "1"
    # Moved one row down: outline pixels are a row, 1.25 mm, apart, in the slice and, nearest, in the volume.
    moved = rows_of(slices, scope="slice", label="LV", position="1")[0]
    assert float(moved["hd95_mm"]) == pytest.approx(1.25)
    assert rows_of(slices)[-1]["scope"] == "mean per slice"


def test_means_never_mix_volumes_and_single_slices(folders):
    predictions, reference, output = folders
    save_nifti(reference / "a.nii.gz", np.stack([heart()] * 3))
    save_nifti(predictions / "a.nii.gz", np.stack([heart()] * 3))
    save_png(reference / "b.png", heart())
    save_png(predictions / "b.png", np.zeros((24, 24), np.uint8))
    evaluate_folders(predictions, reference, output)
    means = {row["scope"]: (float(row["dice"]), row["n"]) for row in rows_of(output, label="LV")[3:]}
    assert means == {"mean per slice": (0.75, "4"), "mean per volume": (1.0, "1")}


def test_a_table_that_cannot_be_written_leaves_the_old_one(folders):
    predictions, reference, output = folders
    save_png(reference / "a.png", heart())
    save_png(predictions / "a.png", heart())
    output.mkdir()  # nothing can be renamed onto a folder
    with pytest.raises(StoreUnavailable, match=r"scores\.csv cannot be written"):
        evaluate_folders(predictions, reference, output)
    assert [path.name for path in output.parent.iterdir() if "partial" in path.name] == []

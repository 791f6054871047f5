"""Folders of predictions against folders of references, on masks small enough to count."""

import csv
import json
import shutil
import zipfile
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image

from core.errors import BadInput, NotFound, StoreUnavailable
from core.labels import Label, LabelOrder
from core.workflow.evaluation import Evaluation, evaluate_folders, score_series

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE


def heart(shape: tuple[int, int] = (24, 24), row: int = 10) -> np.ndarray:
    """A square left ventricle in a ring of myocardium, the right one beside it."""
    mask = np.zeros(shape, np.uint8)
    mask[row - 3 : row + 5, 8:17] = MYO
    mask[row - 1 : row + 3, 10:15] = LV
    mask[row - 3 : row + 3, 3:8] = RV
    return mask


def save_png(path: Path, mask: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mask).save(path)
    return path


def save_nifti(
    path: Path,
    stack: np.ndarray,
    spacing_mm: tuple[float, ...] = (1.5, 1.25, 8.0),
    affine: np.ndarray | None = None,
) -> Path:
    """A stack ([phases,] positions, height, width) in the axes of NIfTI: column, row, position, phase."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(stack.T.copy(), np.diag([*spacing_mm[:3], 1]) if affine is None else affine)
    if stack.ndim == 4:
        image.header.set_zooms((*spacing_mm, 30.0))
    nibabel.save(image, path)
    return path


def rows_of(path: Path, **wanted: str) -> list[dict[str, str]]:
    with path.open() as opened:
        rows = list(csv.DictReader(opened))
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def told_in(found: Evaluation) -> str:
    return " | ".join(problem.message for problem in found.problems)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """(predictions, reference, output)."""
    for name in ("predictions", "reference"):
        (tmp_path / name).mkdir()
    return tmp_path / "predictions", tmp_path / "reference", tmp_path / "scores.csv"


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


def test_what_cannot_be_scored_is_told_in_a_sentence_and_the_rest_goes_on(folders):
    predictions, reference, output = folders
    save_png(reference / "good.png", heart())
    save_png(predictions / "good_mask.png", heart())
    save_png(reference / "size.png", heart())
    save_png(predictions / "size_mask.png", heart((24, 30)))
    save_png(reference / "label.png", heart())
    save_png(predictions / "label_mask.png", heart() + 4)
    save_png(reference / "alone.png", heart())
    save_png(predictions / "lonely_mask.png", heart())
    save_png(reference / "broken.png", heart())
    (predictions / "broken_mask.png").write_bytes((predictions / "good_mask.png").read_bytes()[:60])
    save_png(reference / "empty.png", heart())
    (predictions / "empty_mask.png").write_bytes(b"")
    save_png(reference / "text.png", heart())
    (predictions / "text_mask.png").write_text("no image")
    found = evaluate_folders(predictions, reference, output)
    assert [file.file for file in found.files] == ["good_mask.png"]
    told = [problem.message for problem in found.problems]
    for words in (
        "the prediction size_mask.png does not lie on the grid of the reference size.png: it is 24x30",
        "label_mask.png holds label",
        "alone.png has no prediction named alone_mask or alone",
        "lonely_mask.png has no reference named lonely, lonely_gt or lonely_mask",
        "broken_mask.png is damaged",
        "empty_mask.png is empty",
        "text_mask.png is no mask that can be scored; expected PNG, TIFF or NIfTI",
    ):
        assert any(sentence.startswith(words) for sentence in told), words
    assert output.exists()


def test_masks_stretched_for_viewing_are_read_and_said(folders):
    predictions, reference, output = folders
    save_png(reference / "a.png", heart() * 85)
    save_png(predictions / "a_mask.png", heart())
    found = evaluate_folders(predictions, reference, output)
    assert rows_of(output, scope="slice", label="RV")[0]["dice"] == "1.000000"
    assert any("0, 85, 170, 255" in note for note in found.notes)


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


def test_patients_come_from_a_table_or_from_the_names(folders, tmp_path):
    predictions, reference, output = folders
    for number, guess in enumerate([heart(), heart(), np.zeros((24, 24), np.uint8)], start=1):
        save_png(reference / f"cmr{number}.png", heart())
        save_png(predictions / f"cmr{number}_mask.png", guess)
    table = tmp_path / "slices.csv"
    table.write_text("image,patient,spacing_mm\ncmr1,anna,1.5\ncmr2,anna,1.5\ncmr3,bert,1.5\n")
    found = evaluate_folders(predictions, reference, output, patients=table)
    assert found.notes == ()
    (row,) = rows_of(output, scope="mean per patient", label="RV")
    assert (float(row["dice"]), row["n_dice"]) == (0.5, "2")
    assert float(rows_of(output, scope="mean per slice", label="RV")[0]["dice"]) == pytest.approx(
        2 / 3, abs=1e-6
    )


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


def test_an_assumed_pixel_size_is_said_and_a_given_one_used(folders):
    predictions, reference, output = folders
    save_png(reference / "a.png", heart(row=10))
    save_png(predictions / "a_mask.png", heart(row=11))
    found = evaluate_folders(predictions, reference, output)
    assert found.notes == ("no pixel size in the file; 1.8 mm assumed (--spacing sets it)",)
    assert float(rows_of(output, scope="slice", label="LV")[0]["hd95_mm"]) == pytest.approx(1.8)
    found = evaluate_folders(predictions, reference, output, spacing_mm=0.5)
    assert found.notes == ()
    assert float(rows_of(output, scope="slice", label="LV")[0]["hd95_mm"]) == pytest.approx(0.5)


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


def declare(folder: Path, labels: dict[str, int]) -> None:
    (folder / "dataset.json").write_text(json.dumps({"labels": {"background": 0, **labels}}))


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


def test_an_indexed_png_is_scored_by_its_numbers(folders):
    predictions, reference, output = folders
    indexed = Image.fromarray(heart()).convert("P")
    indexed.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0])
    indexed.save(reference / "a.png")
    save_png(predictions / "a.png", heart())
    evaluate_folders(predictions, reference, output)
    assert rows_of(output, scope="slice", label="LV")[0]["dice"] == "1.000000"


def test_a_png_may_be_scored_against_a_flat_nifti(folders):
    predictions, reference, output = folders
    save_nifti(reference / "a.nii.gz", heart(row=10), (1.5, 3.0, 1.0))
    save_png(predictions / "a_mask.png", heart(row=11))
    found = evaluate_folders(predictions, reference, output)
    assert found.problems == ()
    assert float(rows_of(output, scope="slice", label="LV")[0]["hd95_mm"]) == pytest.approx(3.0)


def test_references_may_come_in_a_zip(folders, tmp_path):
    predictions, reference, output = folders
    save_png(predictions / "a_mask.png", heart())
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(save_png(reference / "a.png", heart()), "a.png")
    assert evaluate_folders(predictions, packed, output).problems == ()


def test_folders_that_cannot_be_compared_are_refused(folders, tmp_path):
    predictions, reference, output = folders
    save_png(reference / "a.png", heart())
    with pytest.raises(NotFound, match="is not there"):
        evaluate_folders(tmp_path / "nowhere", reference, output)
    with pytest.raises(BadInput, match="give two folders"):
        evaluate_folders(reference, reference, output)
    with pytest.raises(BadInput, match="no file in .* goes with one in"):
        evaluate_folders(predictions, reference, output)


def test_a_table_that_cannot_be_written_leaves_the_old_one(folders):
    predictions, reference, output = folders
    save_png(reference / "a.png", heart())
    save_png(predictions / "a.png", heart())
    output.mkdir()  # nothing can be renamed onto a folder
    with pytest.raises(StoreUnavailable, match=r"scores\.csv cannot be written"):
        evaluate_folders(predictions, reference, output)
    assert [path.name for path in output.parent.iterdir() if "partial" in path.name] == []


def test_progress_is_told_after_each_pair(folders):
    predictions, reference, output = folders
    for name in "ab":
        save_png(reference / f"{name}.png", heart())
        save_png(predictions / f"{name}.png", heart())
    seen = []
    evaluate_folders(predictions, reference, output, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_series_of_one_slice_has_no_volume_and_one_without_distances_no_millimetres():
    single = score_series(heart()[None], heart()[None], (1.5, 1.5))
    assert single.volume is None
    assert single.pixel_ml is None
    stack = np.stack([heart()] * 2)
    assert score_series(stack, stack, (1.5, 1.5), 8.0).pixel_ml == pytest.approx(0.018)
    unknown = score_series(stack, stack, None)
    assert unknown.volume is not None
    assert unknown.volume[LV].scores.dice == 1
    assert np.isnan(unknown.volume[LV].scores.hd95_mm)


@pytest.mark.real
def test_real_references_against_themselves_are_perfect(real_data, tmp_path):
    reference = real_data / "acdc-volumes" / "patient001"
    predictions = tmp_path / "predictions"
    predictions.mkdir()
    for file in reference.glob("*_gt.nii.gz"):
        shutil.copy(file, predictions / file.name.replace("_gt", "_mask"))
    found = evaluate_folders(predictions, reference, tmp_path / "scores.csv")
    assert found.problems == ()
    means = rows_of(tmp_path / "scores.csv", scope="mean per volume")
    assert len(means) == 5
    for row in means:
        assert float(row["dice"]) == 1
        assert row["hd95_mm"] in ("", "0.000000")
    published = rows_of(tmp_path / "scores.csv", scope="volume", label="LV")[0]
    assert float(published["reference_ml"]) == pytest.approx(295.51, abs=0.01)

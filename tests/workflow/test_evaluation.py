"""Folders of predictions against folders of references, on masks small enough to count."""

import csv
import shutil
import zipfile
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image

from core.errors import BadInput, NotFound, StoreUnavailable
from core.labels import Label, LabelOrder
from core.workflow.evaluation import evaluate_folders, score_series

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


def save_nifti(path: Path, stack: np.ndarray, spacing_mm: tuple[float, ...] = (1.5, 1.25, 8.0)) -> Path:
    """A stack ([phases,] positions, height, width) in the axes of NIfTI: column, row, position, phase."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(stack.T.copy(), np.diag([*spacing_mm[:3], 1]))
    if stack.ndim == 4:
        image.header.set_zooms((*spacing_mm, 30.0))
    nibabel.save(image, path)
    return path


def rows_of(path: Path, **wanted: str) -> list[dict[str, str]]:
    with path.open() as opened:
        rows = list(csv.DictReader(opened))
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


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
    ],
)
def test_files_find_each_other_by_stem(folders, prediction, reference):
    save_png(folders[0] / prediction, heart())
    save_png(folders[1] / reference, heart())
    found = evaluate_folders(*folders)
    assert found.problems == ()
    assert [file.file for file in found.files] == [prediction]


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
        "size_mask.png is 24x30 pixels but its reference size.png is 24x24 pixels; predict on",
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


def test_a_prediction_with_another_pixel_size_is_scored_with_its_references(folders):
    predictions, reference, output = folders
    save_nifti(reference / "a.nii.gz", np.stack([heart(row=10)] * 3), (1.0, 2.0, 8.0))
    save_nifti(predictions / "a.nii.gz", np.stack([heart(row=11)] * 3), (1.0, 1.0, 1.0))
    found = evaluate_folders(predictions, reference, output)
    assert found.notes == ("a.nii.gz has another pixel size than its reference, whose is used",)
    assert float(rows_of(output, scope="volume", label="LV")[0]["hd95_mm"]) == pytest.approx(2.0)


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

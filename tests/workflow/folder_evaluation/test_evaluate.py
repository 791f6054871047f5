"""Folders of predictions against folders of references, on masks small enough to count."""

import shutil
import zipfile

import numpy as np
import pytest

from core.errors import BadInput, NotFound
from core.labels import Label
from core.workflow.folder_evaluation.evaluate import evaluate_folders
from core.workflow.folder_evaluation.scores import score_series
from tests.workflow.folder_evaluation.masks import heart, rows_of, save_png

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE


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
    assert unknown.volume[LV].scores["dice"] == 1
    assert np.isnan(unknown.volume[LV].scores["hd95_mm"])


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

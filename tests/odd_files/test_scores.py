"""Scores of folders as other tools leave them, and of structures that one side or both do not have."""

import csv
import json
import pickle

import numpy as np
import pytest

from tests.imaging.small import HEART, write_png
from tests.odd_files.builders import place, reference, write_nifti, write_placed


@pytest.fixture
def evaluate(lab, septum):
    """Score `predictions` against `reference` in the lab's folder; the exit code, what was said, the rows."""

    def run():
        code, text = septum(
            *("evaluate", "--predictions", lab / "predictions", "--reference", lab / "reference"),
            *("--output", lab / "scores.csv"),
        )
        with (lab / "scores.csv").open() as file:
            return code, text, list(csv.DictReader(file))

    return run


def rows_of(rows, label, scope="slice"):
    return {row["file"]: row for row in rows if row["label"] == label and row["scope"] == scope}


def test_what_nnunet_writes_beside_its_predictions_is_no_prediction(lab, evaluate):
    name = "patient001_frame01"
    for folder in ("predictions", "reference"):
        write_nifti(lab / folder / f"{name}.nii.gz", reference())
    folder = lab / "predictions"
    np.savez(folder / f"{name}.npz", probabilities=np.zeros((4, 3, 24, 20), np.float16))
    (folder / f"{name}.pkl").write_bytes(pickle.dumps({"spacing": [8.0, 1.25, 1.5]}))
    for table in ("plans.json", "dataset.json", "predict_from_raw_data_args.json"):
        (folder / table).write_text(json.dumps({}))
    code, text, rows = evaluate()
    assert code == 0, text
    assert float(rows_of(rows, "LV", "volume")[f"{name}.nii.gz"]["dice"]) == 1
    assert ".npz" not in text
    assert ".pkl" not in text


def test_a_missed_structure_scores_nothing_and_counts_as_missed(lab, evaluate):
    _write_pair(lab, "missed", HEART * 0, HEART)
    _write_pair(lab, "found", HEART, HEART)
    code, text, rows = evaluate()
    assert code == 0, text
    left = rows_of(rows, "LV")
    assert float(left["missed.png"]["dice"]) == 0
    assert (left["missed.png"]["hd95_mm"], left["missed.png"]["missed"]) == ("", "1")
    assert (float(left["found.png"]["dice"]), left["found.png"]["missed"]) == (1, "0")
    (mean,) = [line for line in text.splitlines() if line.split()[:1] == ["LV"]]
    assert mean.split()[1] == "0.500"


def test_a_structure_that_neither_side_has_gets_no_score(lab, evaluate):
    _write_pair(lab, "absent", HEART * 0, HEART * 0)
    _write_pair(lab, "found", HEART, HEART)
    code, text, rows = evaluate()
    assert code == 0, text
    absent = rows_of(rows, "LV")["absent.png"]
    assert (absent["dice"], absent["hd95_mm"], absent["missed"]) == ("", "", "0")
    (mean,) = [line for line in text.splitlines() if line.split()[:1] == ["LV"]]
    assert mean.split()[1] == "1.000"


def test_a_structure_where_there_is_none_scores_nothing_and_is_not_missed(lab, evaluate):
    without = np.where(HEART == 1, 0, HEART).astype(np.uint8)
    _write_pair(lab, "invented", HEART, without)
    _, _, rows = evaluate()
    right = rows_of(rows, "RV")["invented.png"]
    assert (float(right["dice"]), right["missed"]) == (0, "0")


def test_phases_of_the_reference_that_nobody_drew_are_no_scores(lab, evaluate):
    beat = np.stack([reference()] * 4, -1)
    two = beat.copy()
    two[..., 1:3] = 0
    write_nifti(lab / "predictions" / "anna.nii.gz", beat)
    write_nifti(lab / "reference" / "anna.nii.gz", two)
    code, text, rows = evaluate()
    assert code == 0, text
    scored = [row for row in rows if row["label"] == "LV" and row["scope"] == "volume"]
    assert [row["phase"] for row in scored] == ["0", "3"]
    assert all(float(row["dice"]) == 1 for row in scored)
    assert "phase 1, 4 of 4" in text


def test_a_prediction_that_lies_elsewhere_is_refused_and_the_others_are_scored(lab, evaluate):
    for name in ("anna", "bert"):
        write_placed(lab / "reference" / f"{name}.nii.gz", reference(), place())
    write_placed(lab / "predictions" / "anna.nii.gz", reference(), place())
    write_placed(lab / "predictions" / "bert.nii.gz", reference(), place((3.0, 30.0, 5.0)))
    code, text, rows = evaluate()
    assert code == 1
    assert "15.0 mm beside" in text
    assert set(rows_of(rows, "LV", "volume")) == {"anna.nii.gz"}


def _write_pair(lab, name, predicted, wanted):
    write_png(lab / "predictions" / f"{name}.png", predicted)
    write_png(lab / "reference" / f"{name}.png", wanted)

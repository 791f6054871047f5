"""`python -m core evaluate` as a person types it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]


def evaluate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core", "evaluate", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def folders(tmp_path: Path, *, complete: bool) -> list[object]:
    mask = np.zeros((12, 12), np.uint8)
    mask[2:6, 2:6], mask[7:9, 2:6], mask[7:9, 7:9] = 3, 2, 1
    for folder in ("predictions", "reference"):
        (tmp_path / folder).mkdir()
    Image.fromarray(mask).save(tmp_path / "reference" / "cmr1.png")
    Image.fromarray(mask).save(tmp_path / "predictions" / "cmr1_mask.png")
    if not complete:
        Image.fromarray(mask).save(tmp_path / "reference" / "cmr2.png")
    chosen = {"predictions": tmp_path / "predictions", "reference": tmp_path / "reference"}
    return [part for name, path in chosen.items() for part in (f"--{name}", path)]


def test_means_are_shown_and_the_table_is_written(tmp_path):
    found = evaluate(*folders(tmp_path, complete=True), "--output", tmp_path / "new" / "scores.csv")
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "new" / "scores.csv").exists()
    assert [line.split()[:3] for line in found.stdout.splitlines() if line.split()[:1] == ["LV"]] == [
        ["LV", "1.000", "1.000"]
    ]
    assert "1.8 mm assumed" in found.stderr


def test_a_file_without_a_partner_is_named_and_ends_with_1_after_the_rest_was_scored(tmp_path):
    found = evaluate(*folders(tmp_path, complete=False), "--output", tmp_path / "scores.csv")
    assert found.returncode == 1
    assert "cmr2.png has no prediction named cmr2_mask or cmr2" in found.stderr
    assert "cmr1_mask.png" in (tmp_path / "scores.csv").read_text()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--labels", "RV,atrium"], "--labels must be some of RV,Myo,LV"),
        (["--label-order", "acdd"], "--label-order must be acdc or ukbb"),
        (["--predictions", "nowhere"], "nowhere is not there"),
    ],
)
def test_a_wrong_option_is_one_sentence_without_a_traceback(tmp_path, option, words):
    found = evaluate(*folders(tmp_path, complete=True), "--output", tmp_path / "scores.csv", *option)
    assert found.returncode == 1
    assert words in found.stderr
    assert "Traceback" not in found.stderr

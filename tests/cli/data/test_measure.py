"""`measure` as a person types it: a table, a sentence, and the exit code."""

import csv
import json

import pytest

from core.store.database import open_store
from core.store.series.series import add_series
from tests.workflow.hearts.phantom_files import heart, true_figures, write_pair


def test_a_folder_becomes_a_table_and_a_bad_file_a_row_and_code_1(tmp_path, septum):
    write_pair(tmp_path / "in", "p1")
    code, text = septum("measure", tmp_path / "in", "--output", tmp_path / "measures.csv")
    assert code == 0, text
    assert "Wrote 1 patient to" in text
    (tmp_path / "in" / "p2_ED.nii.gz").write_bytes(b"no image")
    code, text = septum("measure", tmp_path / "in", "--output", tmp_path / "measures.csv")
    assert code == 1
    assert "Wrote 2 patients" in text
    assert "1 of them without a figure" in text
    with (tmp_path / "measures.csv").open() as opened:
        rows = list(csv.DictReader(opened))
    assert float(rows[0]["lv_mass_g"]) == pytest.approx(true_figures()["lv_mass_g"], abs=0.1)
    assert (rows[1]["patient"], rows[1]["lv_edv_ml"]) == ("p2", "")
    assert "p2_ED.nii.gz" in rows[1]["notes"]


def test_what_cannot_be_asked_is_told_in_a_sentence(tmp_path, septum):
    code, text = septum("measure", tmp_path / "gone", "--output", tmp_path / "measures.csv")
    assert code == 1
    assert "is not there" in text
    write_pair(tmp_path / "in")
    code, text = septum("measure", tmp_path / "in", "--output", tmp_path / "m.csv", "--label-order", "other")
    assert code == 1
    assert "must be acdc or ukbb" in text


def test_without_a_folder_the_stores_hearts_are_measured(tmp_path, septum):
    add_series(open_store(), heart())
    code, text = septum("measure", "--output", tmp_path / "hearts.json")
    assert code == 0, text
    (found,) = json.loads((tmp_path / "hearts.json").read_text())["hearts"]
    assert found["figures"]["lv_ef_percent"]["value"] == pytest.approx(true_figures()["lv_ef_percent"], abs=0.1)

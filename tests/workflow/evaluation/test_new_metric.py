"""A metric that is added by its formula and its line in the registry is there wherever scores are shown."""

import csv

import numpy as np
import pytest
from PIL import Image

from core.labels import FOREGROUND
from core.metrics.counts import CountArrays
from core.metrics.overlap import formula, ratio
from core.metrics.registry import METRICS, Metric
from core.records.slices import SliceRow
from core.workflow.evaluation import comparison, distributions, model_scores, summary, worst_slices
from core.workflow.folder_evaluation.evaluate import evaluate_folders
from tests.workflow.scores import Draw, add_model, same, score_as, shifted, without_rv
from tests.workflow.small import HEART, cine, stored

RV, MYO, LV = FOREGROUND


@formula
def volumetric_similarity(counts: CountArrays) -> np.ndarray:
    """1 - difference of the sizes over their sum; NaN where neither mask has the label."""
    both = 2 * counts.tp + counts.fp + counts.fn
    return ratio(both - np.abs(counts.fp - counts.fn), both)


@pytest.fixture
def similarity(monkeypatch) -> str:
    """The metric's key, while it is registered."""
    metric = Metric("volumetric_similarity", "Volumetric similarity", from_counts=volumetric_similarity)
    monkeypatch.setitem(METRICS, metric.key, metric)
    return metric.key


@pytest.fixture
def rows(home) -> list[SliceRow]:
    """One slice with a reference of each of ten patients."""
    return [row for seed in range(10) for row in stored(cine(f"p{seed}", 1, 1, masked=True, seed=seed))]


def scored(rows: list[SliceRow], draw: Draw, name: str = "model") -> model_scores.ModelScores:
    """The scores of a model that draws so."""
    model_id = add_model(name)
    score_as(model_id, rows, draw)
    found = model_scores.load_model_scores(model_id)
    assert found is not None
    return found


def test_it_is_in_the_summary_the_comparison_and_the_worst_slices(rows, similarity):
    good, bad = scored(rows, shifted, "good"), scored(rows, without_rv, "bad")
    by_part = {row.part: row.means[similarity] for row in summary.summary(bad)}
    assert (by_part[RV].value, by_part[LV].value, by_part[LV].n) == (0.0, 1.0, 10)
    assert by_part[None].value == pytest.approx(2 / 3)
    compared = comparison.compare(good, bad)
    assert compared is not None
    assert list(compared.metrics)[-1] == similarity
    assert compared.metrics[similarity].cells[RV].difference.mean == 1.0
    assert compared.metrics[similarity].sentence().startswith("Volumetric similarity: better on RV by 1.000")
    assert [spread.part for spread in distributions.spreads(good, similarity)] == list(FOREGROUND)
    assert worst_slices.worst_slices(bad, similarity, RV)[0].value == 0.0


def test_it_is_a_column_of_the_csv_files(similarity, tmp_path):
    for folder, mask in (("reference", HEART), ("predictions", np.where(HEART == RV, 0, HEART))):
        (tmp_path / folder).mkdir()
        Image.fromarray(mask.astype(np.uint8)).save(tmp_path / folder / "a.png")
    evaluate_folders(tmp_path / "predictions", tmp_path / "reference", tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open() as opened:
        rows = [row for row in csv.DictReader(opened) if row["scope"] == "slice"]
    assert {row["label"]: row[similarity] for row in rows} == {
        "RV": "0.000000", "Myo": "1.000000", "LV": "1.000000", "Heart": "0.666667",
        "Background": rows[-1][similarity],
    }  # fmt: skip
    assert next(row for row in rows if row["label"] == "Heart")[f"n_{similarity}"] == "3"


def test_what_was_scored_before_it_was_added_has_it_too(rows, request):
    found = scored(rows, same)
    key = request.getfixturevalue("similarity")
    assert found.values(key)[:, LV].tolist() == [1.0] * 10
    assert found.label_means(key)[LV].n == 10

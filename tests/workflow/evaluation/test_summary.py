"""Dashboards say of a model what core.metrics says, slice by slice and together."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.labels import FOREGROUND, Label
from core.metrics.registry import METRICS
from core.metrics.statistics.averages import average
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.masks import masks
from core.workflow.evaluation import distributions, model_calibration, model_scores, summary
from core.workflow.evaluation.distributions import Where
from core.workflow.evaluation.summary import Per
from tests.workflow.scores import add_model, nothing, same, score_as, shifted, slice_scores, without_rv
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")
RV, MYO, LV = FOREGROUND


def two_patients() -> tuple[int, model_scores.ModelScores]:
    """A model that shifts the masks of anna (6 slices) and misses the RV of bert (1 slice)."""
    model_id = add_model()
    score_as(model_id, stored(cine("anna", masked=True, split=Split.TEST)), shifted)
    score_as(model_id, stored(cine("bert", 1, 1, masked=True, split=Split.TEST, seed=1)), without_rv)
    found = model_scores.load_model_scores(model_id, Split.TEST)
    assert found is not None
    return model_id, found


@pytest.mark.parametrize("per", list(Per))
def test_means_are_those_of_the_command_line_and_of_promotion(per):
    model_id, found = two_patients()
    units = slice_scores(model_id, Split.TEST)
    groups = [unit.slice.patient for unit in units] if per is Per.PATIENT else None
    expected = {one.label: one for one in average([unit.labels for unit in units], groups)}
    for row in summary.summary(found, per):
        theirs = expected[row.part]
        assert (row.missed, row.invented) == (theirs.missed, theirs.invented)
        for metric in METRICS:
            ours = row.means[metric]
            assert ours.n == theirs.means[metric].n
            assert ours.value == pytest.approx(theirs.means[metric].value, nan_ok=True)


def test_intervals_stand_around_the_means_of_the_table():
    _, found = two_patients()
    means = {row.part: row.means["dice"] for row in summary.summary(found)}
    for part, interval in summary.intervals(found, "dice").items():
        assert interval.mean == pytest.approx(means[part].value)
        assert interval.low <= interval.mean <= interval.high


def test_a_perfect_model_is_perfect_everywhere():
    model_id = add_model()
    score_as(model_id, stored(cine(masked=True)), same)
    found = model_scores.load_model_scores(model_id)
    heart = summary.summary(found)[3]
    assert (heart.part, heart.means["dice"].value, heart.means["hd95_mm"].value) == (None, 1.0, 0.0)
    percent, pixels = summary.confusion_percent(found)
    assert percent == np.diag([100.0] * 4).tolist()
    assert np.array(pixels).sum() == 6 * HEART.size
    assert all(spread.at(0) == spread.at(1) == 1.0 for spread in distributions.spreads(found, "dice"))


def test_a_label_that_is_never_found_has_no_distance_and_dice_zero():
    model_id = add_model()
    score_as(model_id, stored(cine(masked=True)), nothing)
    found = model_scores.load_model_scores(model_id)
    row = summary.summary(found)[0]
    assert (row.part, row.means["dice"].value, row.missed) == (RV, 0.0, 6)
    assert row.means["hd95_mm"].n == 0
    assert distributions.spreads(found, "hd95_mm") == []


def test_the_mean_of_a_slice_leaves_out_labels_that_are_not_there():
    model_id = add_model()
    series = cine(n_positions=1, n_phases=1, masked=True)
    only_lv = np.where(HEART == 3, 3, 0).astype(np.uint8)
    score_as(model_id, stored(replace(series, slices=(replace(series.slices[0], mask=only_lv),))), same)
    found = model_scores.load_model_scores(model_id)
    assert found.heart("dice").tolist() == [1.0]
    assert math.isnan(found.values("dice")[0, RV])


def test_scores_of_a_truth_that_has_changed_do_not_count():
    model_id = add_model()
    rows = stored(cine(masked=True))
    score_as(model_id, rows, same)
    before = model_scores.stamp(model_id)
    masks.save_version(
        open_store(),
        rows[0].id,
        np.zeros_like(HEART),
        origin=Origin.READER,
        author="ann",
        parent_id=rows[0].newest_version_id,
        status=Status.APPROVED,
    )
    assert len(model_scores.load_model_scores(model_id)) == 5
    assert model_scores.waiting(model_id, None) == 1
    assert model_scores.stamp(model_id) != before


def test_positions_in_the_heart_are_judged_from_the_whole_series_even_where_few_are_scored():
    model_id = add_model()
    rows = stored(cine(n_positions=6, n_phases=1, masked=True))
    score_as(model_id, rows[:1], same)
    found = model_scores.load_model_scores(model_id)
    assert found.levels.tolist() == ["basal"]
    means = distributions.group_means(found, "dice", Where.LEVEL)
    assert [(one.group, one.part, one.interval.n) for one in means] == [
        ("base", label, 1) for label in FOREGROUND
    ]


def test_area_groups_hold_every_slice_once_and_grow():
    model_id, store_rows = add_model(), []
    for size in range(1, 41):
        mask = np.zeros((24, 20), np.uint8)
        mask.ravel()[: 5 * size] = 3
        series = cine(f"p{size}", 1, 1, masked=True, seed=size)
        store_rows += stored(replace(series, slices=(replace(series.slices[0], mask=mask),)))
    score_as(model_id, store_rows, same)
    groups = distributions.area_groups(model_scores.load_model_scores(model_id), "dice")
    assert {group.label for group in groups} == {LV}
    assert sum(group.n for group in groups) == 40
    areas = [group.area_cm2 for group in groups]
    assert areas == sorted(areas)
    assert areas[0] == pytest.approx(np.median([5, 10, 15, 20]) * 1.8**2 / 100)


def test_probabilities_that_are_said_too_low_show_in_the_calibration():
    model_id = add_model()
    score_as(model_id, stored(cine(masked=True)), same)
    chosen, *labels = model_calibration.calibrations(model_id, None)
    assert chosen.mean_accuracy == 1.0
    assert chosen.mean_confidence == pytest.approx(0.85, abs=1e-6)
    assert chosen.error == pytest.approx(0.15, abs=1e-6)
    assert [one.part for one in labels] == list(FOREGROUND)
    assert sum(chosen.pixels) == sum(labels[0].pixels)


def test_models_with_scores_come_first():
    empty, full = add_model("empty"), add_model("full")
    score_as(full, stored(cine(masked=True)), same)
    newest = add_model("newest")
    found = model_scores.model_choices()
    assert [(one.model.id, one.has_scores) for one in found] == [
        (full, True),
        (newest, False),
        (empty, False),
    ]
    assert model_scores.load_model_scores(empty) is None


def test_background_stands_apart():
    _, found = two_patients()
    rows = summary.summary(found)
    assert [row.part for row in rows] == [*FOREGROUND, None, Label.BACKGROUND]
    assert rows[-1].means["dice"].n == 7

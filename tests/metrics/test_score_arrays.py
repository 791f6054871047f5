"""Columns of scores say exactly what the scores of each slice say."""

import math

import numpy as np
import pytest

from core.labels import Label
from core.metrics.counts import count, counts_of
from core.metrics.registry import DISTANCES, METRICS
from core.metrics.score_arrays import ScoreArrays
from core.metrics.scores import score_masks


def columns_of(pairs) -> ScoreArrays:
    """Columns of (reference, prediction) pairs at 1.5 x 1 mm."""
    distances = []
    for pair in pairs:
        scores = {item.label: item.scores for item in score_masks(*pair, (1.5, 1.0))}
        distances.append([[scores[label][metric] for label in Label] for metric in DISTANCES])
    return ScoreArrays(np.array([count(*pair) for pair in pairs]), np.array(distances))


@pytest.fixture
def pairs():
    """Random masks, and pairs in which one, the other or both lack a label."""
    random = np.random.default_rng(0)
    found = [tuple(random.integers(0, 4, (2, 7, 6)).astype(np.uint8)) for _ in range(20)]
    empty, full = np.zeros((7, 6), np.uint8), np.full((7, 6), 3, np.uint8)
    return [*found, (empty, empty), (empty, full), (full, empty), (full, full)]


def test_columns_agree_with_the_scores_of_each_slice_to_the_last_bit(pairs):
    arrays = columns_of(pairs)
    values = {metric: arrays.values(metric) for metric in METRICS}
    for index, pair in enumerate(pairs):
        for theirs in score_masks(*pair, (1.5, 1.0)):
            assert counts_of(arrays.confusions[index], theirs.label) == theirs.counts
            for metric in METRICS:
                one, other = values[metric][index, theirs.label], theirs.scores[metric]
                assert one == other or (math.isnan(one) and math.isnan(other)), (metric, theirs.label)


def test_areas_are_counted_by_side(pairs):
    found = columns_of(pairs)
    for index, (reference, prediction) in enumerate(pairs):
        assert found.reference[index].tolist() == np.bincount(reference.ravel(), minlength=4).tolist()
        assert found.prediction[index].tolist() == np.bincount(prediction.ravel(), minlength=4).tolist()


def test_no_slices_have_no_scores():
    empty = ScoreArrays(np.zeros((0, 4, 4), np.int64), np.zeros((0, 2, 4)))
    assert len(empty) == 0
    assert empty.values("dice").shape == (0, 4)


def test_columns_of_other_shapes_and_unknown_metrics_are_refused(pairs):
    with pytest.raises(ValueError, match="distances_mm must have shape"):
        ScoreArrays(np.zeros((1, 4, 4), np.int64), np.zeros((1, 4)))
    with pytest.raises(ValueError, match="metric must be one of"):
        columns_of(pairs).values("f1")

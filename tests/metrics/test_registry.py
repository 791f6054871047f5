"""A metric comes from counts or from distances, and everything that is scored has all of them."""

import math

import numpy as np
import pytest

from core.labels import Label
from core.metrics import overlap, surface
from core.metrics.registry import DISTANCES, METRICS, Metric
from core.metrics.scores import score_masks


def test_the_key_of_a_metric_is_that_of_its_line():
    assert all(key == metric.key for key, metric in METRICS.items())
    assert len({metric.title for metric in METRICS.values()}) == len(METRICS)


def test_distances_are_stored_in_the_order_in_which_earlier_versions_stored_them():
    assert DISTANCES[:2] == ("hd95_mm", "mean_surface_distance_mm")
    assert all(METRICS[key].from_distances and METRICS[key].unit == "mm" for key in DISTANCES)


@pytest.mark.parametrize(
    "sources",
    [{}, {"from_counts": overlap.dice, "from_distances": surface.hausdorff95_mm}],
    ids=["neither", "both"],
)
def test_a_metric_of_no_source_or_of_two_is_refused(sources):
    with pytest.raises(ValueError, match="from counts or from distances"):
        Metric("half", "Half", **sources)


def test_two_masks_have_every_score_and_nan_where_one_does_not_exist():
    truth, guess = np.array([[3, 3, 0]]), np.array([[3, 1, 0]])
    for found in score_masks(truth, guess, (1, 1)):
        assert list(found.scores) == list(METRICS)
    myocardium = score_masks(truth, guess, (1, 1))[Label.MYOCARDIUM].scores
    assert [key for key, value in myocardium.items() if not math.isnan(value)] == ["accuracy"]

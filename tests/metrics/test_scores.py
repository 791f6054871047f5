"""All scores of a slice or volume at once, and how long that takes."""

import math
import time

import numpy as np
import pytest

from core.labels import FOREGROUND, Label
from core.metrics.registry import METRICS
from core.metrics.scores import score_masks


def heart(shape: tuple[int, int], centre: tuple[float, float], radius: float) -> np.ndarray:
    """LV within myocardium, RV beside it, as pixels within circles."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    away = np.hypot(rows - centre[0], columns - centre[1])
    beside = np.hypot(rows - centre[0], columns - centre[1] + 1.6 * radius)
    mask = np.zeros(shape, np.uint8)
    mask[beside < radius] = Label.RIGHT_VENTRICLE
    mask[away < radius] = Label.MYOCARDIUM
    mask[away < 0.6 * radius] = Label.LEFT_VENTRICLE
    return mask


def test_background_comes_first_and_the_asked_labels_follow():
    mask = heart((40, 40), (20, 22), 8)
    assert [found.label for found in score_masks(mask, mask, (1, 1))] == [Label.BACKGROUND, *FOREGROUND]
    only = score_masks(mask, mask, (1, 1), [Label.LEFT_VENTRICLE])
    assert [found.label for found in only] == [Label.BACKGROUND, Label.LEFT_VENTRICLE]


def test_equal_masks_are_perfect_and_background_has_no_distance():
    mask = heart((40, 40), (20, 22), 8)
    background, *labels = score_masks(mask, mask, (1, 1))
    assert background.scores["dice"] == 1
    assert math.isnan(background.scores["hd95_mm"])
    for found in labels:
        assert [found.scores[metric] for metric in METRICS] == [1, 1, 1, 1, 1, 0, 0]


def test_a_missed_label_has_dice_0_and_no_distance():
    reference = heart((40, 40), (20, 22), 8)
    prediction = np.where(reference == Label.RIGHT_VENTRICLE, 0, reference)
    missed = score_masks(reference, prediction, (1, 1))[Label.RIGHT_VENTRICLE]
    assert missed.counts.missed
    assert missed.scores["dice"] == 0
    assert math.isnan(missed.scores["hd95_mm"])


def test_without_a_spacing_there_are_overlaps_but_no_distances():
    mask = heart((40, 40), (20, 22), 8)
    found = score_masks(mask, mask, None)[Label.LEFT_VENTRICLE].scores
    assert found["dice"] == 1
    assert math.isnan(found["mean_surface_distance_mm"])


def test_a_volume_is_pooled_not_averaged():
    reference, prediction = np.zeros((2, 2, 4, 4), np.uint8)
    reference[0, :3, :3], prediction[0, :3, :3] = 3, 3  # 9 of 9 found
    reference[1, 0, 0] = 3  # 0 of 1 found
    assert score_masks(reference, prediction, (8, 1, 1))[3].scores["dice"] == pytest.approx(2 * 9 / 19)


def test_a_slice_of_256_pixels_is_scored_within_a_blink():
    reference, prediction = heart((256, 256), (128, 130), 30), heart((256, 256), (130, 128), 31)
    times = []
    for _ in range(15):
        start = time.perf_counter()
        score_masks(reference, prediction, (1.4, 1.4))
        times.append(time.perf_counter() - start)
    assert min(times) < 0.030  # the fastest, since the machine may be busy with other things

"""All scores of each label on one slice or volume, from counts and outlines measured once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.counts import Counts, count, counts_of
from core.metrics.registry import METRICS, Metric
from core.metrics.surface import SurfaceDistances, surface_distances


@dataclass(frozen=True)
class LabelScore:
    """Counts and scores of one label on one slice or volume."""

    label: Label
    counts: Counts
    scores: Mapping[str, float]  # by METRICS; NaN where a score does not exist, as distances of background


def score_masks(
    reference: np.ndarray,
    prediction: np.ndarray,
    spacing_mm: Sequence[float] | None,
    labels: Sequence[Label] = FOREGROUND,
) -> tuple[LabelScore, ...]:
    """Return the scores of background and of each of the labels, in this order.

    Args:
        reference: uint8 labels, (height, width) or (positions, height, width).
        prediction: uint8 labels of the same shape.
        spacing_mm: pixel size along each axis; None where it is unknown, then there are no distances.
        labels: those that the reference knows; leave out what its readers never drew.
    """
    confusion = count(reference, prediction)
    scored = []
    for label in (Label.BACKGROUND, *labels):
        counts = counts_of(confusion, label)
        distances = None
        # Where a mask lacks the label there is no distance: skip the search for outlines.
        if (
            spacing_mm is not None
            and label is not Label.BACKGROUND
            and counts.reference
            and counts.prediction
        ):
            distances = surface_distances(reference == label, prediction == label, spacing_mm)
        scored.append(LabelScore(label, counts, scores_of(counts, distances)))
    return tuple(scored)


def scores_of(counts: Counts, distances: SurfaceDistances | None) -> dict[str, float]:
    """Return every one of METRICS that the counts, and distances where they were measured, give; else NaN."""
    return {key: _score(metric, counts, distances) for key, metric in METRICS.items()}


def _score(metric: Metric, counts: Counts, distances: SurfaceDistances | None) -> float:
    if metric.from_counts is not None:
        return metric.from_counts(counts)
    return metric.from_distances(distances) if metric.from_distances and distances else math.nan

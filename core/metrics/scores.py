"""All scores of one label on one slice or volume, from counts and outlines measured once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics import overlap
from core.metrics.counts import Counts, count, counts_of
from core.metrics.surface import (
    SurfaceDistances,
    hausdorff95_mm,
    mean_surface_distance_mm,
    surface_distances,
)


@dataclass(frozen=True)
class Scores:
    """What is said about one label; NaN where a score does not exist."""

    dice: float
    iou: float
    accuracy: float
    precision: float
    recall: float
    hd95_mm: float  # also NaN for background, whose outline is the heart's
    mean_surface_distance_mm: float


@dataclass(frozen=True)
class LabelScore:
    """Counts and scores of one label on one slice or volume."""

    label: Label
    counts: Counts
    scores: Scores


METRICS = tuple(field.name for field in fields(Scores))


def score_masks(
    reference: np.ndarray,
    prediction: np.ndarray,
    spacing_mm: Sequence[float] | None,
    labels: Sequence[Label] = FOREGROUND,
) -> tuple[LabelScore, ...]:
    """Score background and each of the labels.

    Args:
        reference: uint8 labels, (height, width) or (positions, height, width).
        prediction: uint8 labels of the same shape.
        spacing_mm: pixel size along each axis; None where it is unknown, then there are no distances.
        labels: those that the reference knows; leave out what its readers never drew.
    """
    confusion = count(reference, prediction)
    found = []
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
        found.append(LabelScore(label, counts, scores_of(counts, distances)))
    return tuple(found)


def scores_of(counts: Counts, distances: SurfaceDistances | None) -> Scores:
    """Every score that the counts, and distances where they were measured, give."""
    return Scores(
        dice=overlap.dice(counts),
        iou=overlap.iou(counts),
        accuracy=overlap.accuracy(counts),
        precision=overlap.precision(counts),
        recall=overlap.recall(counts),
        hd95_mm=hausdorff95_mm(distances) if distances else math.nan,
        mean_surface_distance_mm=mean_surface_distance_mm(distances) if distances else math.nan,
    )

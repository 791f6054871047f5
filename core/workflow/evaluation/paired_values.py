"""The values of two models on the same slices, where one of them may have none."""

import numpy as np

from core.metrics.registry import METRICS
from core.workflow.evaluation.model_scores import ModelScores

OVERLAPS = ("dice", "iou")  # which exist unless the label is in neither mask
NOTHING_DRAWN_RIGHTLY = 1.0  # overlap, of a slice, where the other model invented the label


def values_beside(ours: ModelScores, theirs: ModelScores, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a metric's values by both models, (slices, 4) each.

    There is no distance to a label that was missed, and leaving out its slice for one of the two alone would
    make that one look better: distances are of the slices where both have one.
    """
    one, other = ours.values(key), theirs.values(key)
    if not METRICS[key].from_distances:
        return one, other
    both = np.isfinite(one) & np.isfinite(other)
    return np.where(both, one, np.nan), np.where(both, other, np.nan)


def completed(ours: np.ndarray, theirs: np.ndarray, value: float) -> tuple[np.ndarray, np.ndarray]:
    """Return both (slices, 4) with the value where only the other one has a score."""
    has, had = np.isfinite(ours), np.isfinite(theirs)
    return np.where(had & ~has, value, ours), np.where(has & ~had, value, theirs)


def slice_differences(ours: np.ndarray, theirs: np.ndarray, key: str) -> np.ndarray:
    """Return how far the two differ on each slice and label, (slices, 4); NaN where neither has a score.

    Of overlaps, a model that rightly drew nothing where the other invented the label has all of it right.
    """
    if key in OVERLAPS:
        ours, theirs = completed(ours, theirs, NOTHING_DRAWN_RIGHTLY)
    return ours - theirs

"""Scores of many slices as columns: the same divisions as for one slice, thousands in a millisecond."""

from dataclasses import dataclass

import numpy as np

from core.labels import Label
from core.metrics.counts import N_LABELS, counts_of
from core.metrics.scores import METRICS, LabelScore, Scores

DISTANCES = ("hd95_mm", "mean_surface_distance_mm")  # in the order of the distances below


@dataclass(frozen=True, eq=False)
class ScoreColumns:
    """Confusion matrices and distances of n slices; every score follows from them."""

    confusions: np.ndarray  # (n, 4, 4) int64, row the reference's label, column the prediction's
    distances_mm: np.ndarray  # (n, 2, 4) float64 in the order of DISTANCES; NaN where there is none

    def __post_init__(self) -> None:
        n = len(self.confusions)
        for name, found, expected in (
            ("confusions", self.confusions.shape, (n, N_LABELS, N_LABELS)),
            ("distances_mm", self.distances_mm.shape, (n, len(DISTANCES), N_LABELS)),
        ):
            if found != expected:
                raise ValueError(f"{name} must have shape {expected}, got {found}")

    def __len__(self) -> int:
        return len(self.confusions)

    @property
    def reference(self) -> np.ndarray:
        """Pixels of each label in the references, (n, 4)."""
        return self.confusions.sum(axis=2)

    @property
    def prediction(self) -> np.ndarray:
        """Pixels of each label in the predictions, (n, 4)."""
        return self.confusions.sum(axis=1)

    def values(self, metric: str) -> np.ndarray:
        """One of METRICS of each slice and label, (n, 4) float64; NaN where it does not exist."""
        if metric in DISTANCES:
            return self.distances_mm[:, DISTANCES.index(metric)]
        if metric not in METRICS:
            raise ValueError(f"metric must be one of {', '.join(METRICS)}, got {metric}")
        tp = np.einsum("nll->nl", self.confusions)
        reference, prediction = self.reference, self.prediction
        if metric == "dice":
            return _divide(2 * tp, reference + prediction)
        if metric == "iou":
            return _divide(tp, reference + prediction - tp)
        if metric == "precision":
            return _divide(tp, prediction)
        if metric == "recall":
            return _divide(tp, reference)
        pixels = reference.sum(axis=1, keepdims=True)
        return _divide(pixels - reference - prediction + 2 * tp, np.broadcast_to(pixels, tp.shape))

    def of_slice(self, index: int) -> tuple[LabelScore, ...]:
        """The scores of one slice, as `core.metrics.scores.score_masks` gives them."""
        return self.of_slices()[index]

    def of_slices(self) -> list[tuple[LabelScore, ...]]:
        """The scores of every slice, as `core.metrics.scores.score_masks` gives them."""
        columns = np.stack([self.values(metric) for metric in METRICS], axis=2).tolist()
        return [
            tuple(
                LabelScore(label, counts_of(confusion, label), Scores(*columns[index][label]))
                for label in Label
            )
            for index, confusion in enumerate(self.confusions)
        ]


def _divide(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    found = np.full(part.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found

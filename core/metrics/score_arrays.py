"""Scores of many slices as arrays: the same formulas as for one slice, thousands in a millisecond."""

from dataclasses import dataclass

import numpy as np

from core.metrics.counts import N_LABELS, CountArrays
from core.metrics.registry import DISTANCES, METRICS


@dataclass(frozen=True, eq=False)
class ScoreArrays:
    """Confusion matrices and distances of n slices; every score follows from them."""

    confusions: np.ndarray  # (n, 4, 4) int64, row the reference's label, column the prediction's
    distances_mm: np.ndarray  # (n, 2, 4) float64 in the order of DISTANCES; NaN where there is none

    def __post_init__(self) -> None:
        n = len(self.confusions)
        for name, shape, expected in (
            ("confusions", self.confusions.shape, (n, N_LABELS, N_LABELS)),
            ("distances_mm", self.distances_mm.shape, (n, len(DISTANCES), N_LABELS)),
        ):
            if shape != expected:
                raise ValueError(f"{name} must have shape {expected}, got {shape}")

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
        if metric not in METRICS:
            raise ValueError(f"metric must be one of {', '.join(METRICS)}, got {metric}")
        from_counts = METRICS[metric].from_counts
        if from_counts is None:
            return self.distances_mm[:, DISTANCES.index(metric)]
        return from_counts(CountArrays.of(self.confusions))

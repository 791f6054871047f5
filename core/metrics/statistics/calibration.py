"""Whether probabilities mean what they say: counts by confidence, which add up over slices, divided later."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.labels import Label

N_BINS = 15  # as Guo et al. use
MARGIN = 5  # pixels around the heart in which a network may still be in doubt


@dataclass(frozen=True, eq=False)
class Reliability:
    """Pixels by equal-width bins of probability over (0, 1]; sums, so that tables of slices add."""

    pixels: np.ndarray  # (bins,) int64
    right: np.ndarray  # (bins,) int64, pixels where what was said is so
    probability: np.ndarray  # (bins,) float64, sum of the probabilities said

    def __add__(self, other: "Reliability") -> "Reliability":
        if len(self.pixels) != len(other.pixels):
            raise ValueError(f"tables must have equal bins, got {len(self.pixels)} and {len(other.pixels)}")
        return Reliability(
            self.pixels + other.pixels, self.right + other.right, self.probability + other.probability
        )


@dataclass(frozen=True)
class ReliabilityRow:
    """One bin of a reliability diagram; means are NaN where no pixel fell into it."""

    low: float
    high: float
    pixels: int
    confidence: float  # mean probability said
    accuracy: float  # share that was so


def measure_reliability(
    probabilities: np.ndarray,
    reference: np.ndarray,
    *,
    label: Label | None = None,
    where: np.ndarray | None = None,
    n_bins: int = N_BINS,
) -> Reliability:
    """Return the counts of one slice by bins of probability.

    Args:
        probabilities: (4, height, width), sum 1 over the first axis.
        reference: (height, width) labels.
        label: the probability of this label against its presence; None takes the chosen label of each pixel.
        where: (height, width) bool, the pixels to count; background far from the heart is always sure and
            right and hides what matters, so count around the heart too.
        n_bins: equal-width bins; a probability on an edge belongs to the lower bin.
    """
    if probabilities.shape[1:] != reference.shape:
        raise ValueError(f"probabilities {probabilities.shape} do not fit the reference {reference.shape}")
    if label is None:
        said = probabilities.max(axis=0)
        so = probabilities.argmax(axis=0) == reference
    else:
        said, so = probabilities[label], reference == label
    chosen = np.ones(reference.shape, bool) if where is None else where
    said, so = said[chosen].astype(float), so[chosen]
    bins = np.clip(np.ceil(said * n_bins).astype(np.intp) - 1, 0, n_bins - 1)
    return Reliability(
        np.bincount(bins, minlength=n_bins),
        np.bincount(bins[so], minlength=n_bins),
        np.bincount(bins, weights=said, minlength=n_bins),
    )


def near_heart(reference: np.ndarray, prediction: np.ndarray, margin: int = MARGIN) -> np.ndarray:
    """(height, width) bool: the box around the heart of both masks, and so many pixels more on every side.

    >>> near_heart(np.diag([0, 3, 0, 0]), np.zeros((4, 4), int), margin=1).sum()
    np.int64(9)
    """
    heart = (reference > 0) | (prediction > 0)
    near = np.zeros(heart.shape, bool)
    if heart.any():
        rows, columns = np.flatnonzero(heart.any(axis=1)), np.flatnonzero(heart.any(axis=0))
        top, left = max(0, rows[0] - margin), max(0, columns[0] - margin)
        near[top : rows[-1] + margin + 1, left : columns[-1] + margin + 1] = True
    return near


def total(tables: Iterable[Reliability], n_bins: int = N_BINS) -> Reliability:
    """Return the sum of the tables of many slices."""
    empty = np.zeros(n_bins, np.int64)
    return sum(tables, Reliability(empty, empty, np.zeros(n_bins)))


def expected_calibration_error(table: Reliability) -> float:
    """Return the mean distance of confidence from accuracy, weighed by pixels; NaN over no pixel.

    Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    pixels = int(table.pixels.sum())
    return float(np.abs(table.right - table.probability).sum() / pixels) if pixels else math.nan


def reliability_rows(table: Reliability) -> list[ReliabilityRow]:
    """Return the reliability diagram, bin by bin."""
    edges = np.linspace(0, 1, len(table.pixels) + 1)
    rows = []
    for index, pixels in enumerate(int(value) for value in table.pixels):
        confidence = float(table.probability[index] / pixels) if pixels else math.nan
        accuracy = float(table.right[index] / pixels) if pixels else math.nan
        rows.append(
            ReliabilityRow(float(edges[index]), float(edges[index + 1]), pixels, confidence, accuracy)
        )
    return rows

"""Two models on the same slices: what is better, by how much, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.comparison import Difference, in_words, paired_difference
from core.metrics.scores import METRICS
from core.metrics.summary import bootstrap_mean_of_means
from core.workflow.scored import HIGHER_IS_BETTER, NAMES, UNITS, Scored

BINS = 31  # of a distribution of differences; odd, so that one is around 0


@dataclass(frozen=True)
class MetricDifference:
    """Candidate minus baseline in one metric."""

    metric: str
    by_label: Mapping[Label, Difference]
    heart: Difference  # mean of the labels' means
    sentence: str  # what it shows, in words
    low: tuple[float, ...]  # left edges of the bins of a slice's difference, mean over its labels
    high: tuple[float, ...]
    n_slices: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """Two models on the slices that both were scored on."""

    n_slices: int
    n_patients: int
    metrics: Mapping[str, MetricDifference]


def compare(candidate: Scored, baseline: Scored, metrics: tuple[str, ...] = METRICS) -> Comparison | None:
    """Compare slice by slice, resampling whole patients; None where the two share no slice."""
    shared, ours, theirs = np.intersect1d(candidate.slices.ids, baseline.slices.ids, return_indices=True)
    if not len(shared):
        return None
    patients = candidate.slices.patients[ours].tolist()
    return Comparison(
        n_slices=len(shared),
        n_patients=len(set(patients)),
        metrics={
            metric: _difference(
                metric, candidate.values(metric)[ours], baseline.values(metric)[theirs], patients
            )
            for metric in metrics
        },
    )


def _difference(metric: str, ours: np.ndarray, theirs: np.ndarray, patients: list[str]) -> MetricDifference:
    by_label = {
        label: paired_difference(ours[:, label].tolist(), theirs[:, label].tolist(), patients)
        for label in FOREGROUND
    }
    differences = (ours - theirs)[:, list(FOREGROUND)]
    mean = bootstrap_mean_of_means(differences, patients)
    left_out = sum(one.left_out for one in by_label.values())
    present = np.isfinite(differences)
    per_slice = np.where(present, differences, 0).sum(axis=1)[present.any(axis=1)]
    per_slice = per_slice / present.sum(axis=1)[present.any(axis=1)]
    reach = float(np.abs(per_slice).max()) if len(per_slice) else 0.0
    counts, edges = np.histogram(per_slice, BINS, (-(reach or 1.0), reach or 1.0))
    told = "slices of a single patient cannot tell which of the two is better"
    if len(set(patients)) > 1:
        told = in_words(by_label, higher_is_better=HIGHER_IS_BETTER[metric], unit=UNITS[metric])
    return MetricDifference(
        metric=metric,
        by_label=by_label,
        heart=Difference(mean.mean, mean.low, mean.high, mean.n, left_out),
        sentence=f"{NAMES[metric]}: {told}.",
        low=tuple(edges[:-1].tolist()),
        high=tuple(edges[1:].tolist()),
        n_slices=tuple(counts.tolist()),
    )

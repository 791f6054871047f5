"""How good a model is: every metric of every label with intervals, and which label is taken for which."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.registry import METRICS
from core.metrics.statistics.bootstrap import Interval, bootstrap_mean, bootstrap_mean_of_means
from core.metrics.statistics.means import Mean, mean_of_means, mean_of_present, mean_per_group
from core.workflow.evaluation.model_scores import ModelScores, Part

Intervals = Mapping[Part, Interval]


class Per(StrEnum):
    """What counts once in a mean."""

    SLICE = "slice"
    PATIENT = "patient"


@dataclass(frozen=True)
class SummaryRow:
    """Means of one label."""

    part: Part
    means: Mapping[str, Mean]  # by METRICS
    missed: int  # slices whose reference has the label and whose prediction has not
    invented: int  # the other way round


def summary(scored: ModelScores, per: Per = Per.SLICE) -> list[SummaryRow]:
    """Return the means of every metric by label, then of the heart, then of background."""
    missed = (scored.scores.reference > 0) & (scored.scores.prediction == 0)
    invented = (scored.scores.reference == 0) & (scored.scores.prediction > 0)
    columns = {metric: scored.values(metric) for metric in METRICS}
    rows = {}
    for label in Label:
        means = {metric: _mean(values[:, label], scored, per) for metric, values in columns.items()}
        rows[label] = SummaryRow(label, means, int(missed[:, label].sum()), int(invented[:, label].sum()))
    hearts = [rows[label] for label in FOREGROUND]
    heart = SummaryRow(
        None,
        {metric: mean_of_means([row.means[metric] for row in hearts]) for metric in METRICS},
        sum(row.missed for row in hearts),
        sum(row.invented for row in hearts),
    )
    return [*hearts, heart, rows[Label.BACKGROUND]]


def intervals(scored: ModelScores, metric: str) -> Intervals:
    """Return the mean over the slices of each label and of the heart, with intervals over patients."""
    groups = scored.slices.patients.tolist()
    values = scored.values(metric)
    by_part: dict[Part, Interval] = {
        label: bootstrap_mean(values[:, label].tolist(), groups) for label in FOREGROUND
    }
    by_part[None] = bootstrap_mean_of_means(values[:, list(FOREGROUND)], groups)
    return by_part


def confusion_percent(scored: ModelScores) -> tuple[list[list[float]], list[list[int]]]:
    """Return (percent of each true label's pixels, pixels), both (4, 4): row truth, column prediction."""
    pixels = scored.scores.confusions.sum(axis=0)
    rows = pixels.sum(axis=1, keepdims=True)
    percent = np.divide(100 * pixels, rows, out=np.full(pixels.shape, np.nan), where=rows > 0)
    return percent.tolist(), pixels.tolist()


def _mean(values: np.ndarray, scored: ModelScores, per: Per) -> Mean:
    if per is Per.SLICE:
        return mean_of_present(values.tolist())
    return mean_per_group(values.tolist(), scored.slices.patients.tolist())

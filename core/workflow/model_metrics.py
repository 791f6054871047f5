"""How good a model is: means with intervals, distributions, confusions, and where in the heart it fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.calibration import expected_calibration_error, reliability_rows
from core.metrics.places import Beat, Third
from core.metrics.scores import METRICS
from core.metrics.summary import (
    Interval,
    Mean,
    bootstrap_mean,
    bootstrap_mean_of_means,
    mean_of_means,
    mean_of_present,
    mean_per_group,
)
from core.records import Split
from core.store import scores
from core.store.database import open_store
from core.workflow.scored import Scored

Part = Label | None  # None is the heart: the mean of its labels
Intervals = Mapping[Part, Interval]
STEPS = 101  # of a cumulative distribution
AREA_GROUPS = 10  # of equally many slices
FEWEST = 3  # slices of a group from which a spread is told
MOST_POINTS = 300  # of single slices in a chart


class Per(StrEnum):
    """What counts once in a mean."""

    SLICE = "slice"
    PATIENT = "patient"


class Where(StrEnum):
    """What scores can be told apart by."""

    THIRD = "position"
    BEAT = "phase"


@dataclass(frozen=True)
class SummaryRow:
    """Means of one label."""

    part: Part
    means: Mapping[str, Mean]  # by the names in METRICS
    missed: int  # slices whose reference has the label and whose prediction has not
    invented: int  # the other way round


@dataclass(frozen=True)
class Spread:
    """How a metric of one label is distributed over slices."""

    part: Part
    n: int
    quantiles: tuple[float, ...]  # at STEPS equal steps from 0 to 1

    def at(self, share: float) -> float:
        """The value that this share of the slices does not exceed, such as 0.5 for the median."""
        return self.quantiles[round(share * (STEPS - 1))]


@dataclass(frozen=True)
class GroupMean:
    """Mean of a metric of one label in one group, with its bootstrap interval over patients."""

    group: str
    part: Part
    interval: Interval


@dataclass(frozen=True)
class AreaGroup:
    """How a metric fares on slices in which the label has about this area."""

    label: Label
    area_cm2: float  # median
    lower: float  # quartile of the metric
    median: float
    upper: float
    n: int


@dataclass(frozen=True)
class Calibration:
    """Whether probabilities of a label mean what they say, near the heart."""

    part: Part  # None is the chosen label, whichever it is
    error: float  # expected calibration error
    mean_confidence: float  # over all pixels
    mean_accuracy: float
    confidence: tuple[float, ...]  # mean of each bin with pixels
    accuracy: tuple[float, ...]
    pixels: tuple[int, ...]


def summary(scored: Scored, per: Per = Per.SLICE) -> list[SummaryRow]:
    """Every metric of every label, the heart, and background apart."""
    missed = (scored.scores.reference > 0) & (scored.scores.prediction == 0)
    invented = (scored.scores.reference == 0) & (scored.scores.prediction > 0)
    columns = {metric: scored.values(metric) for metric in METRICS}
    found = {}
    for label in Label:
        means = {metric: _mean(values[:, label], scored, per) for metric, values in columns.items()}
        found[label] = SummaryRow(label, means, int(missed[:, label].sum()), int(invented[:, label].sum()))
    hearts = [found[label] for label in FOREGROUND]
    heart = SummaryRow(
        None,
        {metric: mean_of_means([row.means[metric] for row in hearts]) for metric in METRICS},
        sum(row.missed for row in hearts),
        sum(row.invented for row in hearts),
    )
    return [*hearts, heart, found[Label.BACKGROUND]]


def intervals(scored: Scored, metric: str) -> Intervals:
    """Mean over the slices with its bootstrap interval over patients, for each label and the heart."""
    groups = scored.slices.patients.tolist()
    values = scored.values(metric)
    found: dict[Part, Interval] = {
        label: bootstrap_mean(values[:, label].tolist(), groups) for label in FOREGROUND
    }
    found[None] = bootstrap_mean_of_means(values[:, list(FOREGROUND)], groups)
    return found


def spreads(scored: Scored, metric: str) -> list[Spread]:
    """Distribution of a metric over the slices that have it, label by label."""
    values = scored.values(metric)
    found = []
    for label in FOREGROUND:
        present = values[np.isfinite(values[:, label]), label]
        if len(present):
            steps = np.quantile(present, np.linspace(0, 1, STEPS)).tolist()
            found.append(Spread(label, len(present), tuple(steps)))
    return found


def confusion_percent(scored: Scored) -> tuple[list[list[float]], list[list[int]]]:
    """(percent of each true label's pixels, pixels), both (4, 4): row the truth, column the prediction."""
    pixels = scored.scores.confusions.sum(axis=0)
    rows = pixels.sum(axis=1, keepdims=True)
    percent = np.divide(100 * pixels, rows, out=np.full(pixels.shape, np.nan), where=rows > 0)
    return percent.tolist(), pixels.tolist()


def group_means(scored: Scored, metric: str, where: Where) -> list[GroupMean]:
    """Means of a metric by position or phase in the heart."""
    names, order = (scored.thirds, tuple(Third)) if where is Where.THIRD else (scored.beats, tuple(Beat))
    values = scored.values(metric)
    found = []
    for name in order:
        chosen = names == name
        patients = scored.slices.patients[chosen].tolist()
        for label in FOREGROUND:
            column = values[chosen, label]
            if np.isfinite(column).any():
                found.append(GroupMean(str(name), label, bootstrap_mean(column.tolist(), patients)))
    return found


def area_groups(scored: Scored, metric: str) -> list[AreaGroup]:
    """How a metric depends on the label's area in the reference, in groups of equally many slices."""
    areas = scored.scores.reference * scored.pixel_cm2[:, None]
    values = scored.values(metric)
    found = []
    for label in FOREGROUND:
        usable = np.flatnonzero(np.isfinite(values[:, label]) & (areas[:, label] > 0))
        usable = usable[np.argsort(areas[usable, label], kind="stable")]
        groups = min(AREA_GROUPS, len(usable) // FEWEST)
        for part in np.array_split(usable, groups) if groups else []:
            lower, median, upper = np.quantile(values[part, label], (0.25, 0.5, 0.75)).tolist()
            area = float(np.median(areas[part, label]))
            found.append(AreaGroup(label, area, lower, median, upper, len(part)))
    return found


def calibrations(model_id: int, split: Split | None) -> list[Calibration]:
    """Reliability of a model's probabilities: of the chosen label, then label by label."""
    tables = scores.load_reliability(open_store(), model_id, split)
    parts: Sequence[Part] = (None, *FOREGROUND)
    found = []
    for part, table in zip(parts, tables, strict=True):
        rows = [row for row in reliability_rows(table) if row.pixels]
        n = max(int(table.pixels.sum()), 1)
        found.append(
            Calibration(
                part,
                expected_calibration_error(table),
                float(table.probability.sum()) / n,
                float(table.right.sum()) / n,
                tuple(row.confidence for row in rows),
                tuple(row.accuracy for row in rows),
                tuple(row.pixels for row in rows),
            )
        )
    return found


def _mean(values: np.ndarray, scored: Scored, per: Per) -> Mean:
    if per is Per.SLICE:
        return mean_of_present(values.tolist())
    return mean_per_group(values.tolist(), scored.slices.patients.tolist())

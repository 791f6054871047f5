"""How the scores of a model spread over slices, and whether they depend on place, phase or size."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.location import LEVEL_TITLES, PHASE_TITLES
from core.metrics.statistics.bootstrap import Interval, bootstrap_mean
from core.workflow.evaluation.model_scores import ModelScores, Part

STEPS = 101  # of a cumulative distribution
AREA_GROUPS = 10  # of equally many slices
MIN_IN_GROUP = 3  # slices from which a spread is given


class Where(StrEnum):
    """What scores can be grouped by."""

    LEVEL = "position"
    PHASE = "phase"


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

    group: str  # its title
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


def spreads(scored: ModelScores, metric: str) -> list[Spread]:
    """Return the distribution of a metric over the slices that have it, label by label."""
    values = scored.values(metric)
    distributions = []
    for label in FOREGROUND:
        present = values[np.isfinite(values[:, label]), label]
        if len(present):
            steps = np.quantile(present, np.linspace(0, 1, STEPS)).tolist()
            distributions.append(Spread(label, len(present), tuple(steps)))
    return distributions


def group_means(scored: ModelScores, metric: str, where: Where) -> list[GroupMean]:
    """Return the means of a metric by position or phase in the heart."""
    at_level = where is Where.LEVEL
    names, titles = (
        (scored.levels, LEVEL_TITLES.items()) if at_level else (scored.cardiac_phases, PHASE_TITLES.items())
    )
    values = scored.values(metric)
    means = []
    for name, title in titles:
        chosen = names == name
        patients = scored.slices.patients[chosen].tolist()
        for label in FOREGROUND:
            column = values[chosen, label]
            if np.isfinite(column).any():
                means.append(GroupMean(title, label, bootstrap_mean(column.tolist(), patients)))
    return means


def area_groups(scored: ModelScores, metric: str) -> list[AreaGroup]:
    """Return how a metric depends on the label's area in the reference, in groups of equally many slices."""
    areas = scored.scores.reference * scored.pixel_cm2[:, None]
    values = scored.values(metric)
    by_area = []
    for label in FOREGROUND:
        usable = np.flatnonzero(np.isfinite(values[:, label]) & (areas[:, label] > 0))
        usable = usable[np.argsort(areas[usable, label], kind="stable")]
        groups = min(AREA_GROUPS, len(usable) // MIN_IN_GROUP)
        for part in np.array_split(usable, groups) if groups else []:
            lower, median, upper = np.quantile(values[part, label], (0.25, 0.5, 0.75)).tolist()
            area = float(np.median(areas[part, label]))
            by_area.append(AreaGroup(label, area, lower, median, upper, len(part)))
    return by_area

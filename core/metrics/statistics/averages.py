"""Scores of many slices, volumes or patients as means by label; what kind of mean is the caller's to name."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from core.labels import FOREGROUND, Label
from core.metrics.registry import METRICS
from core.metrics.scores import LabelScore
from core.metrics.statistics.means import Mean, mean_of_means, mean_of_present, mean_per_group


@dataclass(frozen=True)
class Average:
    """Means of one label's scores, each saying over how many; label None is the heart."""

    label: Label | None
    means: Mapping[str, Mean]  # by METRICS
    n: int  # slices, volumes or patients that were looked at
    missed: int  # of the slices or volumes: the reference has the label, the prediction has not
    invented: int  # the other way round


def average(
    units: Sequence[Sequence[LabelScore]], groups: Sequence[Hashable] | None = None
) -> tuple[Average, ...]:
    """Return the averages of each heart label, of the heart, which is the mean of them, and of background.

    Args:
        units: the scores of each slice, or of each volume; never both at once.
        groups: each unit's patient, for means over patients of the mean within each.
    """
    by_label: dict[Label, list[LabelScore | None]] = {}
    for unit in units:
        for score in unit:
            by_label.setdefault(score.label, [])
    for label, column in by_label.items():
        column.extend(next((score for score in unit if score.label == label), None) for unit in units)
    n = len(units) if groups is None else len(set(groups))
    averages = {label: _average_of(label, column, groups, n) for label, column in by_label.items()}
    heart = [averages[label] for label in FOREGROUND if label in averages]
    together = Average(
        label=None,
        means={metric: mean_of_means([one.means[metric] for one in heart]) for metric in METRICS},
        n=n,
        missed=sum(one.missed for one in heart),
        invented=sum(one.invented for one in heart),
    )
    background = [averages[Label.BACKGROUND]] if Label.BACKGROUND in averages else []
    return (*heart, together, *background)


def heart_means(unit: Sequence[LabelScore]) -> dict[str, Mean]:
    """Means over the heart labels of one slice or volume, each over the labels that have the score."""
    heart = [score for score in unit if score.label in FOREGROUND]
    return {metric: mean_of_present(score.scores[metric] for score in heart) for metric in METRICS}


def _average_of(
    label: Label, column: Sequence[LabelScore | None], groups: Sequence[Hashable] | None, n: int
) -> Average:
    known = [score for score in column if score is not None]
    means = {}
    for metric in METRICS:
        values = [score.scores[metric] if score else float("nan") for score in column]
        means[metric] = mean_of_present(values) if groups is None else mean_per_group(values, groups)
    return Average(
        label=label,
        means=means,
        n=n,
        missed=sum(score.counts.missed for score in known),
        invented=sum(score.counts.invented for score in known),
    )

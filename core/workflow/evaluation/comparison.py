"""Two models on the same slices: what is better, by how much, and how sure that is.

There is no other: the Models page, the Metrics page and the gate of a promotion show these numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND
from core.metrics.registry import METRICS
from core.metrics.statistics.comparison import (
    MIN_PATIENTS,
    Difference,
    in_words,
    n_groups,
    paired_difference,
)
from core.metrics.statistics.means import label_means, mean_of_means, slice_means
from core.text import plural
from core.workflow.evaluation.model_scores import PARTS, ModelScores, Part
from core.workflow.evaluation.paired_values import slice_differences, values_beside

SHARE_DIGITS, OTHER_DIGITS = 3, {"mm": 1}  # after the point; 2 in any other unit
NOTEWORTHY_SHARE, NOTEWORTHY_SIZE = 0.01, 1.0  # on one slice; in mm, ml, cm²
BINS = 31  # of a distribution of differences; odd, so that one is around 0


@dataclass(frozen=True)
class Cell:
    """One metric of one label, or of the heart, in both models."""

    candidate: float  # mean over the slices that have it, NaN where none has
    baseline: float
    difference: Difference  # candidate minus baseline


@dataclass(frozen=True)
class MetricComparison:
    """One metric of two models: label by label, over the heart, and slice by slice."""

    key: str
    title: str
    unit: str
    higher_is_better: bool
    n_patients: int  # that have the score
    cells: Mapping[Part, Cell]
    low: tuple[float, ...]  # left edges of the bins of a slice's difference, mean over its labels
    high: tuple[float, ...]
    n_slices: tuple[int, ...]  # in each bin
    changes: tuple[float, ...]  # of the slices that have the score, mean over their labels

    @property
    def digits(self) -> int:
        """After the point, of its values."""
        return OTHER_DIGITS.get(self.unit, 2) if self.unit else SHARE_DIGITS

    @property
    def noteworthy(self) -> float:
        """By how much a slice has to change to be counted."""
        return NOTEWORTHY_SIZE if self.unit else NOTEWORTHY_SHARE

    @property
    def n_changed(self) -> tuple[int, int]:
        """How many slices got better and worse by a noteworthy amount."""
        risen = sum(change >= self.noteworthy for change in self.changes)
        fallen = sum(change <= -self.noteworthy for change in self.changes)
        return (risen, fallen) if self.higher_is_better else (fallen, risen)

    def is_shown(self, part: Part) -> bool:
        """Whether the two differ there, also in the digits that are printed."""
        return self.cells[part].difference.shown_in(self.digits)

    def sentence(self) -> str:
        """What the differences show, in words."""
        if self.n_patients < MIN_PATIENTS:
            verb = "is" if self.n_patients == 1 else "are"
            return (
                f"{self.title}: {plural(self.n_patients, 'patient')} {verb} too few to tell which of the two "
                f"is better; it takes {MIN_PATIENTS}."
            )
        words = in_words(
            {part: self.cells[part].difference for part in PARTS},
            higher_is_better=self.higher_is_better,
            unit=self.unit,
            digits=self.digits,
        )
        return f"{self.title}: {words}."


@dataclass(frozen=True)
class Comparison:
    """Two models on the slices that both were scored on."""

    n_slices: int
    n_patients: int
    metrics: Mapping[str, MetricComparison]


def compare(
    candidate: ModelScores, baseline: ModelScores, metrics: Sequence[str] | None = None
) -> Comparison | None:
    """Return how two models differ on the slices that both were scored on; None where they share none.

    Args:
        candidate: scores of the one model.
        baseline: scores of the one that it is held against.
        metrics: keys of core.metrics.registry; None means all.
    """
    shared = on_shared_slices(candidate, baseline)
    return None if shared is None else compare_shared(*shared, METRICS if metrics is None else metrics)


def compare_shared(ours: ModelScores, theirs: ModelScores, metrics: Iterable[str]) -> Comparison:
    """Return how two models differ by some keys of METRICS, on the same slices in one order."""
    return Comparison(
        n_slices=len(ours),
        n_patients=ours.n_patients,
        metrics={
            key: compare_values(
                *values_beside(ours, theirs, key),
                ours.slices.patients.tolist(),
                key=key,
                title=METRICS[key].title,
                unit=METRICS[key].unit,
                higher_is_better=METRICS[key].higher_is_better,
            )
            for key in metrics
        },
    )


def on_shared_slices(ours: ModelScores, theirs: ModelScores) -> tuple[ModelScores, ModelScores] | None:
    """Return both models' scores of the slices that both have, in one order; None where there are none."""
    shared, mine, other = np.intersect1d(ours.slices.ids, theirs.slices.ids, return_indices=True)
    return (ours.where(mine), theirs.where(other)) if len(shared) else None


def compare_values(
    ours: np.ndarray,
    theirs: np.ndarray,
    patients: Sequence[str],
    *,
    key: str,
    title: str,
    unit: str,
    higher_is_better: bool,
) -> MetricComparison:
    """Return how one metric differs, from (slices, 4) values by both models on the same slices.

    Whole patients (slices,) are drawn for the intervals.
    """
    means, others = label_means(ours), label_means(theirs)
    heart = list(FOREGROUND)
    scored = (np.isfinite(ours) | np.isfinite(theirs))[:, heart].any(axis=1)
    cells: dict[Part, Cell] = {
        label: Cell(
            means[label].value,
            others[label].value,
            paired_difference(ours[:, label], theirs[:, label], patients),
        )
        for label in FOREGROUND
    }
    cells[None] = Cell(
        mean_of_means(list(means.values())).value,
        mean_of_means(list(others.values())).value,
        paired_difference(ours[:, heart], theirs[:, heart], patients),
    )
    per_slice = slice_means(slice_differences(ours, theirs, key))
    per_slice = per_slice[np.isfinite(per_slice)]
    reach = float(np.abs(per_slice).max(initial=0)) or 1.0
    counts, edges = np.histogram(per_slice, BINS, (-reach, reach))
    return MetricComparison(
        key=key,
        title=title,
        unit=unit,
        higher_is_better=higher_is_better,
        n_patients=n_groups(patients, scored),
        cells=cells,
        low=tuple(edges[:-1].tolist()),
        high=tuple(edges[1:].tolist()),
        n_slices=tuple(counts.tolist()),
        changes=tuple(per_slice.tolist()),
    )

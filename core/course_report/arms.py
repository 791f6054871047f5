"""What trainings came to: the counts of predicted slices, and the trainings of one setting with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.course_report.record import RunRecord, SliceScore, columns_of
from core.labels import Label
from core.metrics.counts import count
from core.metrics.registry import DISTANCES
from core.metrics.scores import score_masks
from core.metrics.statistics.bootstrap import Interval, crossed_mean
from core.metrics.statistics.means import mean_of_present, slice_means
from core.network.predict import Predictor
from core.recipes.training import TrainConfig
from core.training.data import LabelledSlice


@dataclass(frozen=True)
class Arm:
    """One setting with all its trainings that have ended."""

    label: str
    records: tuple[RunRecord, ...]  # by seed
    split: str = "validation"  # or test

    @property
    def seeds(self) -> tuple[int, ...]:
        """Those that are done."""
        return tuple(record.config.seed for record in self.records)

    @property
    def patients(self) -> list[str]:
        """Of each scored slice."""
        return [score.patient for score in self.scores(self.records[0])]

    @property
    def epochs(self) -> float:
        """Mean number until it stopped."""
        return mean_of_present(len(record.epochs) for record in self.records).value

    @property
    def minutes(self) -> float:
        """Mean time of a training."""
        return mean_of_present(record.seconds / 60 for record in self.records).value

    def scores(self, record: RunRecord) -> tuple[SliceScore, ...]:
        """Of the split that is looked at."""
        return record.validation if self.split == "validation" else record.test

    def values(self, metric: str, label: Label | None = None) -> np.ndarray:
        """(seeds, slices) of a metric; without a label the mean over the heart labels that a slice has."""
        rows = []
        for record in self.records:
            columns = columns_of(self.scores(record)).values(metric)
            rows.append(slice_means(columns) if label is None else columns[:, label])
        return np.stack(rows)

    def interval(self, metric: str, label: Label | None = None) -> Interval:
        """The mean with its 95 % interval over seeds and patients."""
        return crossed_mean(self.values(metric, label), self.patients)

    def each(self, metric: str = "dice") -> list[float]:
        """The mean over the slices of each training."""
        return [mean_of_present(row).value for row in self.values(metric).tolist()]


@dataclass(frozen=True)
class ArmDifference:
    """One setting minus another, on the seeds and slices that both have."""

    interval: Interval
    by_seed: tuple[float, ...]

    @property
    def shown(self) -> bool:
        """Whether the interval leaves 0 out and every seed says the same; never by a single seed."""
        if len(self.by_seed) < 2:
            return False
        one_way = all(value > 0 for value in self.by_seed) or all(value < 0 for value in self.by_seed)
        return one_way and (self.interval.low > 0 or self.interval.high < 0)


def arm_of(label: str, records: Sequence[RunRecord], config: TrainConfig, split: str = "validation") -> Arm:
    """The trainings of one configuration, whatever their seed; without scores they are left out."""
    same = [record for record in records if replace(record.config, seed=config.seed) == config]
    arm = Arm(label, tuple(sorted(same, key=lambda record: record.config.seed)), split)
    return replace(arm, records=tuple(record for record in arm.records if arm.scores(record)))


def difference(ours: Arm, theirs: Arm, metric: str = "dice") -> ArmDifference | None:
    """Paired by seed and slice; None where they share no seed."""
    shared = sorted(set(ours.seeds) & set(theirs.seeds))
    if not shared:
        return None
    one, other = (
        replace(arm, records=tuple(record for record in arm.records if record.config.seed in shared)).values(
            metric
        )
        for arm in (ours, theirs)
    )
    by_seed = tuple(mean_of_present(row).value for row in (one - other).tolist())
    return ArmDifference(crossed_mean(one - other, ours.patients), by_seed)


def score(predictor: Predictor, slices: Sequence[LabelledSlice]) -> tuple[SliceScore, ...]:
    """Predict slices, unvaried and on their own grid, and count what all scores follow from."""
    predictions = predictor.predict([item.pixels for item in slices], [item.spacing_mm for item in slices])
    scored = []
    for item, prediction in zip(slices, predictions, strict=True):
        scores = score_masks(item.mask, prediction.mask, item.spacing_mm)
        confusion = count(item.mask, prediction.mask)
        distances = tuple(tuple(one.scores[name] for one in scores) for name in DISTANCES)
        rows = tuple(tuple(row) for row in confusion.tolist())
        scored.append(SliceScore(item.name, item.patient, rows, distances))
    return tuple(scored)

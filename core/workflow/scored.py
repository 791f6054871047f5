"""What a model scored on slices, and where in the heart these lie: every chart of metrics starts here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import NotFound
from core.labels import FOREGROUND
from core.metrics.columns import ScoreColumns
from core.metrics.places import beats, thirds
from core.metrics.scores import METRICS
from core.records import ModelRow, Split
from core.store import models, scores
from core.store.database import open_store
from core.store.slice_columns import SeriesFacts, SliceColumns, masked_slices, masks_stamp, series_facts

NAMES = {
    "dice": "Dice",
    "iou": "IoU",
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "hd95_mm": "HD95",
    "mean_surface_distance_mm": "Mean surface distance",
}
UNITS = {metric: "mm" if metric.endswith("_mm") else "" for metric in METRICS}
HIGHER_IS_BETTER = {metric: not metric.endswith("_mm") for metric in METRICS}


@dataclass(frozen=True, eq=False)
class Scored:
    """n slices with their scores, in the order of the slices' ids."""

    model: ModelRow
    split: Split | None  # None means all
    slices: SliceColumns
    scores: ScoreColumns
    thirds: np.ndarray  # (n,) str, values of core.metrics.places.Third
    beats: np.ndarray  # (n,) str, values of core.metrics.places.Beat
    series: Mapping[int, SeriesFacts]

    def __len__(self) -> int:
        return len(self.slices)

    @property
    def n_patients(self) -> int:
        """How many patients the slices are of."""
        return len(set(self.slices.patients))

    @property
    def pixel_cm2(self) -> np.ndarray:
        """Area of a pixel of each slice, (n,) cm²; NaN where nobody knows its size."""
        known, member = np.unique(self.slices.series_ids, return_inverse=True)
        sizes = np.array([self.series[one].pixel_cm2 or np.nan for one in known.tolist()])
        return sizes[member] if len(sizes) else np.zeros(0)

    def values(self, metric: str) -> np.ndarray:
        """One of METRICS of each slice and label, (n, 4); NaN where it does not exist."""
        return self.scores.values(metric)

    def heart(self, metric: str) -> np.ndarray:
        """Mean of the metric over the heart labels of each slice that have it, (n,); NaN where none has."""
        values = self.values(metric)[:, list(FOREGROUND)]
        present = np.isfinite(values)
        n = present.sum(axis=1)
        total = np.where(present, values, 0).sum(axis=1)
        return np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)


@dataclass(frozen=True)
class Choice:
    """A model that can be looked at."""

    model: ModelRow
    n_scored: int  # slices it was ever scored on


def scored_choices() -> list[Choice]:
    """All models of the store, those with scores first, the active one before the others, newest first."""
    store = open_store()
    counts = scores.count_scores_ever(store)
    found = [Choice(model, counts.get(model.id, 0)) for model in models.list_models(store)]
    return sorted(found, key=lambda one: (one.n_scored == 0, not one.model.active, -one.model.id))


def unit_of(metric: str) -> str:
    """Unit of one of METRICS; "" for a share."""
    return UNITS[metric]


def waiting(model_id: int, split: Split | None) -> int:
    """How many slices of the split somebody vouches for and the model has no score on."""
    return scores.count_to_score(open_store(), model_id, (split,) if split else ())


def stamp(model_id: int) -> str:
    """Changes whenever anything that `load_scored` reads of this model may have changed; quickly told."""
    store = open_store()
    return f"{masks_stamp(store)} {scores.scores_stamp(store, model_id)}"


def load_scored(model_id: int, split: Split | None = None) -> Scored | None:
    """The scores of a model on a split; None where there is none.

    Raises:
        NotFound: when there is no such model.
    """
    store = open_store()
    with store.snapshot():  # else slices could go between one query and the next
        model = models.model_row(store, model_id)
        stored = scores.load_scores(store, model_id, split)
        if not len(stored.slice_ids):
            return None
        everything, series = masked_slices(store, split), series_facts(store)
    counted = np.isin(stored.slice_ids, everything.ids)
    if not counted.all():
        missing = stored.slice_ids[~counted][0]
        raise NotFound(
            f"slice {missing} has a score but no count of its mask; `verify` tells what is damaged"
        )
    places = np.searchsorted(everything.ids, stored.slice_ids)
    # Places in the heart are judged from all masks of a series, also those without a score.
    by_third = thirds(everything.series_ids, everything.positions, everything.pixels)[places]
    by_beat = beats(everything.series_ids, everything.phases, everything.pixels)[places]
    return Scored(
        model=model,
        split=split,
        slices=everything.where(places),
        scores=stored.columns,
        thirds=by_third,
        beats=by_beat,
        series=series,
    )

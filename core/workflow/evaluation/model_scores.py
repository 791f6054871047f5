"""The scores of one model on slices, and where in the heart these lie: charts of metrics start here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.errors import NotFound
from core.labels import FOREGROUND, Label
from core.metrics.location import cardiac_phases, slice_levels
from core.metrics.score_arrays import ScoreArrays
from core.metrics.statistics.means import Mean, label_means, slice_means
from core.records.models import ModelRow
from core.records.slices import Split
from core.store.database import open_store
from core.store.models import models
from core.store.slices import scores
from core.store.slices.slice_arrays import (
    SeriesFacts,
    SliceColumns,
    masked_slices,
    masks_stamp,
    series_facts,
)

Part = Label | None  # None is the heart: the mean of its labels
PARTS: tuple[Part, ...] = (*FOREGROUND, None)


@dataclass(frozen=True, eq=False)
class ModelScores:
    """n slices with their scores, in the order of the slices' ids."""

    model: ModelRow
    split: Split | None  # None means all
    slices: SliceColumns
    scores: ScoreArrays
    levels: np.ndarray  # (n,) str, values of core.metrics.location.SliceLevel
    cardiac_phases: np.ndarray  # (n,) str, values of core.metrics.location.CardiacPhase
    series: Mapping[int, SeriesFacts]
    stamp: str  # another text whenever any of it may have changed

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

    def where(self, chosen: np.ndarray) -> "ModelScores":
        """Only the slices that are chosen, by a bool each or by their indices."""
        return replace(
            self,
            slices=self.slices.where(chosen),
            scores=ScoreArrays(self.scores.confusions[chosen], self.scores.distances_mm[chosen]),
            levels=self.levels[chosen],
            cardiac_phases=self.cardiac_phases[chosen],
        )

    def values(self, metric: str) -> np.ndarray:
        """A metric of core.metrics.registry of each slice and label, (n, 4); NaN where it does not exist."""
        return self.scores.values(metric)

    def heart(self, metric: str) -> np.ndarray:
        """Mean of the metric over the heart labels of each slice that have it, (n,); NaN where none has."""
        return slice_means(self.values(metric))

    def label_means(self, metric: str) -> dict[Label, Mean]:
        """Mean of the metric of each heart label over the slices that have it."""
        return label_means(self.values(metric))


@dataclass(frozen=True)
class ModelChoice:
    """A model that can be looked at."""

    model: ModelRow
    has_scores: bool  # of any slice, also against a truth that has changed


def model_choices() -> list[ModelChoice]:
    """Return all models: those with scores first, the active one before the others, newest first."""
    store = open_store()
    scored = scores.models_with_scores(store)
    choices = [ModelChoice(model, model.id in scored) for model in models.list_models(store)]
    return sorted(choices, key=lambda one: (not one.has_scores, not one.model.active, -one.model.id))


def waiting(model_id: int, split: Split | None) -> int:
    """Return how many slices of the split somebody vouches for and the model has no score on."""
    return scores.count_to_score(open_store(), model_id, (split,) if split else ())


def stamp(*model_ids: int) -> str:
    """Return a text that changes whenever what `load_model_scores` reads of the models may have; cheap."""
    store = open_store()
    return " ".join([masks_stamp(store), *(scores.scores_stamp(store, number) for number in model_ids)])


def load_model_scores(model_id: int, split: Split | None = None) -> ModelScores | None:
    """Return the scores of a model on a split; None where there is none.

    Raises:
        NotFound: when there is no such model.
    """
    store = open_store()
    with store.snapshot():  # else slices could go between one query and the next
        model, current = models.model_row(store, model_id), stamp(model_id)
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
    indices = np.searchsorted(everything.ids, stored.slice_ids)
    # Where in the heart a slice lies is judged from all masks of its series, also those without a score.
    levels = slice_levels(everything.series_ids, everything.places, everything.pixels)
    phases = cardiac_phases(everything.series_ids, everything.phases, everything.pixels)
    return ModelScores(
        model=model,
        split=split,
        slices=everything.where(indices),
        scores=stored.columns,
        levels=levels[indices],
        cardiac_phases=phases[indices],
        series=series,
        stamp=current,
    )

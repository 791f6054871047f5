"""Scores without a network: a model that draws what a test wants it to draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import Label
from core.metrics.counts import counts_of
from core.metrics.registry import METRICS
from core.metrics.scores import LabelScore
from core.records.masks import Prediction
from core.records.slices import SliceRow, Split
from core.store.database import open_store
from core.store.masks.masks import newest_versions
from core.store.models import models
from core.store.slices.scores import load_scores, save_scores
from core.store.slices.slices import slices_by_id
from core.workflow.evaluation.score_model import score_slice

Draw = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class ScoredSlice:
    """One slice with what a model scored on it, background first."""

    slice: SliceRow
    version_id: int  # the truth it was scored against
    labels: tuple[LabelScore, ...]


def slice_scores(model_id: int, split: Split | None = None) -> list[ScoredSlice]:
    """What is kept of a model, slice by slice in the order of their ids; no split means all."""
    store = open_store()
    kept = load_scores(store, model_id, split)
    rows = slices_by_id(store, kept.slice_ids.tolist())
    values = {metric: kept.columns.values(metric) for metric in METRICS}
    return [
        ScoredSlice(
            rows[slice_id],
            version_id,
            tuple(
                LabelScore(
                    label,
                    counts_of(kept.columns.confusions[index], label),
                    {metric: values[metric][index, label] for metric in METRICS},
                )
                for label in Label
            ),
        )
        for index, (slice_id, version_id) in enumerate(
            zip(kept.slice_ids.tolist(), kept.version_ids.tolist(), strict=True)
        )
    ]


def add_model(name: str = "drawn") -> int:
    """A model that has no checkpoint; only its scores are looked at."""
    row = models.register_model(open_store(), name=name, sha256=name, path=name, card="{}")
    return row.id


def score_as(model_id: int, rows: Sequence[SliceRow], draw: Draw) -> None:
    """Let the model draw on the truth of each slice, quite sure of itself, and keep its scores."""
    store = open_store()
    truths = newest_versions(store, [row.id for row in rows])
    found = []
    for row in rows:
        mask = draw(truths[row.id].mask).astype(np.uint8)
        probabilities = np.full((len(Label), *mask.shape), 0.05, np.float32)
        np.put_along_axis(probabilities, mask[None].astype(np.intp), 0.85, axis=0)
        found.append(
            score_slice(
                row, truths[row.id].id, truths[row.id].mask, Prediction(mask, probabilities, mask[None])
            )
        )
    save_scores(store, model_id, found)


def same(mask: np.ndarray) -> np.ndarray:
    """Draw the truth."""
    return mask


def nothing(mask: np.ndarray) -> np.ndarray:
    """Draw no heart at all."""
    return np.zeros_like(mask)


def shifted(mask: np.ndarray) -> np.ndarray:
    """Draw everything a row too low."""
    return np.roll(mask, 1, axis=0)


def without_rv(mask: np.ndarray) -> np.ndarray:
    """Miss the right ventricle."""
    return np.where(mask == Label.RIGHT_VENTRICLE, Label.BACKGROUND, mask)

"""Candidates and the active model with scores that a test knows: the truth, spoilt in a chosen way."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.labels import Label
from core.records.masks import Prediction
from core.records.models import ModelRow
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices import scores
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.evaluation.score_model import score_slice
from core.workflow.models.registry import active_model, register
from core.workflow.people import Reader
from tests.workflow.hearts import add_hearts
from tests.workflow.small import save_model

ANNA, BERTA, CARL = (Reader(name, signed_in=True) for name in ("anna", "berta", "carl"))
Spoil = Callable[[np.ndarray], np.ndarray]


def perfect(mask: np.ndarray) -> np.ndarray:
    return mask


def without(label: Label, rows: int) -> Spoil:
    """Miss so many of the label's rows, from the top."""

    def spoil(mask: np.ndarray) -> np.ndarray:
        spoilt = mask.copy()
        first = np.flatnonzero((mask == label).any(axis=1))[:rows]
        here = np.zeros(mask.shape, bool)
        here[first] = True
        spoilt[here & (mask == label)] = 0
        return spoilt

    return spoil


def mixed(spoils: list[Spoil]) -> Spoil:
    """The slices one after the other spoilt in their own ways."""
    turn = iter(range(10**6))
    return lambda mask: spoils[next(turn) % len(spoils)](mask)


def candidate(home: Path, name: str, seed: int = 7) -> ModelRow:
    return register(open_store(), save_model(home.parent / f"{name}.safetensors", name, seed))


def score_as(model: ModelRow, spoil: Spoil, *splits: Split) -> None:
    """Let the model have said the truth, spoilt in a way that the test knows."""
    store, found = open_store(), []
    for row in list_slices(store, Filter(splits=splits or (Split.VALIDATION, Split.TEST)), limit=None):
        truth = masks.newest_version(store, row.id)
        said = spoil(truth.mask)
        probabilities = np.stack([said == label for label in Label]).astype(np.float32)
        found.append(score_slice(row, truth.id, truth.mask, Prediction(said, probabilities, said[None])))
    scores.save_scores(store, model.id, found)


def pair(home: Path, ours: Spoil, theirs: Spoil, test: int = 12) -> ModelRow:
    """A candidate and the active model, both scored on a hold-out of so many test patients."""
    add_hearts(test=test)
    model = candidate(home, "candidate")
    score_as(active_model(), theirs)
    score_as(model, ours)
    return model

"""Scores and what is made of them, kept until something in the store changes them."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import TypeVar

from core.records.slices import Split
from core.workflow.evaluation import comparison, model_scores
from core.workflow.evaluation.comparison import Comparison
from core.workflow.evaluation.model_scores import ModelScores
from pages.shared.figures import figures

Value = TypeVar("Value")


def scores_of_model(model_id: int, split: Split | None, stamp: str) -> ModelScores | None:
    """What the model scored on the split, of that stamp of its scores; None where there is nothing."""
    load = partial(model_scores.load_model_scores, model_id, split)
    return figures(("scores", model_id, split), stamp, load)


def waiting(model_id: int, split: Split | None, stamp: str) -> int:
    """How many slices of the split wait for a score of the model."""
    count = partial(model_scores.waiting, model_id, split)
    return figures(("waiting", model_id, split), stamp, count)


def of_scores(scored: ModelScores, make: Callable[[], Value], *which: Hashable) -> Value:
    """What is made of a model's scores alone.

    Args:
        scored: the scores.
        make: makes it.
        which: tells it from all else that is made of scores.
    """
    return figures((scored.model.id, scored.split, *which), scored.stamp, make)


def comparison_of(candidate: ModelScores, baseline: ModelScores, metric: str) -> Comparison | None:
    """One metric of two models on the slices that both were scored on."""
    compare = partial(comparison.compare, candidate, baseline, (metric,))
    key = ("comparison", candidate.model.id, baseline.model.id, candidate.split, metric)
    return figures(key, f"{candidate.stamp} {baseline.stamp}", compare)

"""Scores kept between two drawings of a page, as long as nothing in the store has changed them."""

import streamlit as st

from core.records.slices import Split
from core.workflow.evaluation import comparison, model_scores
from core.workflow.evaluation.comparison import Comparison
from core.workflow.evaluation.model_scores import ModelScores


def scores_of_model(model_id: int, split: Split | None) -> ModelScores | None:
    """What the model scored on the split; None where there is nothing."""
    return _scored(model_id, split, model_scores.stamp(model_id))


def comparison_of(candidate: ModelScores, baseline: ModelScores, metric: str) -> Comparison | None:
    """One metric of two models on the slices that both were scored on."""
    ids = candidate.model.id, baseline.model.id
    stamps = model_scores.stamp(ids[0]), model_scores.stamp(ids[1])
    return _comparison(candidate, baseline, metric, ids, candidate.split, stamps)


@st.cache_resource(max_entries=8, show_spinner=False)
def _scored(model_id: int, split: Split | None, stamp: str) -> ModelScores | None:
    return model_scores.load_model_scores(model_id, split)


@st.cache_data(max_entries=64, show_spinner=False)
def _comparison(
    _candidate: ModelScores,
    _baseline: ModelScores,
    metric: str,
    ids: tuple[int, int],
    split: Split | None,
    stamps: tuple[str, str],
) -> Comparison | None:
    return comparison.compare(_candidate, _baseline, (metric,))

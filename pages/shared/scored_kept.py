"""Scores kept between two drawings of a page, as long as nothing in the store has changed them."""

import streamlit as st

from core.records import Split
from core.workflow import model_comparison, scored
from core.workflow.model_comparison import Comparison
from core.workflow.scored import Scored


def scored_of(model_id: int, split: Split | None) -> Scored | None:
    """What the model scored on the split; None where there is nothing."""
    return _scored(model_id, split, scored.stamp(model_id))


def comparison_of(candidate: Scored, baseline: Scored, metric: str) -> Comparison | None:
    """One metric of two models on the slices that both were scored on."""
    ids = candidate.model.id, baseline.model.id
    stamps = scored.stamp(ids[0]), scored.stamp(ids[1])
    return _comparison(candidate, baseline, metric, ids, candidate.split, stamps)


@st.cache_resource(max_entries=8, show_spinner=False)
def _scored(model_id: int, split: Split | None, stamp: str) -> Scored | None:
    return scored.load_scored(model_id, split)


@st.cache_data(max_entries=64, show_spinner=False)
def _comparison(
    _candidate: Scored,
    _baseline: Scored,
    metric: str,
    ids: tuple[int, int],
    split: Split | None,
    stamps: tuple[str, str],
) -> Comparison | None:
    return model_comparison.compare(_candidate, _baseline, (metric,))

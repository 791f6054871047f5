"""Metrics: how good a model is, on which label, on which slices; beside others, and reader beside reader."""

from collections.abc import Sequence

import streamlit as st

from core.records.runs import RunKind
from core.records.slices import Split
from core.workflow.evaluation import model_scores, score_model
from core.workflow.evaluation.model_scores import ModelChoice, ModelScores
from pages.shared.charts.chart_frame import chart_format
from pages.shared.clicks import button
from pages.shared.figures import counting
from pages.shared.frame import frame
from pages.shared.metrics import sections
from pages.shared.metrics.cache import scores_of_model, waiting
from pages.shared.metrics.comparison_sections import compared, reader_pairs
from pages.shared.metrics.run_comparison_section import runs_compared
from pages.shared.metrics.worst_section import worst
from pages.shared.reader import current_reader
from pages.shared.run_progress import run_progress
from pages.shared.words import WORDS

EVERYTHING = "all"
SPLITS = (*Split, EVERYTHING)
PARTS = (
    "Summary",
    "Distributions",
    "Worst slices",
    "Measurements",
    "Calibration",
    "Compare",
    "Runs",
    "Readers",
)


def name_of(choice: ModelChoice) -> str:
    """A model in the list."""
    active = ", active" if choice.model.active else ""
    return f"{choice.model.name} ({choice.model.id}{active})" + (
        "" if choice.has_scores else ", no scores yet"
    )


def score_what_waits(model_id: int, split: Split | None, stamp: str) -> None:
    """Offer to score what has no score yet."""
    run_progress(RunKind.SCORING)
    n = waiting(model_id, split, stamp)
    if not n:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{n:,} slices with a reference or an approved mask have no score of this model yet.")
        if button("Score them", icon=":material/play_arrow:", type="primary", key="score"):
            score_model.start_scoring([model_id], (split,) if split else (), current_reader())
            st.rerun()


def draw_page() -> None:
    """Draw Metrics as this session asks for it."""
    with frame("Metrics"):
        choices = model_scores.model_choices()
        part = st.segmented_control(
            "Look at",
            PARTS,
            default=PARTS[0],
            required=True,
            key="metrics part",
            label_visibility="collapsed",
        )
        if part == "Readers":
            with counting():
                reader_pairs()
        elif part == "Runs":
            runs_compared()
        elif not choices:
            st.info("There is no model yet.", icon=":material/inbox:")
            st.page_link("pages/4_Train.py", label="Train one", icon=":material/model_training:")
        else:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                by_id = {choice.model.id: choice for choice in choices}
                model_id = st.selectbox(
                    "Model", list(by_id), format_func=lambda one: name_of(by_id[one]), key="model", width=320
                )
                chosen = st.segmented_control(
                    "Slices",
                    SPLITS,
                    default=st.session_state.get("split kept", Split.TEST),
                    required=True,
                    format_func=str.capitalize,
                    key="split",
                    help=WORDS["split"],
                )
                st.space("stretch")
                chart_format()
            st.session_state["split kept"] = chosen  # parts without it would let it be forgotten
            split = None if chosen == EVERYTHING else Split(chosen)
            with counting():
                stamp = model_scores.stamp(model_id)
                score_what_waits(model_id, split, stamp)
                draw_part(part, scores_of_model(model_id, split, stamp), choices)


def draw_part(part: str, scored: ModelScores | None, choices: Sequence[ModelChoice]) -> None:
    """Draw what is looked at of a model's scores."""
    if scored is None:
        st.info(
            "This model has no scores on these slices. Scores need slices with a reference or an "
            "approved mask; the button above scores those that are there.",
            icon=":material/query_stats:",
        )
    elif part == "Compare":
        compared(scored, choices)
    else:
        draw_one = {
            "Summary": sections.summary,
            "Distributions": sections.spread_over_slices,
            "Worst slices": worst,
            "Measurements": sections.measurements,
            "Calibration": sections.calibration,
        }[part]
        draw_one(scored)

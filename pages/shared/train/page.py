"""Train: one click from what was approved to a candidate, watched as it goes."""

import streamlit as st

from core.labels import SHORT_NAMES
from core.records.runs import ACTIVE
from core.records.slices import Split
from core.text import plural
from core.workflow.sweeps.sweeps import active_sweep
from core.workflow.training import runs as training_runs
from core.workflow.training.preview import TrainingPreview, preview_training
from pages.shared.charts.chart_frame import chart_format
from pages.shared.clicks import button
from pages.shared.demo import apart_hint
from pages.shared.figures import counting
from pages.shared.frame import errors_shown, frame
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.train.choices import ChosenTraining, all_choices, start_choice
from pages.shared.train.learnable import learnable_slices
from pages.shared.train.progress import at_work, duration, show_run
from pages.shared.train.run_list import choose_runs, compare, manage
from pages.shared.train.sweep_choices import sweep_choices
from pages.shared.train.sweep_progress import sweep_progress
from pages.shared.words import WORDS


def show_preview(preview: TrainingPreview) -> None:
    """What it learns from and what it takes, in five numbers and a line."""
    supply, expected = preview.supply, preview.expected
    columns = st.columns(5)
    columns[0].metric("Training slices", f"{supply.n_training:,}", help=WORDS["training slices"])
    columns[1].metric("Patients", f"{supply.n_training_patients:,}")
    columns[2].metric("Corrected", f"{supply.n_corrected:,}", help="Training slices whose mask a reader made")
    about = "About" if expected.measured else "A first guess"
    columns[3].metric(
        "Time",
        duration(expected.seconds) if supply.n_training else "none",
        help=f"{about}: {duration(expected.seconds_per_epoch)} an epoch, if none is spared by stopping early",
    )
    columns[4].metric("Memory", f"{expected.memory_mb / 1000:.1f} GB", help="About the most at once")
    labels = ", ".join(f"{SHORT_NAMES[label]} on {count:,}" for label, count in supply.with_label.items())
    others = plural(supply.n_validation_patients, "other patient")
    st.caption(
        f"{labels} of them. {plural(supply.n_validation, 'slice')} of {others} tell which weights to keep; "
        "test patients are never learnt from."
    )


def training_card() -> tuple[ChosenTraining, TrainingPreview]:
    """The card at the top: where to start, what to expect, and the one button."""
    with st.container(border=True):
        left, right = st.columns([1, 2.6], gap="large")
        with left:
            model, preset = start_choice()
        approved = learnable_slices()
        with st.expander("All choices", icon=":material/tune:"):
            chosen = all_choices(model, preset, int((approved.splits == Split.TRAIN).sum()))
        preview = preview_training(chosen.request, approved)
        with right:
            show_preview(preview)
            if button(
                "Retrain" if model else "Train",
                icon=":material/model_training:",
                type="primary",
                key="retrain",
                disabled=bool(preview.checked.problems),
            ):
                with errors_shown():
                    run_id = training_runs.start_training(
                        chosen.request, preview.load, chosen.name, chosen.note, current_reader()
                    )
                    st.toast(
                        f"{plain(chosen.name or f'Run {run_id}')} begins.", icon=":material/model_training:"
                    )
                    st.rerun()
            at_work()
        for problem in preview.checked.problems:
            st.error(plain(problem), icon=":material/block:")
        if not preview.supply.n_training:
            apart_hint()
        for hint in preview.checked.hints:
            st.markdown(f":orange[:material/warning:] {plain(hint)}")
    return chosen, preview


def draw_page() -> None:
    """Draw Train as this session asks for it."""
    with frame("Train"), counting():
        asked_for, _ = training_card()
        sweeping = active_sweep() is not None
        unfolded = sweeping or bool(st.session_state.get("watched sweep"))  # it stays open when it is over
        with st.expander("Sweep: cross a few choices", icon=":material/grid_on:", expanded=unfolded):
            sweep_progress()
            sweep_choices(asked_for)
        runs = training_runs.training_runs()
        if not runs:
            st.info("Nothing was trained here yet.", icon=":material/model_training:")
        else:
            newest = next((run for run in reversed(runs) if run.row.state in ACTIVE), runs[0])
            curves = st.container()
            st.header("Runs")
            chosen = choose_runs(runs)
            with curves:
                if len(chosen) > 1:
                    compare(chosen)
                else:
                    show_run(chosen[0] if chosen else newest)
            manage(chosen or [newest])
            st.page_link(
                "pages/7_Metrics.py",
                label="All runs by their choices, under Runs",
                icon=":material/query_stats:",
            )
            with st.expander("TensorBoard", icon=":material/monitoring:"):
                st.caption("Every run writes event files. This shows them all, on this machine:")
                st.code(training_runs.tensorboard_command(), language="bash")
                chart_format()

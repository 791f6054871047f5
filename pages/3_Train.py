"""Train: one click from what was approved to a candidate, watched as it goes."""

import streamlit as st

from core.labels import SHORT_NAMES
from core.workflow import training_runs
from core.workflow.sweeps import active_sweep
from core.workflow.training_offer import Offer, offer
from core.workflow.words import counted
from pages.shared.chart_frame import chart_format
from pages.shared.frame import frame, telling
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.sweep_choices import sweep_choices
from pages.shared.sweep_progress import sweep_progress
from pages.shared.training_charts import ACTIVE
from pages.shared.training_choices import Asked, all_choices, start_choice
from pages.shared.training_list import choose_runs, compare, manage
from pages.shared.training_progress import duration, show_run


def told_before(told: Offer) -> None:
    """What it learns from and what it takes, in five numbers and a line."""
    supply, expected = told.supply, told.expected
    columns = st.columns(5)
    columns[0].metric("Training slices", f"{supply.n_training:,}")
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
    others = counted(supply.n_validation_patients, "other patient")
    st.caption(
        f"{labels} of them. {counted(supply.n_validation, 'slice')} of {others} tell which weights to keep; "
        "test patients are never learnt from."
    )


def ask() -> tuple[Asked, Offer]:
    """The card at the top: where to start, what to expect, and the one button."""
    with st.container(border=True):
        left, right = st.columns([1, 2.6], gap="large")
        with left:
            model, preset = start_choice()
        choices = st.expander("All choices", icon=":material/tune:")
        with choices:
            asked = all_choices(model, preset)
        told = offer(asked.request)
        with right:
            told_before(told)
            if st.button(
                "Retrain" if model else "Train",
                icon=":material/model_training:",
                type="primary",
                key="retrain",
                disabled=bool(told.checked.problems),
            ):
                with telling():
                    training_runs.start_training(
                        asked.request, told.load, asked.name, asked.note, current_reader()
                    )
                    st.rerun()
        for problem in told.checked.problems:
            st.error(plain(problem), icon=":material/block:")
        for hint in told.checked.hints:
            st.markdown(f":orange[:material/warning:] {plain(hint)}")
    return asked, told


with frame("Train"):
    asked, _ = ask()
    sweeping = active_sweep() is not None
    with st.expander("Sweep: cross a few choices", icon=":material/grid_on:", expanded=sweeping):
        sweep_progress()
        sweep_choices(asked)
    runs = training_runs.training_runs()
    if not runs:
        st.info("Nothing was trained here yet.", icon=":material/model_training:")
    else:
        at_work = next((run for run in reversed(runs) if run.row.state in ACTIVE), runs[0])
        place = st.container()
        st.subheader("Runs")
        chosen = choose_runs(runs)
        with place:
            if len(chosen) > 1:
                compare(chosen)
            else:
                show_run(chosen[0] if chosen else at_work)
        manage(chosen or [at_work])
        st.page_link(
            "pages/6_Metrics.py", label="All runs by their choices, under Runs", icon=":material/query_stats:"
        )
        with st.expander("TensorBoard", icon=":material/monitoring:"):
            st.caption("Every run writes event files. This shows them all, on this machine:")
            st.code(training_runs.tensorboard_command(), language="bash")
            chart_format()

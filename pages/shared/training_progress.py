"""One training as it goes: how far, how long, its curves, and how to stop it or let it go on."""

import streamlit as st

from core.records import RunState
from core.workflow import training_runs
from core.workflow.training_runs import TrainingRun
from pages.shared.chart_frame import draw
from pages.shared.frame import sentence, telling
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.run_progress import ICONS, by_whom
from pages.shared.training_charts import ACTIVE, dice_chart, loss_chart

SECONDS = 2  # between two looks at a run that is at work


def show_run(run: TrainingRun) -> None:
    """Show a run; drawn again by itself while it is at work or waits."""
    if run.row.state in ACTIVE:
        watch(run.row.id)
    else:
        draw_run(run)


@st.fragment(run_every=SECONDS)
def watch(run_id: int) -> None:
    """One look at the run; when it has ended, the whole page is drawn anew with what it brought."""
    with telling():
        run = next((found for found in training_runs.training_runs() if found.row.id == run_id), None)
        if run is None or run.row.state not in ACTIVE:
            st.rerun(scope="app")
            return
        draw_run(run)


def draw_run(run: TrainingRun) -> None:
    """State, progress and curves, always in the same places."""
    row = run.row
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            told = plain(sentence(row.message))
            st.markdown(f"{ICONS[row.state]} **{plain(run.name)}** · {row.state}. {told}")
            st.space("stretch")
            if row.state in ACTIVE:
                stop_button(run)
            elif run.can_go_on and st.button(
                "Resume",
                icon=":material/resume:",
                key=f"resume {row.id}",
                help="Goes on after its last epoch",
            ):
                training_runs.resume_training(row.id, current_reader())
                st.rerun()
        if row.state in ACTIVE:
            share = row.done / row.total if row.total else 0.0
            st.progress(min(1.0, share), text=f"{row.done} of {row.total} epochs{left(run)}")
        st.caption(plain(facts(run)))
    if run.epochs:
        columns = st.columns(2, gap="small")
        with columns[0]:
            draw(loss_chart(run))
        with columns[1]:
            draw(dice_chart(run))


def stop_button(run: TrainingRun) -> None:
    """Cancel, once."""
    if st.button(
        "Stopping" if run.row.cancel_asked else "Cancel",
        icon=":material/stop_circle:",
        key=f"cancel {run.row.id}",
        disabled=run.row.cancel_asked,
        help="Stops within seconds; the best weights so far are kept as a candidate",
    ):
        training_runs.cancel_training(run.row.id, current_reader())
        st.rerun()


def left(run: TrainingRun) -> str:
    """Time that the rest takes, in words; empty while that is anybody's guess."""
    return f", about {duration(run.seconds_left)} left" if run.seconds_left else ""


def facts(run: TrainingRun) -> str:
    """What it learns by, where it runs and what it takes, in a line."""
    config = run.request.config
    widths = "-".join(str(width) for width in config.widths)
    parts = [f"{config.architecture} {widths}", f"loss {config.loss.value}"]
    parts += [f"augmentation {config.augmentation.value}", f"learning rate {config.learning_rate:g}"]
    if run.row.device:
        parts.append(run.row.device)
    if run.row.peak_memory_mb:
        parts.append(f"at most {run.row.peak_memory_mb / 1000:.2f} GB of memory")
    if run.epochs:
        seconds = sum(epoch.seconds for epoch in run.epochs)
        parts.append(f"{duration(seconds)} of training")
    if run.row.state == RunState.QUEUED:
        parts.append("one training runs at a time")
    return " · ".join(parts) + by_whom(run.row)


def duration(seconds: float) -> str:
    """Seconds in the unit that people would use.

    >>> duration(42.4), duration(150), duration(7300)
    ('42 s', '2.5 min', '2.0 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

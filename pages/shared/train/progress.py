"""One training as it goes: how far, how long, its curves, and how to stop it or let it go on."""

import streamlit as st

from core.records.runs import ACTIVE, RunState
from core.text import plural
from core.workflow.training import runs
from core.workflow.training.runs import TrainingRun
from pages.shared.charts.chart_frame import draw
from pages.shared.charts.training import dice_chart, loss_chart
from pages.shared.clicks import button
from pages.shared.frame import errors_shown, sentence
from pages.shared.messages import draw_anew
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.run_progress import ICONS, by_whom

SECONDS = 2  # between two looks at a run that is at work


def show_run(run: TrainingRun) -> None:
    """Show a run; drawn again by itself while it is at work or waits."""
    if run.row.state in ACTIVE:
        watch(run.row.id)
    else:
        draw_run(run)


@st.fragment(run_every=SECONDS)
def watch(run_id: int) -> None:
    """Draw the run every few seconds; once it has ended, the whole page is drawn anew."""
    with errors_shown():
        run = next((one for one in runs.training_runs() if one.row.id == run_id), None)
        if run is None or run.row.state not in ACTIVE:
            draw_anew()
            return
        draw_run(run)


def at_work() -> None:
    """One line below the start button while a run is at work or waits, whatever is unfolded between."""
    if any(run.row.state in ACTIVE for run in runs.training_runs()):
        watch_line()


@st.fragment(run_every=SECONDS)
def watch_line() -> None:
    """Draw the line every few seconds; the page is drawn anew by what is watched below."""
    with errors_shown():
        active = [run for run in reversed(runs.training_runs()) if run.row.state in ACTIVE]
        if active:
            st.caption(plain(f"{active[0].name}: {how_far(active[0])}"))


def how_far(run: TrainingRun) -> str:
    """Epochs that are done of those asked for, and the time that the rest takes."""
    if run.row.state == RunState.QUEUED:
        return "waits for its turn"
    return f"{len(run.epochs)} of {plural(run.request.config.epochs, 'epoch')} done{time_left(run)}"


def draw_run(run: TrainingRun) -> None:
    """State, progress and curves, always in the same places."""
    row = run.row
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{ICONS[row.state]} **{plain(run.name)}** · {plain(state_in_words(run))}")
            st.space("stretch")
            if row.state in ACTIVE:
                stop_button(run)
            elif run.is_resumable and button(
                "Resume",
                icon=":material/resume:",
                key=f"resume {row.id}",
                help="Goes on after its last epoch",
            ):
                runs.resume_training(row.id, current_reader())
                st.rerun()
        if row.state in ACTIVE:
            share = row.done / row.total if row.total else 0.0
            st.progress(min(1.0, share), text=how_far(run))
        st.caption(plain(describe_run(run)))
        link_to_model(run)
    if run.epochs:
        columns = st.columns(2, gap="small")
        with columns[0]:
            draw(loss_chart(run))
        with columns[1]:
            draw(dice_chart(run))


def state_in_words(run: TrainingRun) -> str:
    """Its state and what it says of itself, each once: a message may begin with the state."""
    message = sentence(run.row.message)
    if message.lower().startswith(run.row.state):
        return message
    return f"{run.row.state}. {message}"


def link_to_model(run: TrainingRun, label: str = "Compare its model with the active one") -> None:
    """The way to the candidate that the run left; nothing before there is one."""
    if run.row.model_id is not None:
        st.page_link(
            "pages/5_Models.py",
            label=label,
            icon=":material/deployed_code:",
            query_params={"model": str(run.row.model_id)},
        )


def stop_button(run: TrainingRun) -> None:
    """Draw the button that cancels the run; it can be pressed once."""
    if button(
        "Stopping" if run.row.cancel_asked else "Cancel",
        icon=":material/stop_circle:",
        key=f"cancel {run.row.id}",
        disabled=run.row.cancel_asked,
        help="Stops within seconds; the best weights so far are kept as a candidate",
    ):
        runs.cancel_training(run.row.id, current_reader())
        st.rerun()


def time_left(run: TrainingRun) -> str:
    """Return the time that the rest takes, in words; empty before the first epoch."""
    return f", about {duration(run.seconds_left)} left" if run.seconds_left else ""


def describe_run(run: TrainingRun) -> str:
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

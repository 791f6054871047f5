"""How far a run is, live, with a way to stop it; drawn again by itself while the rest of the page stays."""

from datetime import UTC, datetime

import streamlit as st

from core.records.runs import RunKind, RunRow, RunState
from core.text import plural
from core.workflow import runs
from core.workflow.runs import QueueState
from pages.shared.clicks import button
from pages.shared.frame import errors_shown, sentence
from pages.shared.messages import draw_anew
from pages.shared.plain import plain
from pages.shared.reader import current_reader

ICONS = {
    RunState.QUEUED: ":material/schedule:",
    RunState.RUNNING: ":material/autorenew:",
    RunState.FINISHED: ":material/check_circle:",
    RunState.CANCELLED: ":material/cancel:",
    RunState.FAILED: ":material/error:",
}


def run_progress(kind: RunKind) -> None:
    """Show the runs of a kind; redrawn every second while one is at work."""
    seen = runs.queue_state(kind)
    if seen is None:
        return
    if seen.is_active:
        st.session_state[f"watched {kind}"] = seen.run.id
        watch(kind)
    elif st.session_state.get(f"watched {kind}") is not None:
        show_end(seen.run)
        # What went well has been said once the page is drawn for something else; a failure stays.
        if seen.run.state == RunState.FINISHED:
            st.session_state[f"watched {kind}"] = None


def prediction_progress() -> None:
    """Show how far the predictions are."""
    run_progress(RunKind.PREDICTION)


@st.fragment(run_every=1)
def watch(kind: RunKind, *, doing: bool = False) -> None:
    """One look at the run; when all have ended, the whole page is drawn anew with what they brought.

    Args:
        kind: of run.
        doing: also tell what it is at.
    """
    with errors_shown():
        seen = runs.queue_state(kind)
        if seen is None or not seen.is_active:
            draw_anew()
            return
        draw_progress(kind, seen, doing=doing)


def draw_progress(kind: RunKind, seen: QueueState, *, doing: bool) -> None:
    """Draw the bar, and the button that stops the run."""
    run = seen.run
    share = run.done / run.total if run.total else 0.0
    behind = (
        f", {seen.waiting} more {'run waits' if seen.waiting == 1 else 'runs wait'}" if seen.waiting else ""
    )
    far = f"{run.done:,} of {run.total:,} {seen.job.unit}{time_left(run)}" if run.total else "Starting"
    st.progress(min(1.0, share), text=f"{far}{behind}")
    if run.n_nodes:
        st.caption(f"On {by_nodes(run)} so far{pace(run)}.")
    if doing:
        st.caption(plain(sentence(run.message)))
    if button(
        "Stopping" if run.cancel_asked else "Stop",
        icon=":material/stop_circle:",
        key=f"stop {kind}",
        disabled=run.cancel_asked,
    ):
        runs.stop(kind, current_reader())
        st.rerun(scope="fragment")


def show_end(run: RunRow) -> None:
    """Show how a run ended."""
    show = {RunState.FINISHED: st.success, RunState.FAILED: st.error}.get(run.state, st.info)
    show(plain(sentence(run.message)), icon=ICONS[run.state])


def by_whom(run: RunRow) -> str:
    """Return who asked for the run and who stopped it, as the rest of a line; empty where nobody said."""
    asked = f" · asked by {run.asked_by}" if run.asked_by else ""
    return asked + (f" · stopped by {run.stopped_by}" if run.stopped_by else "")


def by_nodes(run: RunRow) -> str:
    """Return which part of a cluster has done a run, in words; empty where its worker did all.

    >>> from types import SimpleNamespace
    >>> by_nodes(SimpleNamespace(n_nodes=2, n_shards=1))
    '2 nodes, 1 shard'
    """
    return f"{plural(run.n_nodes, 'node')}, {plural(run.n_shards, 'shard')}" if run.n_nodes else ""


def about(seconds: float | None) -> str:
    """Return how long something takes as the rest of a sentence; empty where nobody knows.

    >>> about(34.2), about(200), about(None)
    (' in about 34 s', ' in about 3 min', '')
    """
    if seconds is None:
        return ""
    return f" in about {max(seconds, 1):.0f} s" if seconds < 90 else f" in about {seconds / 60:.0f} min"


def pace(run: RunRow) -> str:
    """Return how many slices a second are done, as the rest of a sentence; empty while nobody knows."""
    if run.started_at is None or not run.done:
        return ""
    spent = (datetime.now(UTC) - run.started_at).total_seconds()
    return f", {run.done / spent:.1f} slices a second" if spent > 0 else ""


def time_left(run: RunRow) -> str:
    """Return the time that the rest will take at the pace so far; empty while that is anybody's guess."""
    if run.started_at is None or not 0 < run.done < run.total:
        return ""
    spent = (datetime.now(UTC) - run.started_at).total_seconds()
    if spent <= 0:  # a clock was set back
        return ""
    left = spent / run.done * (run.total - run.done)
    return f", about {left:.0f} s left" if left < 90 else f", about {left / 60:.0f} min left"

"""How far a run is, live, with a way to stop it; drawn again by itself while the rest of the page stays."""

from datetime import UTC, datetime

import streamlit as st

from core.records import RunKind, RunRow, RunState
from core.workflow import running
from core.workflow.running import Watched
from pages.shared.frame import sentence, telling
from pages.shared.plain import plain
from pages.shared.reader import current_reader

ICONS = {
    RunState.QUEUED: ":material/schedule:",
    RunState.RUNNING: ":material/autorenew:",
    RunState.FINISHED: ":material/check_circle:",
    RunState.CANCELLED: ":material/cancel:",
    RunState.FAILED: ":material/error:",
}


def run_progress(kind: RunKind, what: str) -> None:
    """Show the runs of a kind; redrawn every second while one is at work.

    Args:
        kind: of run.
        what: it counts, such as "slices".
    """
    seen = running.watched(kind)
    if seen is None:
        return
    if seen.is_active:
        st.session_state[f"watched {kind}"] = seen.run.id
        watch(kind, what)
    elif st.session_state.get(f"watched {kind}") is not None:
        told(seen.run)


def prediction_progress() -> None:
    """Show how far the predictions are."""
    run_progress(RunKind.PREDICTION, "slices")


@st.fragment(run_every=1)
def watch(kind: RunKind, what: str, *, doing: bool = False) -> None:
    """One look at the run; when all have ended, the whole page is drawn anew with what they brought.

    Args:
        kind: of run.
        what: it counts.
        doing: also tell what it is at.
    """
    with telling():
        seen = running.watched(kind)
        if seen is None or not seen.is_active:
            st.rerun(scope="app")
            return
        draw_progress(kind, seen, what, doing=doing)


def draw_progress(kind: RunKind, seen: Watched, what: str, *, doing: bool) -> None:
    """The bar, and the button that stops."""
    run = seen.run
    share = run.done / run.total if run.total else 0.0
    behind = (
        f", {seen.waiting} more {'run waits' if seen.waiting == 1 else 'runs wait'}" if seen.waiting else ""
    )
    far = f"{run.done} of {run.total} {what}{time_left(run)}" if run.total else "Starting"
    st.progress(min(1.0, share), text=f"{far}{behind}")
    if doing:
        st.caption(plain(sentence(run.message)))
    if st.button(
        "Stopping" if run.cancel_asked else "Stop",
        icon=":material/stop_circle:",
        key=f"stop {kind}",
        disabled=run.cancel_asked,
    ):
        running.stop(kind, current_reader())
        st.rerun(scope="fragment")


def told(run: RunRow) -> None:
    """How a run ended."""
    show = {RunState.FINISHED: st.success, RunState.FAILED: st.error}.get(run.state, st.info)
    show(plain(sentence(run.message)), icon=ICONS[run.state])


def by_whom(run: RunRow) -> str:
    """Who asked for the run and who stopped it, as the rest of a line; empty where nobody said."""
    asked = f" · asked by {run.asked_by}" if run.asked_by else ""
    return asked + (f" · stopped by {run.stopped_by}" if run.stopped_by else "")


def time_left(run: RunRow) -> str:
    """Seconds that the rest will take at the pace so far; empty while that is anybody's guess."""
    if run.started_at is None or not 0 < run.done < run.total:
        return ""
    spent = (datetime.now(UTC) - run.started_at).total_seconds()
    if spent <= 0:  # a clock was set back
        return ""
    left = spent / run.done * (run.total - run.done)
    return f", about {left:.0f} s left" if left < 90 else f", about {left / 60:.0f} min left"

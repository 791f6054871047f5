"""How far a run is, live, with a way to stop it; drawn again by itself while the rest of the page stays."""

from datetime import UTC, datetime

import streamlit as st

from core.records import RunRow, RunState
from core.workflow import prediction
from pages.shared.frame import sentence

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
ICONS = {
    RunState.QUEUED: ":material/schedule:",
    RunState.RUNNING: ":material/autorenew:",
    RunState.FINISHED: ":material/check_circle:",
    RunState.CANCELLED: ":material/cancel:",
    RunState.FAILED: ":material/error:",
}


def prediction_progress() -> None:
    """Show the newest run of predictions; redrawn every second while it is at work."""
    run = prediction.newest_prediction_run()
    if run is None:
        return
    if run.state in ACTIVE:
        st.session_state["watched run"] = run.id
        watch()
    elif st.session_state.get("watched run") == run.id:
        told(run)


@st.fragment(run_every=1)
def watch() -> None:
    """One look at the run; when it has ended, the whole page is drawn anew with what it brought."""
    run = prediction.newest_prediction_run()
    if run is None or run.state not in ACTIVE:
        st.rerun(scope="app")
        return
    share = run.done / run.total if run.total else 0.0
    st.progress(min(1.0, share), text=f"{run.done} of {run.total} slices{time_left(run)}")
    if st.button(
        "Stopping" if run.cancel_asked else "Stop",
        icon=":material/stop_circle:",
        key="stop prediction",
        disabled=run.cancel_asked,
    ):
        prediction.cancel_run(run.id)
        st.rerun(scope="fragment")


def told(run: RunRow) -> None:
    """How a run ended."""
    show = {RunState.FINISHED: st.success, RunState.FAILED: st.error}.get(run.state, st.info)
    show(sentence(run.message), icon=ICONS[run.state])


def time_left(run: RunRow) -> str:
    """Seconds that the rest will take at the pace so far; empty while that is anybody's guess."""
    if run.started_at is None or not 0 < run.done < run.total:
        return ""
    spent = (datetime.now(UTC) - run.started_at).total_seconds()
    left = spent / run.done * (run.total - run.done)
    return f", about {left:.0f} s left" if left < 90 else f", about {left / 60:.0f} min left"

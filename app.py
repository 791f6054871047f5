"""Home: what is in the store, the active model, what to do next."""

import streamlit as st

from core.records import Status
from core.workflow import activity, demo, overview, prediction, shipped
from core.workflow.overview import WAITING, Action
from pages.shared.activity_section import activity_section
from pages.shared.frame import frame, sentence
from pages.shared.model_card import model_card
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.run_progress import ICONS, by_whom, prediction_progress

PAGES = {
    Action.IMPORT: "pages/1_Import.py",
    Action.REVIEW: "pages/2_Review.py",
    Action.TRAIN: "pages/3_Train.py",
}
STATUS_ICONS = {
    Status.NEW: ":material/fiber_new:",
    Status.PREDICTED: ":material/smart_toy:",
    Status.IN_PROGRESS: ":material/edit:",
    Status.APPROVED: ":material/check_circle:",
    Status.REJECTED: ":material/block:",
}


def go(action: Action) -> None:
    """Do what was proposed, where it is one click; open its page where it is work."""
    if action is Action.PREDICT:
        prediction.start_prediction(person=current_reader())
        st.rerun()
    waiting = overview.slice_to_review() if action is Action.REVIEW else None
    if waiting is not None:
        # Filters from before could hide what the sentence speaks of.
        st.session_state["queue filters"] = {"statuses": list(WAITING)}
        st.session_state["open slice"] = waiting
        st.session_state["looked at"] = st.session_state["compare with"] = None
    st.switch_page(PAGES[action])


with frame("Home"):
    seen = overview.overview()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Next:** {sentence(seen.next_step.text)}")
        if st.button("Go", icon=":material/arrow_forward:", type="primary", key="next step"):
            go(seen.next_step.action)
        if not seen.n_slices and st.button("Load the demo", icon=":material/cardiology:", key="load demo"):
            with st.spinner("Making a heart"):
                for _ in demo.load_demo():
                    pass
            st.rerun()

    prediction_progress()

    counts = st.columns(3)
    counts[0].metric("Patients", seen.n_patients, border=True)
    counts[1].metric("Series", seen.n_series, border=True)
    counts[2].metric("Slices", seen.n_slices, border=True)

    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.subheader("Slices")
        for status, count in seen.by_status.items():
            st.progress(
                count / seen.n_slices if seen.n_slices else 0.0,
                text=f"{STATUS_ICONS[status]} {status.capitalize()}: {count}",
            )
        splits = ", ".join(f"{count} {split}" for split, count in seen.by_split.items())
        st.caption(f"By split: {splits}. Patients never change their split.")
    with right.container(border=True, height="stretch"):
        st.subheader("Active model")
        if seen.model is None:
            st.markdown("There is none yet.")
        else:
            model_card(seen.model)
            for told in shipped.notices():
                st.warning(plain(told), icon=":material/warning:")

    if seen.n_slices:
        activity_section(activity.activity())

    st.subheader("Latest runs")
    if not seen.runs:
        st.caption("Nothing has run yet. Predictions of many slices show up here.")
    for run in seen.runs:
        started = f"{run.created_at.astimezone():%Y-%m-%d %H:%M}"
        st.markdown(
            f"{ICONS[run.state]} {run.kind.capitalize()} of {started}{plain(by_whom(run))}: {run.state}. "
            f"{plain(sentence(run.message))}"
        )

"""The demo on pages: loaded and predicted by one click, let count or set apart, and removed by one click."""

import streamlit as st

from core.text import plural
from core.workflow.data import demo
from core.workflow.data.demo import DemoState
from core.workflow.prediction import plan
from pages.shared.clicks import button
from pages.shared.frame import errors_shown, sentence
from pages.shared.plain import plain
from pages.shared.reader import current_reader

REMOVED = "demo removed"  # what went, told when the page is drawn anew


def load_button() -> None:
    """Offer the demo to an empty store; a worker predicts it while the page goes on."""
    if button("Load the demo", icon=":material/cardiology:", key="load demo"):
        with st.spinner("Making synthetic hearts"):
            for _ in demo.load_demo():
                pass
            plan.predict_demo(current_reader())
        st.rerun()


def demo_box() -> None:
    """Say that the demo is here and whether it counts, with ways to change that and to be rid of it."""
    if told := st.session_state.pop(REMOVED, ""):
        st.toast(plain(told), icon=":material/delete:", duration="long")
    state = demo.demo_state()
    if state is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key="demo"):
        counts = (
            "trainings learn from them and models are judged by them"
            if state.counts
            else ("no training learns from them and no model is judged by them")
        )
        st.markdown(
            f":material/cardiology: {plural(state.n_patients, 'synthetic heart')} of the demo: {counts}."
        )
        st.space("stretch")
        count_button(state)
        if button("Remove the demo", icon=":material/delete:", key="remove demo"):
            if state.drawn_on:
                confirm_removal()
            else:
                with errors_shown():
                    remove()


def count_button(state: DemoState) -> None:
    """A button that lets the demo count, or sets it apart again."""
    label = "Set it apart" if state.counts else "Let it count"
    if button(
        label,
        icon=":material/science:",
        key="count demo",
        help="To try training and promoting before there are patients; it can be set apart again at any time",
    ):
        demo.count_demo(not state.counts, current_reader())
        st.rerun()


def apart_hint() -> None:
    """Say that only the demo could be learnt from, where it is apart, and offer to let it count."""
    state = demo.demo_state()
    if state is not None and not state.counts:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("The demo's hearts are apart, so that nothing learns from them.", width="content")
            count_button(state)


@st.dialog("Remove the demo?")
def confirm_removal() -> None:
    """Ask back, since readers have drawn on it."""
    st.markdown("Readers have saved masks on the demo's hearts. They go, too, and cannot be brought back.")
    with st.container(horizontal=True), errors_shown():
        if button("Remove it", icon=":material/delete:", type="primary", key="remove demo now"):
            remove()
        if button("Keep it", key="keep demo"):
            st.rerun()


def remove() -> None:
    """Delete the demo, and draw the page anew."""
    gone = demo.remove_demo(current_reader())
    st.session_state[REMOVED] = sentence(f"the demo was removed: {gone.sentence}")
    for name in ("open slice", "looked at", "compare with"):  # of Review; the slice may be gone
        st.session_state[name] = None
    st.rerun()

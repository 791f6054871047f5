"""Home: what is in the store, the active model, what to do next."""

import streamlit as st

from core.records.slices import OF_PATIENTS, Status
from core.workflow.dashboard import activity, cluster, home
from core.workflow.models import notices
from core.workflow.runs import job_of
from pages.shared.demo import demo_box
from pages.shared.exporting import export_button
from pages.shared.figures import counting, figures
from pages.shared.frame import frame, sentence
from pages.shared.home.activity_section import activity_section
from pages.shared.home.circle import circle_of_work
from pages.shared.home.cluster_section import cluster_section
from pages.shared.models.card import model_card
from pages.shared.plain import plain
from pages.shared.run_progress import ICONS, by_nodes, by_whom, prediction_progress
from pages.shared.words import WORDS

STATUS_ICONS = {
    Status.NEW: ":material/fiber_new:",
    Status.PREDICTED: ":material/smart_toy:",
    Status.IN_PROGRESS: ":material/edit:",
    Status.APPROVED: ":material/check_circle:",
    Status.REJECTED: ":material/block:",
}


def came_along(n_references: int) -> str:
    """Return how many of the approved masks no reader has approved; empty where there is none."""
    return f", {n_references:,} of them references that came with the images" if n_references else ""


def draw_page() -> None:
    """Draw Home as this session asks for it."""
    with frame("Home"):
        seen = home.overview()
        circle_of_work(seen)
        prediction_progress()
        demo_box()

        counts = st.columns(3)
        counts[0].metric("Patients", f"{seen.n_patients:,}", border=True, help=WORDS["patients"])
        counts[1].metric("Series", f"{seen.n_series:,}", border=True, help=WORDS["series"])
        counts[2].metric("Slices", f"{seen.n_slices:,}", border=True, help=WORDS["slices"])

        left, right = st.columns(2, gap="medium")
        with left.container(border=True, height="stretch"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.header("Slices")
                st.space("stretch")
                if seen.n_slices:
                    hearts = "All slices of a heart on one page, with its volumes"
                    st.page_link(
                        "pages/3_Heart.py", label="Hearts", icon=":material/monitor_heart:", help=hearts
                    )
                    export_button()
            for status, count in seen.by_status.items():
                st.progress(
                    count / seen.n_slices if seen.n_slices else 0.0,
                    text=f"{STATUS_ICONS[status]} {status.capitalize()}: {count:,}"
                    + (came_along(seen.n_references) if status == Status.APPROVED else ""),
                )
            told = {split: n for split, n in seen.by_split.items() if n or split in OF_PATIENTS}
            splits = ", ".join(f"{count:,} {split}" for split, count in told.items())
            st.caption(f"By split: {splits}. Patients never change their split.", help=WORDS["split"])
        with right.container(border=True, height="stretch"):
            st.header("Active model", help=WORDS["active model"])
            if seen.model is None:
                st.markdown("There is none yet.")
            else:
                model_card(seen.model)
                for notice in notices.model_notices():
                    st.warning(plain(notice), icon=":material/warning:")

        if cluster.is_set():
            cluster_section()
        if seen.n_slices:
            with counting():
                activity_section(figures(("activity",), activity.stamp(), activity.activity))

        st.header("Latest runs")
        if not seen.runs:
            st.caption("Nothing has run yet. Predictions of many slices show up here.")
        for run in seen.runs:
            started = f"{run.created_at.astimezone():%Y-%m-%d %H:%M}"
            st.markdown(
                f"{ICONS[run.state]} {job_of(run).title} of {started}{plain(by_whom(run))}: {run.state}. "
                f"{plain(sentence(run.message))}" + (f" On {by_nodes(run)}." if run.n_nodes else "")
            )

"""The part of Home that tells how the readers' work goes."""

import streamlit as st

from core.workflow.dashboard.activity import Activity
from pages.shared.charts.activity import format_number, pace_chart, status_chart, trend_chart
from pages.shared.charts.chart_frame import draw


def activity_section(seen: Activity) -> None:
    """Pace in three numbers, slices by status over time, and whether the model gets better."""
    st.header("Progress")
    numbers = st.columns(4)
    numbers[0].metric(
        "Corrections",
        f"{seen.n_corrections:,}",
        border=True,
        height="stretch",
        help="Versions that readers saved",
    )
    numbers[1].metric(
        "Time for a correction",
        format_number(seen.seconds, "s"),
        border=True,
        height="stretch",
        help="Median of the active work between opening and saving",
    )
    numbers[2].metric(
        "Corrections in an hour",
        format_number(seen.per_hour, ""),
        border=True,
        height="stretch",
        help="Of active work, not of the clock",
    )
    numbers[3].metric(
        "Approved as they were",
        f"{seen.n_unchanged:,} of {seen.n_judged:,}",
        border=True,
        height="stretch",
        help="Masks of the model that a reader approved without a change",
    )
    left, right = st.columns(2, gap="small")
    with left:
        draw(status_chart(seen))
    with right:
        if seen.steps:
            draw(trend_chart(seen))
        else:
            with st.container(border=True, height="stretch"):
                st.markdown("**Is the model getting better?**")
                st.caption(seen.verdict)
    if len(seen.days) > 1:
        draw(pace_chart(seen))

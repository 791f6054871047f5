"""The part of the Metrics page that puts runs beside each other."""

from collections.abc import Sequence
from statistics import fmean

import streamlit as st

from core.workflow.training import curves
from core.workflow.training.curves import EPOCH, MINUTES, OVERLAPS, ComparedRun, Group
from pages.shared.charts.chart_frame import chart_format, draw, table_button
from pages.shared.charts.runs import comparison as charts

NEWEST = 12  # runs that are compared until others are chosen
SMOOTHEST = 15  # epochs


def runs_compared() -> None:
    """Choose runs, how to group them and what to look at; then the curves."""
    by_name = {run.name: run for run in curves.stored_runs()}
    if not by_name:
        st.info("No training has finished an epoch yet.", icon=":material/inbox:")
        st.page_link("pages/4_Train.py", label="Train a model", icon=":material/model_training:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        runs = choose_runs(by_name)
        by = st.selectbox(
            "Grouped by",
            curves.ways_to_group(runs),
            format_func=str.capitalize,
            key="runs by",
            width=200,
            help="Runs that agree in it, such as the seeds of one setting, become one line with a band",
        )
        overlap = st.segmented_control(
            "Score", OVERLAPS, default=OVERLAPS[0], required=True, key="runs overlap", width="content"
        )
        x = st.segmented_control(
            "Against", (EPOCH, MINUTES), default=EPOCH, required=True, key="runs x", width="content"
        )
        window = st.slider(
            "Smoothing, epochs", 1, SMOOTHEST, 1, step=2, key="runs window", width=170,
            help="Each point is the mean over so many epochs about it; 1 leaves the curves as they are",
        )  # fmt: skip
        st.space("stretch")
        chart_format()
    if not runs:
        st.info("Choose a run to look at.", icon=":material/checklist:")
        return
    groups = curves.group_runs(runs, by)
    draw_groups(groups, str(overlap), str(x), window)


def choose_runs(by_name: dict[str, ComparedRun]) -> list[ComparedRun]:
    """The runs to compare; the newest until others are chosen."""
    kept = st.session_state.get("runs compared", list(by_name)[:NEWEST])
    with st.popover(f"{len([name for name in kept if name in by_name])} of {len(by_name)} runs",
                    icon=":material/checklist:"):  # fmt: skip
        chosen = st.multiselect(
            "Runs", list(by_name), default=list(by_name)[:NEWEST], key="runs compared", width=420
        )
    return [by_name[name] for name in chosen]


def draw_groups(groups: Sequence[Group], overlap: str, x: str, window: int) -> None:
    """What was reached, how it came about, and label by label."""
    left, right = st.columns(2, gap="small")
    with left:
        draw(charts.kept_chart(groups, overlap))
    with right:
        draw(charts.curves_chart(groups, f"mean {overlap}", x, window))
    left, right = st.columns(2, gap="small")
    with left:
        draw(charts.losses_chart(groups, x, window))
    with right:
        draw(charts.curves_chart(groups, "validation loss", x, window))
    by_label = {group.label: group for group in groups}
    label = st.selectbox("Labels of", list(by_label), key="runs group", width=320)
    left, right = st.columns(2, gap="small")
    for column, name in zip((left, right), OVERLAPS, strict=True):
        with column:
            draw(charts.labels_chart(by_label[label], name, x, window))
    st.markdown("**What the kept epochs reached**, on each run's own validation slices")
    lines = [group_line(group) for group in groups]
    st.dataframe(lines, hide_index=True, key="runs table",
                 column_config={
                     name: st.column_config.NumberColumn(format="%.3f")
                     for name in ("Mean Dice", "Lowest", "Highest", "Mean IoU", "Validation loss")
                 })  # fmt: skip
    table_button(lines, "runs")
    if len(groups) > charts.MAX_GROUPS:
        st.caption(f"The curves of the first {charts.MAX_GROUPS} of {len(groups)} groups are drawn.")


def group_line(group: Group) -> dict[str, object]:
    """One group as the table shows it."""
    dice, iou, loss = (
        curves.kept_values(group, quantity) for quantity in ("mean Dice", "mean IoU", "validation loss")
    )
    return {
        "Group": group.label,
        "Runs": len(group.runs),
        "Mean Dice": fmean(dice) if dice else None,
        "Lowest": min(dice, default=None),
        "Highest": max(dice, default=None),
        "Mean IoU": fmean(iou) if iou else None,
        "Validation loss": fmean(loss) if loss else None,
        "Epochs, mean": round(fmean(len(run.epochs) for run in group.runs), 1),
        "Minutes, mean": round(
            fmean(sum(epoch.seconds for epoch in run.epochs) / 60 for run in group.runs), 2
        ),
    }

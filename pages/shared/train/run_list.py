"""The list of trainings: looked at one by one, compared, named, exported and forgotten."""

from functools import partial
from math import isnan

import streamlit as st

from core.records.runs import ACTIVE
from core.workflow.training import export, runs
from core.workflow.training.curves import value
from core.workflow.training.runs import TrainingRun
from pages.shared.charts.chart_frame import draw
from pages.shared.charts.compared_runs import MAX_COMPARED, compared_chart
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.messages import draw_anew
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.train.progress import SECONDS, duration

LIST_HEIGHT = 250  # pixels


def choose_runs(listed: list[TrainingRun]) -> list[TrainingRun]:
    """The list; returns the runs that are ticked in it."""
    st.session_state["runs drawn for"] = ticked()
    if any(run.row.state in ACTIVE for run in listed):
        live_list([run.row.id for run in listed])
    else:
        draw_list(listed)
    return [listed[index] for index in ticked() if index < len(listed)]


@st.fragment(run_every=SECONDS)
def live_list(ids: list[int]) -> None:
    """Draw the list every few seconds while one of them is at work; a tick draws the whole page anew."""
    with errors_shown():
        by_id = {run.row.id: run for run in runs.training_runs()}
        if not set(ids) <= set(by_id):
            draw_anew()
            return
        draw_list([by_id[run_id] for run_id in ids])
        if ticked() != st.session_state.get("runs drawn for"):
            st.rerun(scope="app")


def ticked() -> list[int]:
    """The lines of the list that are ticked."""
    picked = st.session_state.get("runs")
    return list(picked.selection.rows) if picked else []


def draw_list(listed: list[TrainingRun]) -> None:
    """A line a run."""
    st.dataframe(
        [line(run) for run in listed],
        hide_index=True,
        height=min(LIST_HEIGHT, 38 + 35 * len(listed)),
        on_select="rerun",
        selection_mode="multi-row",
        key="runs",
        column_config={
            "Run": st.column_config.TextColumn(width="medium"),
            "Best loss": st.column_config.NumberColumn(
                format="%.3f", help="Lowest validation loss; compares only runs of the same loss"
            ),
            "Mean Dice": st.column_config.NumberColumn(
                format="%.3f", help="Of the kept epoch, on its validation slices"
            ),
        },
    )


def line(run: TrainingRun) -> dict[str, object]:
    """One run as the list shows it."""
    config = run.request.config
    best = run.best
    dice = value(best, "mean Dice") if best else float("nan")
    return {
        "Run": run.name,
        "State": str(run.row.state),
        "Started": f"{run.row.created_at.astimezone():%Y-%m-%d %H:%M}",
        "Preset": config.preset,
        "Network": config.architecture,
        "Loss": config.loss.value,
        "Epochs": f"{len(run.epochs)} of {config.epochs}",
        "Best loss": best.validation_loss if best else None,
        "Mean Dice": None if isnan(dice) else dice,
        "Time": duration(sum(epoch.seconds for epoch in run.epochs)),
        "Asked by": run.row.asked_by,
        "Stopped by": run.row.stopped_by,
        "Note": run.row.note,
    }


def compare(chosen: list[TrainingRun]) -> None:
    """Curves beside each other, and the choices in which the runs differ."""
    if len(chosen) > MAX_COMPARED:
        st.caption(f"The first {MAX_COMPARED} of {len(chosen)} are drawn.")
    columns = st.columns(2, gap="small")
    with columns[0]:
        draw(compared_chart(chosen, "validation loss"))
    with columns[1]:
        draw(compared_chart(chosen, "mean Dice"))
    choices = {run.row.id: export.choices_of(run) for run in chosen}
    names = next(iter(choices.values()))
    differing = [name for name in names if len({str(values[name]) for values in choices.values()}) > 1]
    if not differing:
        st.caption("They were asked for the same.")
        return
    st.markdown("**They differ in**")
    st.dataframe(
        [{"Run": run.name, **{name: str(choices[run.row.id][name]) for name in differing}} for run in chosen],
        hide_index=True,
        key="differences",
    )


def manage(chosen: list[TrainingRun]) -> None:
    """Name and note of one run; export and delete any."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(chosen) == 1:
            rename(chosen[0])
        for kind, make in (("CSV", export.runs_csv), ("JSON", export.runs_json)):
            st.download_button(
                kind,
                partial(make, chosen),
                f"runs.{kind.lower()}",
                icon=":material/download:",
                key=f"export {kind}",
                on_click="ignore",
                help="Choices, curves and scores",
            )
        remove(chosen)


def rename(run: TrainingRun) -> None:
    """Another name and note."""
    with st.popover("Name and note", icon=":material/edit:"):
        name = st.text_input("Name", run.row.name, max_chars=80, key=f"name {run.row.id}")
        note = st.text_area("Note", run.row.note, max_chars=500, key=f"note {run.row.id}")
        if button("Keep them", icon=":material/check:", type="primary", key=f"rename {run.row.id}"):
            runs.rename_run(run.row.id, name, note)
            st.rerun()


def remove(chosen: list[TrainingRun]) -> None:
    """Delete, after asking once more."""
    idle = [run for run in chosen if run.row.state not in ACTIVE]
    with st.popover("Delete", icon=":material/delete:", disabled=not idle):
        subject = f"{len(idle)} runs" if len(idle) != 1 else plain(idle[0].name)
        st.markdown(f"Curves and files of {subject} are deleted. Models that they produced stay.")
        if button("Delete for good", icon=":material/delete:", type="primary", key="delete runs"):
            with errors_shown():
                for run in idle:
                    runs.delete_run(run.row.id, current_reader())
                st.rerun()

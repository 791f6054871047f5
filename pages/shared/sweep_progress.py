"""A sweep as it goes: one bar for all its runs, a table of results, and how to stop it or let it go on."""

import streamlit as st

from core.workflow import sweeps
from core.workflow.sweep_results import SettingResult, by_setting, run_lines
from core.workflow.sweeps import Sweep
from core.workflow.words import counted
from pages.shared.chart_frame import table_button
from pages.shared.frame import telling
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.training_progress import SECONDS, duration

TABLE_HEIGHT = 320  # pixels
DICE = ("Dice RV", "Dice Myo", "Dice LV", "Mean Dice", "Validation loss")


def sweep_progress() -> None:
    """Show one sweep, the active one until another is chosen."""
    rows = sweeps.sweep_rows()
    if not rows:
        return
    active = sweeps.active_sweep()
    names = {row.id: row.name for row in rows}
    chosen = st.selectbox(
        "Sweep",
        names,
        list(names).index(active) if active in names else 0,
        format_func=lambda sweep_id: (
            f"{names[sweep_id]} (at work)" if sweep_id == active else names[sweep_id]
        ),
        key=f"sweeps to {rows[0].id}",  # a new one is shown at once
        label_visibility="collapsed" if len(rows) == 1 else "visible",
    )
    found = sweeps.sweep(chosen)
    if found.is_active:
        watch(chosen)
    else:
        draw_sweep(found)


@st.fragment(run_every=SECONDS)
def watch(sweep_id: int) -> None:
    """One look at the sweep; when it is over, the whole page is drawn anew with what it brought."""
    with telling():
        found = sweeps.sweep(sweep_id)
        if not found.is_active:
            st.rerun(scope="app")
            return
        draw_sweep(found)


def draw_sweep(found: Sweep) -> None:
    """The bar, the buttons and the tables, always in the same places."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(found.share, text=plain(how_far(found)))
        buttons(found)
    best = found.best
    if best is not None:
        st.caption(
            f"Best so far on its validation slices: {plain(best.name)}. Every run leaves a candidate; the "
            "hold-out compares it with the active model on the Models page."
        )
    st.dataframe(
        lines := run_lines(found),
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * max(1, len(found.runs))),
        key=f"sweep runs {found.row.id}",
        placeholder="",
        column_config={name: st.column_config.NumberColumn(format="%.3f") for name in DICE},
    )
    settings = by_setting(found)
    if settings:
        st.markdown("**By setting, over the seeds**")
        st.dataframe(
            [setting_line(item) for item in settings],
            hide_index=True,
            key=f"sweep settings {found.row.id}",
            column_config={
                name: st.column_config.NumberColumn(format="%.3f") for name in ("Mean", "Lowest", "Highest")
            },
        )
    table_button(lines, "sweep")


def setting_line(item: SettingResult) -> dict[str, object]:
    """One combination over its seeds; Dice is the mean over the heart's labels."""
    return {
        "Setting": item.setting,
        "Mean": item.mean if item.n_runs else None,
        "Lowest": item.lowest if item.n_runs else None,
        "Highest": item.highest if item.n_runs else None,
        "Runs": item.n_runs,
    }


def how_far(found: Sweep) -> str:
    """Runs that are over, and the time that the rest takes."""
    told = f"{found.row.name}: {found.n_over} of {counted(len(found.runs), 'run')} done"
    if found.n_stopped:
        told += f", {found.n_stopped} stopped"
    left = found.seconds_left if found.is_active else None
    return f"{told}, about {duration(left)} left" if left else told


def buttons(found: Sweep) -> None:
    """Cancel while it goes; resume or delete once it stands."""
    sweep_id = found.row.id
    if found.is_active:
        if st.button(
            "Stopping" if found.is_stopping else "Cancel all",
            icon=":material/stop_circle:",
            key=f"cancel sweep {sweep_id}",
            disabled=found.is_stopping,
            help="The run at work stops within seconds and keeps its best weights; the others do not begin",
        ):
            sweeps.cancel_sweep(sweep_id, current_reader())
            st.rerun()
        return
    if found.n_stopped and st.button(
        f"Resume {counted(found.n_stopped, 'run')}",
        icon=":material/resume:",
        key=f"resume sweep {sweep_id}",
        help="Each goes on after its last epoch; finished runs stay as they are",
    ):
        with telling():
            sweeps.resume_sweep(sweep_id, current_reader())
            st.rerun()
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("Its runs, their curves and files are deleted. Models that they produced stay.")
        if st.button("Delete the sweep", icon=":material/delete:", key=f"delete sweep {sweep_id}"):
            with telling():
                sweeps.delete_sweep(sweep_id, current_reader())
                st.rerun()

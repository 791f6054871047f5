"""A sweep as it goes: one bar for all its runs, a table of results, and how to stop it or let it go on."""

import streamlit as st

from core.text import plural
from core.workflow.sweeps import sweeps
from core.workflow.sweeps.results import SettingResult, by_setting, run_lines
from core.workflow.sweeps.sweeps import Sweep
from pages.shared.charts.chart_frame import table_button
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.messages import draw_anew
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.train.progress import SECONDS, duration, link_to_model

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
        format_func=names.__getitem__,
        key=f"sweeps to {rows[0].id}",  # a new one is shown at once
        label_visibility="collapsed" if len(rows) == 1 else "visible",
    )
    sweep = sweeps.sweep(chosen)
    if sweep.is_active:
        st.session_state["watched sweep"] = chosen
        watch(chosen)
    else:
        draw_sweep(sweep)


@st.fragment(run_every=SECONDS)
def watch(sweep_id: int) -> None:
    """Draw the sweep every few seconds; once it is over, the whole page is drawn anew."""
    with errors_shown():
        sweep = sweeps.sweep(sweep_id)
        if not sweep.is_active:
            draw_anew()
            return
        draw_sweep(sweep)


def draw_sweep(sweep: Sweep) -> None:
    """The bar, the buttons and the tables, always in the same places."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(sweep.share, text=plain(how_far(sweep)))
        buttons(sweep)
    best = sweep.best
    if best is not None:
        st.caption(
            f"Best {'so far ' if sweep.is_active else ''}on its validation slices: {plain(best.name)}. Every "
            "run leaves a candidate; the hold-out compares it with the active model on the Models page."
        )
        link_to_model(best, "Open the best one on Models")
    st.dataframe(
        lines := run_lines(sweep),
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * max(1, len(sweep.runs))),
        key=f"sweep runs {sweep.row.id}",
        placeholder="",
        column_config={name: st.column_config.NumberColumn(format="%.3f") for name in DICE},
    )
    settings = by_setting(sweep)
    if settings:
        st.markdown("**By setting, over the seeds**")
        st.dataframe(
            [setting_line(item) for item in settings],
            hide_index=True,
            key=f"sweep settings {sweep.row.id}",
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


def how_far(sweep: Sweep) -> str:
    """Runs that are over, and the time that the rest takes."""
    text = f"{sweep.row.name}: {sweep.n_over} of {plural(len(sweep.runs), 'run')} done"
    if sweep.n_stopped:
        text += f", {sweep.n_stopped} stopped"
    left = sweep.seconds_left if sweep.is_active else None
    return f"{text}, about {duration(left)} left" if left else text


def buttons(sweep: Sweep) -> None:
    """Cancel while it goes; resume or delete once it stands."""
    sweep_id = sweep.row.id
    if sweep.is_active:
        if button(
            "Stopping" if sweep.is_stopping else "Cancel all",
            icon=":material/stop_circle:",
            key=f"cancel sweep {sweep_id}",
            disabled=sweep.is_stopping,
            help="The run at work stops within seconds and keeps its best weights; the others do not begin",
        ):
            sweeps.cancel_sweep(sweep_id, current_reader())
            st.rerun()
        return
    if sweep.n_stopped and button(
        f"Resume {plural(sweep.n_stopped, 'run')}",
        icon=":material/resume:",
        key=f"resume sweep {sweep_id}",
        help="Each goes on after its last epoch; finished runs stay as they are",
    ):
        with errors_shown():
            sweeps.resume_sweep(sweep_id, current_reader())
            st.rerun()
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("Its runs, their curves and files are deleted. Models that they produced stay.")
        if button("Delete the sweep", icon=":material/delete:", key=f"delete sweep {sweep_id}"):
            with errors_shown():
                sweeps.delete_sweep(sweep_id, current_reader())
                st.rerun()

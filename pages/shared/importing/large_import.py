"""Imports that are runs of their own: offered, watched, answered, taken up again."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core.records.runs import RunKind, RunState
from core.records.slices import COURSE_SPACING_MM
from core.text import plural
from core.workflow.import_runs import runs as import_runs
from core.workflow.import_runs.runs import ImportRun
from core.workflow.import_runs.server_folders import offered_folders
from core.workflow.importing.answers import ImportAnswers
from pages.shared.clicks import button
from pages.shared.frame import sentence
from pages.shared.importing.questions import Controls, answered_files, ask_pattern, ask_spacing
from pages.shared.importing.review import heart_link, open_series
from pages.shared.importing.tables import left_out_table, series_table
from pages.shared.importing.uploads import Uploads, clear_uploader
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.run_progress import ICONS, by_whom, watch

MAX_SHOWN = 1000  # lines of a list; the browser has to hold them


def large_upload(uploads: Uploads) -> None:
    """Offer to list, or to import at once, more files than a page should be busy with."""
    st.markdown(
        f"**{plural(len(uploads.files), 'file')}** come in behind this page, which you may leave meanwhile."
    )

    def start(given: ImportAnswers, dry_run: bool) -> None:
        import_runs.start_upload_import(uploads.files, given, dry_run=dry_run, person=current_reader())
        clear_uploader()

    draw_start_buttons(start, disabled=False)


def server_folder() -> None:
    """Let a folder of the server be chosen below the roots of the settings, to list or to import it."""
    folder = st.selectbox(
        "Folder on the server",
        offered_folders(),
        None,
        key="server folder",
        accept_new_options=True,
        placeholder="Choose a folder, or type a path below one of these",
    )

    def start(given: ImportAnswers, dry_run: bool) -> None:
        import_runs.start_folder_import(folder or "", given, dry_run=dry_run, person=current_reader())

    draw_start_buttons(start, disabled=not folder)


def draw_start_buttons(start: Callable[[ImportAnswers, bool], None], *, disabled: bool) -> None:
    """Two buttons: list first, or import at once."""
    with st.container(horizontal=True, vertical_alignment="center"):
        list_first = button(
            "List what would come in",
            icon=":material/list_alt:",
            type="primary",
            key="list first",
            disabled=disabled,
        )
        at_once = button(
            "Import at once", icon=":material/upload_file:", key="import at once", disabled=disabled
        )
        with st.popover("Other patients", icon=":material/person_edit:", disabled=disabled):
            st.caption("Only where names would mislead: say how folders and files name the patient.")
            pattern = ask_pattern("run pattern")
        with st.popover("Pixel size", icon=":material/straighten:", disabled=disabled):
            st.caption(f"Said once for all pictures that carry none; else {COURSE_SPACING_MM} mm is assumed.")
            size = ask_spacing("run pixel size")
    if list_first or at_once:
        start(ImportAnswers(replace(size, patient_pattern=pattern)), list_first)
        st.rerun()


def import_run_section() -> None:
    """The imports that are at work, that wait for a decision, or whose list nobody has closed yet."""
    rows = import_runs.import_runs()
    elsewhere = import_runs.machines_at_work()
    if elsewhere or any(run.is_active for run in rows):
        st.markdown("**Import at work**")
        watch(RunKind.IMPORT, doing=True)
    for machine in elsewhere:
        st.caption(
            f"Files were given to {plain(machine) or 'another machine'}, which reads them, and has the list "
            "of what came in. Where it is gone for good, stop the import here, and give the files again."
        )
    ended = [run for run in rows if run.row.state == RunState.FINISHED][:1]
    for run in [*(run for run in rows if run.is_resumable), *ended]:
        with st.container(border=True):
            draw_stopped_run(run) if run.is_resumable else draw_finished_run(run)


def draw_heading(run: ImportRun) -> None:
    """Which import it is, and how it stands."""
    of = "Listing" if run.request.dry_run else "Import"
    begun = f"{run.row.created_at.astimezone():%Y-%m-%d %H:%M}"
    st.markdown(
        f"{ICONS[run.row.state]} **{of} of {begun}{plain(by_whom(run.row))}.** "
        f"{plain(sentence(run.row.message))}"
    )


def draw_stopped_run(run: ImportRun) -> None:
    """An import that did not come to its end."""
    draw_heading(run)
    with st.container(horizontal=True):
        if button("Go on", icon=":material/play_arrow:", type="primary", key=f"go on {run.row.id}"):
            import_runs.resume(run.row.id, current_reader())
            st.rerun()
        forget_button(run, "Give it up")


def draw_finished_run(run: ImportRun) -> None:
    """The list of a run: what came in, or would; what is still asked."""
    draw_heading(run)
    number = run.row.id
    open_questions = import_runs.questions_of(number)
    controls = Controls(f"run {number} ")
    controls.draw(open_questions)
    answered = answered_files(open_questions, controls)
    with st.container(horizontal=True):
        if run.request.dry_run:
            if button("Import them", icon=":material/upload_file:", type="primary", key="import listed"):
                import_runs.import_listed(number, answered, current_reader())
                st.rerun()
        elif answered:
            if button(
                "Import with these answers", icon=":material/upload_file:", key="answer", type="primary"
            ):
                import_runs.answer(number, answered, current_reader())
                st.rerun()
        elif brought := import_runs.series_of(number):
            heart_link(brought)
            if button("Review them", icon=":material/rate_review:", type="primary", key="review run"):
                open_series(brought)
        forget_button(run, "Leave them out" if run.request.dry_run else "Close the list")
    results = import_runs.results_of(number, MAX_SHOWN)
    series_table(results, f"results {number}")
    left_out_table(results, f"left out {number}")
    if len(results) == MAX_SHOWN:
        st.caption(f"The last {MAX_SHOWN:,} lines are shown.")


def forget_button(run: ImportRun, label: str) -> None:
    """Delete the list and what was uploaded for it."""
    if button(
        label,
        icon=":material/close:",
        key=f"forget {run.row.id}",
        help="The list and the uploaded files are deleted; what is in the store stays",
    ):
        import_runs.forget(run.row.id, current_reader())
        st.rerun()

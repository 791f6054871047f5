"""Imports that are runs of their own: offered, watched, answered, taken up again."""

from collections.abc import Callable

import streamlit as st

from core.records import RunKind, RunState
from core.workflow.importing import runs as import_runs
from core.workflow.importing.answered import Said
from core.workflow.importing.files import Answers
from core.workflow.importing.runs import ImportRun
from core.workflow.importing.server_folders import offered_folders
from core.workflow.words import counted
from pages.shared.frame import sentence
from pages.shared.importing.questions import Controls, ask_pattern, asked
from pages.shared.importing.review import open_series
from pages.shared.importing.tables import left_out_table, series_table
from pages.shared.importing.uploads import Uploads, clear
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.run_progress import ICONS, by_whom, watch

MOST_SHOWN = 1000  # lines of a list; the browser has to hold them


def large_upload(uploads: Uploads) -> None:
    """Offer to list, or to import at once, more files than a page should be busy with."""
    st.markdown(
        f"**{counted(len(uploads.files), 'file')}** come in behind this page, which you may leave meanwhile."
    )

    def start(said: Said, dry_run: bool) -> None:
        import_runs.start_upload_import(uploads.files, said, dry_run=dry_run, person=current_reader())
        clear()

    offer(start, disabled=False)


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

    def start(said: Said, dry_run: bool) -> None:
        import_runs.start_folder_import(folder or "", said, dry_run=dry_run, person=current_reader())

    offer(start, disabled=not folder)


def offer(start: Callable[[Said, bool], None], *, disabled: bool) -> None:
    """Two buttons: list first, or import at once."""
    with st.container(horizontal=True, vertical_alignment="center"):
        list_first = st.button(
            "List what would come in",
            icon=":material/list_alt:",
            type="primary",
            key="list first",
            disabled=disabled,
        )
        at_once = st.button(
            "Import at once", icon=":material/upload_file:", key="import at once", disabled=disabled
        )
        with st.popover("Other patients", icon=":material/person_edit:", disabled=disabled):
            st.caption("Only where names would mislead: say how folders and files name the patient.")
            pattern = ask_pattern("run pattern")
    if list_first or at_once:
        start(Said(Answers(patient_pattern=pattern)), list_first)
        st.rerun()


def import_run_section() -> None:
    """The imports that are at work, that wait for a decision, or whose list nobody has closed yet."""
    found = import_runs.import_runs()
    if any(run.is_active for run in found):
        st.markdown("**Import at work**")
        watch(RunKind.IMPORT, "files", doing=True)
    ended = [run for run in found if run.row.state == RunState.FINISHED][:1]
    for run in [*(run for run in found if run.can_go_on), *ended]:
        with st.container(border=True):
            stopped(run) if run.can_go_on else finished(run)


def heading(run: ImportRun) -> None:
    """Which import it is, and how it stands."""
    of = "Listing" if run.request.dry_run else "Import"
    begun = f"{run.row.created_at.astimezone():%Y-%m-%d %H:%M}"
    st.markdown(
        f"{ICONS[run.row.state]} **{of} of {begun}{plain(by_whom(run.row))}.** "
        f"{plain(sentence(run.row.message))}"
    )


def stopped(run: ImportRun) -> None:
    """An import that did not come to its end."""
    heading(run)
    with st.container(horizontal=True):
        if st.button("Go on", icon=":material/play_arrow:", type="primary", key=f"go on {run.row.id}"):
            import_runs.resume(run.row.id, current_reader())
            st.rerun()
        forget_button(run, "Give it up")


def finished(run: ImportRun) -> None:
    """The list of a run: what came in, or would; what is still asked."""
    heading(run)
    number = run.row.id
    open_questions = import_runs.questions_of(number)
    controls = Controls(f"run {number} ")
    controls.draw(open_questions)
    answered = asked(open_questions, controls)
    with st.container(horizontal=True):
        if run.request.dry_run:
            if st.button("Import them", icon=":material/upload_file:", type="primary", key="import listed"):
                import_runs.go_on_to_import(number, answered, current_reader())
                st.rerun()
        elif answered:
            if st.button(
                "Import with these answers", icon=":material/upload_file:", key="answer", type="primary"
            ):
                import_runs.answer(number, answered, current_reader())
                st.rerun()
        elif (first := import_runs.first_series(number)) is not None and st.button(
            "Review them", icon=":material/rate_review:", type="primary", key="review run"
        ):
            open_series(first, ())
        forget_button(run, "Leave them out" if run.request.dry_run else "Close the list")
    results = import_runs.results_of(number, MOST_SHOWN)
    series_table(results, f"results {number}")
    left_out_table(results, f"left out {number}")
    if len(results) == MOST_SHOWN:
        st.caption(f"The last {MOST_SHOWN:,} lines are shown.")


def forget_button(run: ImportRun, label: str) -> None:
    """Delete the list and what was uploaded for it."""
    if st.button(
        label,
        icon=":material/close:",
        key=f"forget {run.row.id}",
        help="The list and the uploaded files are deleted; what is in the store stays",
    ):
        import_runs.forget(run.row.id, current_reader())
        st.rerun()

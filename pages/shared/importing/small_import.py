"""An import of few files, on the page itself: the list first, then questions, then the import."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.errors import BadInput
from core.records.results import FileResult
from core.workflow.importing.answers import AnsweredFiles, ImportAnswers, add_answers, import_answered
from core.workflow.importing.import_files import NO_ANSWERS, import_uploads
from pages.shared.clicks import button
from pages.shared.frame import sentence
from pages.shared.importing.questions import (
    PATTERN_OF_ALL,
    SPACING_OF_ALL,
    Controls,
    ask_pattern,
    ask_spacing_of_all,
    files_by_topic,
    patients_of,
    said_of_all,
)
from pages.shared.importing.review import review_button
from pages.shared.importing.tables import left_out_table, series_table, show_tally
from pages.shared.importing.uploads import Uploads
from pages.shared.plain import plain

LISTS = "import lists"  # what dry runs said of the files that are dropped now, by what was answered
DONE = "imported"  # among them: what became of the files
COMING = ("planned", "attached")
Lists = dict[object, Any]  # a dry run's results by what was said; `Done` once the files were imported


@dataclass(frozen=True)
class Done:
    """What became of the files, and under which answers."""

    results: list[FileResult]
    said: ImportAnswers


def small_import(uploads: Uploads) -> None:
    """Draw the list of what would come in, and import it when the button is pressed."""
    container = st.container(key="questions")
    done: Done | None = cached_lists(uploads).get(DONE)
    given = done.said if done else ImportAnswers(said_of_all())
    listed = done.results if done else dry_run(uploads, given)
    if listed is None:
        pattern_for_all()
        return
    with container:
        answered, let_in = questions(uploads, listed, given)
    settled = [result for result in listed if result.asks is None or result.file not in answered.files]
    n_series = sum(result.outcome in COMING for result in (let_in if done else settled + let_in))
    with st.container(horizontal=True, vertical_alignment="center", key="import bar"):
        show_tally(settled + let_in)
        st.space("stretch")
        if not done:
            pattern_for_all()
        if done and not n_series:
            review_button(done.results)
        elif button(
            f"Import {n_series} series" if n_series else "Nothing to import",
            icon=":material/upload_file:",
            type="primary",
            disabled=not n_series,
            key="import",
        ):
            to_do = answered if done else replace(answered, asked_only=False)
            results = (settled if done else []) + run_import(uploads, to_do, dry_run=False)
            all_said = replace(to_do, asked=(*(done.said.asked if done else ()), *to_do.asked))
            st.session_state[LISTS] = (uploads.identity, {DONE: Done(results, all_said)})
            st.rerun()
    series_table(settled + let_in, "results")
    left_out_table(settled + let_in, "left out")


def questions(
    uploads: Uploads, listed: Sequence[FileResult], given: ImportAnswers
) -> tuple[ImportAnswers, list[FileResult]]:
    """Ask what is to be asked; returns the answers and what they let in. One answer may raise a question."""
    let_in: list[FileResult] = []
    answered: list[AnsweredFiles] = []
    if any(result.asks for result in listed):
        st.markdown("**Some files need an answer before they can come in.** What is left open stays out.")
    spacing_of_all(listed, given)
    controls = Controls()
    controls.draw(listed)
    for topic, files in files_by_topic(listed).items():
        group, preview = AnsweredFiles(files, controls.answers({topic})), list[FileResult]()
        topics = {topic}
        while group.answers != NO_ANSWERS:
            preview = dry_run(uploads, add_answers(given, [group])) or []
            topics |= {result.asks for result in preview if result.asks}
            controls.draw(preview)
            if controls.answers(topics) == group.answers:
                break
            group = AnsweredFiles(files, controls.answers(topics))
        if preview:
            answered.append(group)
            let_in += preview
        if group.answers.patient_pattern:
            st.caption(f"By this answer: {patients_of(preview)}.")
    return add_answers(given, answered), let_in


def spacing_of_all(listed: Sequence[FileResult], given: ImportAnswers) -> None:
    """Ask for the pixel size once for all files of which one is assumed; the list follows at once."""
    planned = [result.summary for result in listed if result.outcome == "planned" and result.summary]
    n_assumed = sum(summary.n_slices for summary in planned if summary.spacing_assumed)
    if planned and (n_assumed or given.everywhere.spacing_mm is not None):
        ask_spacing_of_all(n_assumed)


def cached_lists(uploads: Uploads) -> Lists:
    """Return what was said of these files so far; forgotten as soon as there are others."""
    identity, kept = st.session_state.get(LISTS, ((), {}))
    if identity != uploads.identity:
        kept = {}
        st.session_state.pop(SPACING_OF_ALL, None)  # it was of other files
        st.session_state[LISTS] = (uploads.identity, kept)
    lists: Lists = kept
    return lists


def dry_run(uploads: Uploads, given: ImportAnswers) -> list[FileResult] | None:
    """Return what would become of the files, found once for each answer; None after a bad pattern, told."""
    kept = cached_lists(uploads)
    if given not in kept:
        try:
            kept[given] = run_import(uploads, given, dry_run=True)
        except BadInput as error:
            st.error(plain(sentence(str(error))), icon=":material/error:")
            return None
    results: list[FileResult] = kept[given]
    return results


def run_import(uploads: Uploads, given: ImportAnswers, *, dry_run: bool) -> list[FileResult]:
    """Read or import the files with a bar that says how far it is."""
    bar = st.progress(0.0, text="Reading the files")
    results = []
    for result in import_answered(
        lambda answers, only: import_uploads(uploads.files, answers, only, dry_run=dry_run), given
    ):
        results.append(result)
        share = min(1.0, len(results) / len(uploads.files))
        bar.progress(share, text=plain(f"{result.file or 'Reading'}: {result.outcome}"))
    bar.empty()
    return results


def pattern_for_all() -> None:
    """Where the patients' names are to be taken from, whatever Septum would make of the names."""
    with st.popover("Other patients", icon=":material/person_edit:"):
        st.caption("Where the list shows the wrong patients, say how folders and files name them.")
        ask_pattern(PATTERN_OF_ALL)

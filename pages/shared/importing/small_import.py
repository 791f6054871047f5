"""An import of few files, on the page itself: the list first, then questions, then the import."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.errors import BadInput
from core.records import FileResult
from core.workflow.importing.answered import Asked, Said, bring_in, further
from core.workflow.importing.files import NO_ANSWERS, Answers, import_uploads
from pages.shared.frame import sentence
from pages.shared.importing.questions import Controls, ask_pattern, groups, patients_of
from pages.shared.importing.review import review_button
from pages.shared.importing.tables import left_out_table, series_table, told
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
    said: Said


def small_import(uploads: Uploads) -> None:
    """Draw the list of what would come in, and import it when the button is pressed."""
    place = st.container(key="questions")
    done: Done | None = lists_of(uploads).get(DONE)
    said = done.said if done else Said(Answers(patient_pattern=st.session_state.get("pattern", "").strip()))
    listed = done.results if done else dry_run(uploads, said)
    if listed is None:
        pattern_for_all()
        return
    with place:
        answered, let_in = questions(uploads, listed, said)
    settled = [result for result in listed if result.asks is None or result.file not in answered.files]
    n_series = sum(result.outcome in COMING for result in (let_in if done else settled + let_in))
    with st.container(horizontal=True, vertical_alignment="center", key="import bar"):
        told(settled + let_in)
        st.space("stretch")
        if not done:
            pattern_for_all()
        if done and not n_series:
            review_button(done.results)
        elif st.button(
            f"Import {n_series} series" if n_series else "Nothing to import",
            icon=":material/upload_file:",
            type="primary",
            disabled=not n_series,
            key="import",
        ):
            to_do = answered if done else replace(answered, asked_only=False)
            results = (settled if done else []) + bring(uploads, to_do, dry_run=False)
            all_said = replace(to_do, asked=(*(done.said.asked if done else ()), *to_do.asked))
            st.session_state[LISTS] = (uploads.identity, {DONE: Done(results, all_said)})
            st.rerun()
    series_table(settled + let_in, "results")
    left_out_table(settled + let_in, "left out")


def questions(uploads: Uploads, listed: Sequence[FileResult], said: Said) -> tuple[Said, list[FileResult]]:
    """Ask what is to be asked; returns the answers and what they let in. One answer may raise a question."""
    let_in: list[FileResult] = []
    answered: list[Asked] = []
    if any(result.asks for result in listed):
        st.markdown("**Some files need an answer before they can come in.** What is left open stays out.")
    controls = Controls()
    controls.draw(listed)
    for topic, files in groups(listed).items():
        group, preview = Asked(files, controls.answers({topic})), list[FileResult]()
        topics = {topic}
        while group.answers != NO_ANSWERS:
            preview = dry_run(uploads, further(said, [group])) or []
            topics |= {result.asks for result in preview if result.asks}
            controls.draw(preview)
            if controls.answers(topics) == group.answers:
                break
            group = Asked(files, controls.answers(topics))
        if preview:
            answered.append(group)
            let_in += preview
        if group.answers.patient_pattern:
            st.caption(f"By this answer: {patients_of(preview)}.")
    return further(said, answered), let_in


def lists_of(uploads: Uploads) -> Lists:
    """What was said of these files so far; forgotten as soon as there are others."""
    identity, kept = st.session_state.get(LISTS, ((), {}))
    if identity != uploads.identity:
        kept = {}
        st.session_state[LISTS] = (uploads.identity, kept)
    found: Lists = kept
    return found


def dry_run(uploads: Uploads, said: Said) -> list[FileResult] | None:
    """What would become of the files, found once for each answer; None after a bad pattern, told."""
    kept = lists_of(uploads)
    if said not in kept:
        try:
            kept[said] = bring(uploads, said, dry_run=True)
        except BadInput as error:
            st.error(plain(sentence(str(error))), icon=":material/error:")
            return None
    found: list[FileResult] = kept[said]
    return found


def bring(uploads: Uploads, said: Said, *, dry_run: bool) -> list[FileResult]:
    """Read or import the files with a bar that says how far it is."""
    bar = st.progress(0.0, text="Reading the files")
    results = []
    for result in bring_in(
        lambda answers, only: import_uploads(uploads.files, answers, only, dry_run=dry_run), said
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
        ask_pattern("pattern")

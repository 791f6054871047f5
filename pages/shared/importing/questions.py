"""Questions that stand between some files and the store, each with its own control."""

from collections.abc import Callable, Collection, Sequence
from functools import reduce

import streamlit as st

from core.labels import ORDER_WORDS, LabelOrder
from core.records.results import FileResult, Topic
from core.records.slices import COURSE_SPACING_MM
from core.text import plural
from core.workflow.importing.answers import AnsweredFiles, with_earlier
from core.workflow.importing.import_files import NO_ANSWERS, PATTERNS, Answers
from pages.shared.importing.tables import reason_sentence
from pages.shared.plain import plain

NO_SIZE = "The pixel size of all files that carry none."
NAMED = 5  # files that a question names
SPACING_OF_ALL, PATTERN_OF_ALL = "pixel size of all", "pattern"  # keys of what is said of all files
EACH_FILE, EACH_FOLDER, ONE, OTHER = (
    "Each file is a patient",
    "Each folder is a patient",
    "All are of one patient",
    "Names tell it by a pattern",
)


class Controls:
    """The controls of one list's questions: one a topic, drawn where its first question comes up."""

    def __init__(self, prefix: str = "") -> None:
        """None is drawn yet.

        Args:
            prefix: of the controls' keys.
        """
        self._prefix = prefix
        self._given: dict[Topic, Answers] = {}

    def draw(self, results: Sequence[FileResult]) -> None:
        """Ask what these results ask and nobody asked above."""
        for topic, control in CONTROLS.items():
            questions = [result for result in results if result.asks == topic]
            if not questions or topic in self._given:
                continue
            with st.container(border=True):
                words, field = st.columns([3, 2], vertical_alignment="center")
                words.markdown(about(questions))
                with field:
                    self._given[topic] = control(f"{self._prefix}{topic.value}")

    def answers(self, topics: Collection[Topic]) -> Answers:
        """Return what was answered to these topics."""
        return reduce(with_earlier, (self._given.get(topic, NO_ANSWERS) for topic in topics), NO_ANSWERS)


def files_by_topic(results: Sequence[FileResult]) -> dict[Topic, tuple[str, ...]]:
    """Return the files that ask, by what they ask first; an answer is for those alone."""
    by_topic: dict[Topic, list[str]] = {}
    for result in results:
        if result.asks is not None:
            by_topic.setdefault(result.asks, []).append(result.file)
    return {topic: tuple(dict.fromkeys(files)) for topic, files in by_topic.items()}


def answered_files(results: Sequence[FileResult], controls: Controls) -> list[AnsweredFiles]:
    """Return the files whose question has an answer, with it."""
    answered = [
        AnsweredFiles(files, controls.answers({topic})) for topic, files in files_by_topic(results).items()
    ]
    return [group for group in answered if group.answers != NO_ANSWERS]


def about(questions: Sequence[FileResult]) -> str:
    """Return what is asked, of which files."""
    first, *others = questions
    if not others:
        return plain(reason_sentence(first))
    names = ", ".join(question.file for question in others[:NAMED])
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    return f"{plain(reason_sentence(first))}  \nThe same of {plain(names + more)}."


def ask_spacing(key: str) -> Answers:
    """Return millimetres of a pixel."""
    size = st.number_input(
        "Pixel size in mm", 0.05, 20.0, None, 0.1, key=key, placeholder="Left open", format="%.4g"
    )
    return Answers(spacing_mm=size)


def ask_spacing_of_all(n_assumed: int) -> None:
    """Ask once for the pixel size of all files that carry none; `said_of_all` tells what was answered."""
    assumed = f"**{plural(n_assumed, 'picture')}** without a pixel size: {COURSE_SPACING_MM} mm is assumed."
    with st.container(border=True):
        words, field = st.columns([3, 2], vertical_alignment="center")
        words.markdown(assumed if n_assumed else NO_SIZE)
        with field:
            ask_spacing(SPACING_OF_ALL)


def said_of_all() -> Answers:
    """Return what was said of all files of an import: their pixel size, and how their names tell patients."""
    pattern = st.session_state.get(PATTERN_OF_ALL, "").strip()
    return Answers(spacing_mm=st.session_state.get(SPACING_OF_ALL), patient_pattern=pattern)


def ask_order(key: str) -> Answers:
    """Return which ventricle a mask calls 1."""
    order = st.selectbox(
        "Numbers of the labels in masks",
        list(LabelOrder),
        None,
        format_func=lambda choice: ORDER_WORDS[choice],
        key=key,
        placeholder="Left open",
    )
    return Answers(label_order=order)


def ask_patient(key: str) -> Answers:
    """Return whose hearts they are."""
    way = st.selectbox(
        "Whose hearts they are", (EACH_FILE, EACH_FOLDER, ONE, OTHER), None, key=key, placeholder="Left open"
    )
    pattern = {EACH_FILE: PATTERNS["file"], EACH_FOLDER: PATTERNS["folder"]}.get(way or "", "")
    if way == ONE:
        name = st.text_input("Name of the patient", key=f"{key} name").strip()
        pattern = f"={name}" if name else ""
    elif way == OTHER:
        pattern = ask_pattern(f"{key} pattern")
    return Answers(patient_pattern=pattern)


def ask_pattern(key: str) -> str:
    """Return a pattern by which paths name the patient."""
    return st.text_input(
        "Pattern",
        key=key,
        placeholder="{patient}/*",
        help=r"{patient} stands for the patient's name, \* for any letters within a folder's or file's name, "
        r"\*\* for any folders. It is held against folders and file without its ending: {patient}\_slice\*",
    ).strip()


def ask_images(key: str) -> Answers:
    """Return whether what looks like masks is images."""
    return Answers(images=_yes("Files that look like masks", "They are images", key))


def ask_burned_in(key: str) -> Answers:
    """Return whether pictures may come in that can show a name."""
    return Answers(burned_in=_yes("Pictures that may show a name", "They show none: let them in", key))


CONTROLS: dict[Topic, Callable[[str], Answers]] = {
    Topic.PATIENT: ask_patient,
    Topic.SPACING: ask_spacing,
    Topic.MASK: ask_images,
    Topic.LABEL_ORDER: ask_order,
    Topic.BURNED_IN: ask_burned_in,
}


def patients_of(results: Sequence[FileResult]) -> str:
    """Return whom the answers give, to see whether a pattern is right."""
    names = sorted({result.summary.patient for result in results if result.summary})
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    return plain(f"{plural(len(names), 'patient')}: {shown}") if names else "no patient"


def _yes(label: str, yes: str, key: str) -> bool:
    return st.selectbox(label, (yes,), None, key=key, placeholder="Left out") is not None

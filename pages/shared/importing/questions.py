"""Questions that stand between some files and the store, each with its own control."""

from collections.abc import Callable, Collection, Sequence
from functools import reduce

import streamlit as st

from core.labels import LabelOrder
from core.records import FileResult, Topic
from core.workflow.importing.answered import Asked, with_earlier
from core.workflow.importing.files import NO_ANSWERS, PATTERNS, Answers
from core.workflow.words import counted
from pages.shared.importing.tables import why
from pages.shared.plain import plain

NAMED = 5  # files that a question names
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
        """What was answered to these topics."""
        return reduce(with_earlier, (self._given.get(topic, NO_ANSWERS) for topic in topics), NO_ANSWERS)


def groups(results: Sequence[FileResult]) -> dict[Topic, tuple[str, ...]]:
    """The files that ask, by what they ask first; an answer is for those alone."""
    found: dict[Topic, list[str]] = {}
    for result in results:
        if result.asks is not None:
            found.setdefault(result.asks, []).append(result.file)
    return {topic: tuple(dict.fromkeys(files)) for topic, files in found.items()}


def asked(results: Sequence[FileResult], controls: Controls) -> list[Asked]:
    """The files whose question has an answer, with it."""
    answered = [Asked(files, controls.answers({topic})) for topic, files in groups(results).items()]
    return [group for group in answered if group.answers != NO_ANSWERS]


def about(questions: Sequence[FileResult]) -> str:
    """What is asked, of which files."""
    first, *others = questions
    if not others:
        return plain(why(first))
    names = ", ".join(question.file for question in others[:NAMED])
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    return f"{plain(why(first))}  \nThe same of {plain(names + more)}."


def ask_spacing(key: str) -> Answers:
    """Millimetres of a pixel."""
    size = st.number_input(
        "Pixel size in mm", 0.05, 20.0, None, 0.1, key=key, placeholder="Left open", format="%.4g"
    )
    return Answers(spacing_mm=size)


def ask_order(key: str) -> Answers:
    """Which ventricle a mask calls 1."""
    order = st.selectbox(
        "Numbers of the labels in masks",
        list(LabelOrder),
        None,
        format_func=lambda choice: choice.value,
        key=key,
        placeholder="Left open",
    )
    return Answers(label_order=order)


def ask_patient(key: str) -> Answers:
    """Whose hearts they are."""
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
    """A pattern by which paths name the patient."""
    return st.text_input(
        "Pattern",
        key=key,
        placeholder="{patient}/*",
        help=r"{patient} stands for the patient's name, \* for any letters within a folder's or file's name, "
        r"\*\* for any folders. It is held against folders and file without its ending: {patient}\_slice\*",
    ).strip()


def ask_images(key: str) -> Answers:
    """Whether what looks like masks is images."""
    return Answers(images=_yes("Files that look like masks", "They are images", key))


def ask_burned_in(key: str) -> Answers:
    """Whether pictures may come in that can show a name."""
    return Answers(burned_in=_yes("Pictures that may show a name", "They show none: let them in", key))


CONTROLS: dict[Topic, Callable[[str], Answers]] = {
    Topic.PATIENT: ask_patient,
    Topic.SPACING: ask_spacing,
    Topic.MASK: ask_images,
    Topic.LABEL_ORDER: ask_order,
    Topic.BURNED_IN: ask_burned_in,
}


def patients_of(results: Sequence[FileResult]) -> str:
    """Whom the answers give, to see whether a pattern is right."""
    names = sorted({result.summary.patient for result in results if result.summary})
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    return plain(f"{counted(len(names), 'patient')}: {shown}") if names else "no patient"


def _yes(label: str, yes: str, key: str) -> bool:
    return st.selectbox(label, (yes,), None, key=key, placeholder="Left out") is not None

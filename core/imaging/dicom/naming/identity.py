"""Whose series a DICOM image belongs to, under the names that may be kept."""

import re
from dataclasses import dataclass

from core.imaging.deidentification.pseudonyms import Deidentifier, readable_code
from core.imaging.deidentification.terms import clean_description
from core.imaging.dicom.header.frame import Frame
from core.imaging.files.sources import Source
from core.imaging.layouts.patients import compile_pattern, path_of
from core.imaging.problems import Answers, Question
from core.records.results import Topic

# What tools write where a name was: of many patients, so of none.
NOBODY = re.compile(
    r"(?:anon|anonym(?:e|us|ous|i[sz]ed)?|unknown|unbekannt|none|no[ _]?name|n/?a|nil|null|removed|deleted"
    r"|de-?identified|blank|empty|test|patient|dummy|x{2,}|0{5,})(?:\W*(?:anon\w*|patient))?",
    re.IGNORECASE,
)
MAX_NAME_LETTERS = 64  # letters


@dataclass(frozen=True)
class Person:
    """Who a series is of, as the source tells it."""

    told_by: str  # Patient ID, Patient's Name, study, pattern, folder; nothing where nobody tells
    name: str = ""
    note: str = ""


def person_of(frame: Frame, answers: Answers) -> Person:
    """Return who an image is of: by Patient ID, else Patient's Name, the study, a pattern or the folder."""
    examination = frame.header.examination
    for told_by, name in (("Patient ID", examination.patient_id), ("name", examination.patient_name)):
        if re.search(r"\w", name) and not NOBODY.fullmatch(name):
            return Person(told_by, name)
    if examination.study_uid:
        return Person("study", examination.study_uid, "no Patient ID; the study names the patient")
    source = frame.header.source
    if answers.patient_pattern:
        match = compile_pattern(answers.patient_pattern).search(path_of(source))
        if match is not None:
            return Person("pattern", match["patient"])
    folder = source.folder.rpartition("/")[2] or (source.name.parts[0] if len(source.name.parts) > 1 else "")
    if folder:
        return Person("folder", folder, "neither Patient ID nor study; the folder names the patient")
    return Person("")


@dataclass(frozen=True)
class Names:
    """How names and identifiers of one series are kept."""

    person: Person
    deidentifier: Deidentifier | None  # None keeps them; so does a source that was de-identified before

    def patient(self, source: Source) -> str:
        """Return the patient's name in Septum.

        Raises:
            Question: when nobody tells it.
        """
        if not self.person.told_by:
            raise Question(
                f"{source.file} names neither patient nor study and lies in no folder; say how names tell "
                "the patient, or put each patient's files into a folder",
                Topic.PATIENT,
            )
        if self.person.told_by == "study":
            key = self.deidentifier.key if self.deidentifier else b""
            return f"study-{readable_code(self.person.name, key)}"
        if self.deidentifier:
            return self.deidentifier.patient(self.person.name)
        return shortened(self.person.name)

    def uid(self, uid: str) -> str:
        """Return an identifier as it is kept."""
        return self.deidentifier.uid(uid) if self.deidentifier else uid

    def date(self, date: str) -> str:
        """Return a day as it is kept."""
        return self.deidentifier.date(self.person.name, date) if self.deidentifier else date

    def series(self, description: str, series_uid: str, file: str) -> str:
        """Return the series' name: its description, else the end of its identifier, else its file."""
        kept = clean_description(description) if self.deidentifier else description
        uid = self.uid(series_uid)
        return shortened(kept) or (f"series {uid[-8:]}" if uid else file)


def shortened(name: str) -> str:
    """Return the name, cut where it is too long, so that two long ones stay two."""
    return name if len(name) <= MAX_NAME_LETTERS else f"{name[: MAX_NAME_LETTERS - 11]} {readable_code(name)}"

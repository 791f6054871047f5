"""All DICOM files of an import: light headers first, then series by series with pixels."""

import warnings
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import TypeVar

from core.errors import BadInput
from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.dicom.header.frame import Frame, read_frames
from core.imaging.dicom.naming.identity import Names, Person, person_of
from core.imaging.dicom.series import read_stack
from core.imaging.dicom.stacks.joining import join_single_positions
from core.imaging.dicom.stacks.split import Stack, split_series, without_copies
from core.imaging.files.sources import Source
from core.imaging.problems import NO_ANSWERS, Answers, FileProblem, problem_of
from core.limits import Limits
from core.records.slices import Series

T = TypeVar("T", bound=Hashable)
Study = tuple[Person, str, bool]  # whose, its UID, and whether it was de-identified before


class DicomFiles:
    """Takes in the headers of any number of files; memory holds these and the pixels of one stack."""

    def __init__(
        self,
        limits: Limits,
        answers: Answers = NO_ANSWERS,
        deidentifier: Deidentifier | None = None,
    ) -> None:
        """Starts without files.

        Args:
            limits: the most that a file or a stack may ask of memory.
            answers: to what files do not say themselves.
            deidentifier: gives pseudonyms; None keeps names as the files have them.
        """
        self._limits, self._answers, self._deidentifier = limits, answers, deidentifier
        self._frames: list[Frame] = []
        self._shared: dict[Hashable, Hashable] = {}

    def add(self, source: Source, mask: Source | None = None) -> None:
        """Read the header of one file.

        Args:
            source: the file.
            mask: a picture of labels that belongs to it.

        Raises:
            BadInput: when it is damaged, or holds no grey images.
            OSError: when it cannot be read.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pydicom's quote what they warn of, names included
            self._frames += read_frames(source, mask, self._limits, self._share)

    def series(self) -> Iterator[Series | FileProblem]:
        """Yield each series of the files, decoded, and each problem of a file or stack.

        Raises:
            BadInput: when the answers' pattern for patients is none.
        """
        studies, refused = self._studies()
        yield from refused
        for study, stacks in studies.items():
            person, _, declared = study
            names = Names(person, None if declared else self._deidentifier)
            for stack in join_single_positions(stacks):
                try:
                    yield from read_stack(stack, names, self._answers, self._limits)
                except Exception as error:  # a mistake of ours: the other stacks come in
                    source = stack.frames[0].header.source
                    yield problem_of(source.shown, source.file, error)

    def _studies(self) -> tuple[dict[Study, list[Stack]], list[FileProblem]]:
        """Return the stacks of each study of a person, and why series of some are refused whole."""
        kept, copies, doubtful = without_copies(self._frames)
        series: dict[tuple[Study, str], list[Frame]] = defaultdict(list)
        for frame in kept:
            examination = frame.header.examination
            study = (
                person_of(frame, self._answers),
                examination.study_uid,
                examination.declared_deidentified,
            )
            series[study, examination.series_uid or f"in {frame.header.source.folder}"].append(frame)
        studies: dict[Study, list[Stack]] = defaultdict(list)
        refused: list[FileProblem] = []
        for (study, _), frames in series.items():
            uid, source = frames[0].header.examination.series_uid, frames[0].header.source
            try:
                main, *others = split_series(frames)
            except BadInput as error:
                refused.append(problem_of(source.shown, source.file, error))
                continue
            studies[study] += [
                replace(main, notes=(*_copy_notes(copies[uid], doubtful[uid]), *main.notes)),
                *others,
            ]
        return studies, refused

    def _share(self, value: T) -> T:
        """Return the first of equal values, so that a hundred thousand headers stay small."""
        return self._shared.setdefault(value, value)  # type: ignore[return-value]


def _copy_notes(n_copies: int, n_doubtful: int) -> tuple[str, ...]:
    notes = []
    if n_copies:
        notes.append(f"{n_copies} copies of its images (the same SOP Instance UID) were left out")
    if n_doubtful:
        notes.append(f"{n_doubtful} of its images have the SOP Instance UID of another one, but differ; kept")
    return tuple(notes)

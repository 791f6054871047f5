"""Why a file gave no series: refused, in a sentence, or a question and what a person may answer to it."""

import logging
import traceback
from dataclasses import dataclass

from core.errors import BadInput, SeptumError
from core.imaging.limits import PIXEL_SIZES_MM, is_pixel_size
from core.labels import LabelOrder
from core.records.results import Topic

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileProblem:
    """A file that gave no series, and why; a question can be answered and the file imported again."""

    file: str
    message: str
    asks: Topic | None = None

    @property
    def question(self) -> bool:
        """Whether an answer would let the file in."""
        return self.asks is not None


class Question(BadInput):
    """A file that can be imported once something is answered."""

    def __init__(self, message: str, asks: Topic) -> None:
        """The sentence, and what it is about."""
        super().__init__(message)
        self.asks = asks


@dataclass(frozen=True)
class Answers:
    """What a person says of files that do not say it themselves; None and empty leave it open."""

    spacing_mm: float | None = None  # pixel size of images that carry none
    label_order: LabelOrder | None = None  # how masks number the ventricles
    patient_pattern: str = ""  # how paths name the patient, such as {patient}/*
    images: bool = False  # files that look like masks are images all the same
    burned_in: bool = False  # pictures that may show a name in their pixels may come in

    def __post_init__(self) -> None:
        """Refuse a pixel size that no heart has.

        Raises:
            BadInput: when it is none.
        """
        if self.spacing_mm is not None and not is_pixel_size(self.spacing_mm):
            smallest, largest = PIXEL_SIZES_MM
            raise BadInput(
                f"a pixel size of {self.spacing_mm:g} mm was given, expected {smallest} to {largest:g} mm; "
                "say it again"
            )


NO_ANSWERS = Answers()


def problem_of(shown: str, file: str, error: Exception) -> FileProblem:
    """Return what is said of a file that could not be read or stored; the others come in all the same.

    The log gets where a mistake of ours happened, but not its words: they may have the name of a patient.

    Args:
        shown: folders and file, by which results name it.
        file: its short name.
        error: what was raised.

    Raises:
        SeptumError: the error itself, where the store or the run is to blame and no file.
    """
    if isinstance(error, BadInput):
        return FileProblem(shown, str(error), error.asks if isinstance(error, Question) else None)
    if isinstance(error, SeptumError):
        raise error
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        return FileProblem(shown, f"{file} cannot be read ({reason}); check the file")
    kind = type(error).__name__
    if isinstance(error, MemoryError):
        return FileProblem(shown, f"{file} needs more memory than there is; import it in parts")
    LOG.error("a file could not be read: %s\n%s", kind, "".join(traceback.format_tb(error.__traceback__)))
    return FileProblem(
        shown, f"{file} could not be read because of an error in Septum ({kind}); the log has the details"
    )

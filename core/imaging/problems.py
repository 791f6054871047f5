"""Why a file gave no series, in one sentence, whatever was raised while it was read."""

import logging
import traceback

from core.errors import BadInput, SeptumError
from core.imaging.found import FileProblem, Question

LOG = logging.getLogger(__name__)


def problem_of(shown: str, file: str, error: Exception) -> FileProblem:
    """What is said of a file that could not be read or stored; the others come in all the same.

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

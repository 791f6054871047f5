"""What reading gives besides series: problems, questions, and the limits that hold hostile files off."""

from dataclasses import dataclass

from core.errors import BadInput


@dataclass(frozen=True)
class Limits:
    """The most that one import may ask of memory; see `core.settings` for what is set from outside."""

    max_pixels: int = 4096 * 4096  # of one image
    max_file_bytes: int = 1 << 30
    max_unpacked_bytes: int = 4 << 30
    max_ratio: int = 200  # unpacked to packed
    max_slices: int = 5000  # of one series


@dataclass(frozen=True)
class FileProblem:
    """A file that gave no series, and why; a question can be answered and the file imported again."""

    file: str
    message: str
    question: bool = False


class Question(BadInput):
    """A file that can be imported once something is answered."""

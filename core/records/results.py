"""What became of the files of an import, and what they ask."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.records.slices import Split


class Topic(StrEnum):
    """What a question about files is about; each has its own answer."""

    SPACING = "spacing"  # millimetres of a pixel
    LABEL_ORDER = "label order"  # which ventricle a mask calls 1
    PATIENT = "patient"  # whose heart it is
    MASK = "mask"  # whether a file that looks like one is one
    BURNED_IN = "burned in"  # whether a picture may come in that can show a name


@dataclass(frozen=True)
class SeriesSummary:
    """A series as a list of an import shows it."""

    patient: str
    name: str
    split: Split | None  # None: drawn when it is imported
    n_slices: int
    n_positions: int
    n_phases: int
    n_masks: int
    n_files: int
    phase_names: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    spacing_assumed: bool = False  # since its files carry no pixel size and nobody gave one


@dataclass(frozen=True)
class FileResult:
    """What became of one file of an import, in one line."""

    file: str
    outcome: str  # imported, planned, unchanged, attached, refused, question or passed over
    message: str
    series_ids: tuple[int, ...] = field(default=())
    asks: Topic | None = None  # of a question
    summary: SeriesSummary | None = None  # of what came in, or would

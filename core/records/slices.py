"""Slices and series, as they come in and as the store lists them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import numpy as np

from core.records.masks import Origin, check_mask
from core.records.orientation import AS_SOURCE, BaseEnd, BaseTold, Turn, number_from_base
from core.records.phases import Phases
from core.records.provenance import SeriesProvenance, SliceProvenance
from core.records.reasons import Reason

MAX_STORED_LETTERS = 255  # of the name of a patient, a series or a maker, as the tables have it


MAX_GROUP_LETTERS = 100
COURSE_SPACING_MM = 1.8  # a pixel of the course's slices; what is assumed of slices that carry no size
DEFAULT_SPACING = (COURSE_SPACING_MM, COURSE_SPACING_MM)  # of the rare slice that carries none
Place = tuple[int, int]  # of a slice in its series: position and phase
ASSUMED_SPACING = (
    f"no pixel size in the file; {COURSE_SPACING_MM} mm assumed"  # the note of a series that says so
)


class Split(StrEnum):
    """Which part of the work a patient serves; a patient never changes sides."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    DEMO = "demo"  # hearts to try things on: no model learns from them, and none is judged by them


OF_PATIENTS = (Split.TRAIN, Split.VALIDATION, Split.TEST)  # and not of the demo
LEARNT_FROM = (Split.TRAIN, Split.VALIDATION)  # by trainings: weights by the one, when to stop by the other
HELD_OUT = (Split.TEST, Split.VALIDATION)  # judge models; test first, since validation chose which weights


class Status(StrEnum):
    """How far a slice is."""

    NEW = "new"
    PREDICTED = "predicted"
    IN_PROGRESS = "in progress"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Geometry:
    """How slices sit in their source, kept so that a mask can be written back into it."""

    __pydantic_config__: ClassVar = {  # as JSON, which other libraries write of a dataclass
        "ser_json_bytes": "base64",
        "val_json_bytes": "base64",
        "ser_json_inf_nan": "constants",
    }

    format: str  # png, jpeg, tiff, npy, nifti or dicom
    shape: tuple[int, ...]  # of the source array, e.g. (columns, rows, slices, phases) for NIfTI
    spacing_mm: tuple[float, float] | None  # (row, column) of a slice; None while nobody has told
    slice_distance_mm: float | None = None
    affine: tuple[tuple[float, ...], ...] | None = None  # 4x4, source voxel to patient mm (RAS)
    slice_axis: int = 2  # axis of the source array along which slices are stacked
    header: bytes = b""  # the NIfTI header as it was
    slice_indices: tuple[int, ...] = ()  # of each position in the source's stack, where the stack has gaps


@dataclass(frozen=True, eq=False)
class Slice:
    """One short-axis image as it was imported; pixels never change afterwards."""

    position: int  # 0 is the first slice of the source, in its order
    phase: int
    pixels: np.ndarray  # (height, width), scanner units
    mask: np.ndarray | None = None  # (height, width) uint8 of Label values, a reference that came along
    trigger_time_ms: float | None = None
    source: str = ""  # file name, for people; never used as a path
    provenance: SliceProvenance = SliceProvenance()

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2:
            raise ValueError(f"pixels must be 2-D, got shape {self.pixels.shape}")
        if self.mask is not None:
            check_mask(self.mask, self.pixels.shape)


@dataclass(frozen=True)
class SourceFile:
    """One of several files that a series came in, kept so that masks go back into the file they belong to."""

    name: str  # file name, for people; never used as a path
    geometry: Geometry  # its own
    phases: tuple[int, ...]  # of the series, in the order in which the file holds them


@dataclass(frozen=True, eq=False)
class Series:
    """What is imported together: the slices of one patient on one grid, one or many phases."""

    patient: str
    name: str  # unique for the patient: file stem, frame, or DICOM series
    geometry: Geometry
    slices: tuple[Slice, ...]
    split: Split | None = None  # only where the folder layout says so
    notes: tuple[str, ...] = ()  # what was recognised or assumed, in words
    group: str = ""  # diagnosis or cohort where the source gives one
    folder: str = ""  # where its file lay below what was given, as it was named there; never used as a path
    patient_sure: bool = True  # False where a bare name or folder told, which another heart may have, too
    phase_names: tuple[tuple[int, str], ...] = ()  # of phases that have one, such as (0, "ED")
    files: tuple[SourceFile, ...] = ()  # where phases came in files of their own; else `geometry` is the file
    provenance: SeriesProvenance = SeriesProvenance()
    original_uids: tuple[tuple[str, str], ...] = ()  # (as kept, as the source has it) of each that was mapped

    def __post_init__(self) -> None:
        if not self.slices:
            raise ValueError(f"series {self.name!r} has no slices")
        places = [(image.position, image.phase) for image in self.slices]
        if len(set(places)) != len(places):
            raise ValueError(f"series {self.name!r} has two slices at one position and phase")


@dataclass(frozen=True)
class SeriesRow:
    """A stored series, without its pixels."""

    id: int
    patient: str
    name: str
    split: Split
    geometry: Geometry
    n_positions: int
    n_phases: int
    group: str
    notes: tuple[str, ...]
    imported_at: datetime
    phase_names: tuple[tuple[int, str], ...] = ()  # these and the next as in Series
    files: tuple[SourceFile, ...] = ()
    provenance: SeriesProvenance = SeriesProvenance()
    turn: Turn = AS_SOURCE  # how its pictures are shown; their pixels stay as they came
    base: BaseEnd = BaseEnd.UNKNOWN  # from which end readers count, see SliceRow.from_base
    base_told: BaseTold = BaseTold.NOBODY

    @property
    def phases(self) -> Phases:
        """How many phases there are, and what they are called."""
        return Phases(self.n_phases, self.phase_names)

    def number_of(self, position: int) -> int:
        """Return what readers call the slices at a position of the source: 1 is the base."""
        return number_from_base(position, self.n_positions, self.base)


@dataclass(frozen=True)
class SliceRow:
    """A stored slice as the queue lists it."""

    id: int
    series_id: int
    patient: str
    series: str
    split: Split
    position: int  # in the order of the source, as exports have it
    phase: int
    status: Status
    height: int
    width: int
    image_sha256: str
    spacing_mm: tuple[float, float] | None
    trigger_time_ms: float | None
    newest_version_id: int | None
    newest_origin: Origin | None
    uncertainty: float | None  # mean predictive entropy inside the heart, nats; None before a prediction
    disagreement: float | None  # 1 - mean Dice with the prediction upside down
    worth: float | None  # of a correction, higher first; None before a mask was assessed
    reasons: tuple[Reason, ...]  # why a correction is worth it
    source: str = ""  # name of the file it came in, for people
    from_base: int = 0  # slices between it and the base; its position where nobody knows the base

    @property
    def number(self) -> int:
        """What readers call it: 1 is the base."""
        return self.from_base + 1


@dataclass(frozen=True, eq=False)
class SliceIds:
    """Slices by their numbers alone, for runs of so many that a row of each would fill the memory."""

    ids: np.ndarray  # (n,) int64
    series_ids: np.ndarray  # (n,) int64, of each slice its series
    phases: np.ndarray  # (n,) int64, and its phase

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)

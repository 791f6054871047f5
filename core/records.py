"""The nouns that travel between layers: frozen, self-checking, with shapes and units in their names."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np

from core.labels import FOREGROUND, Label
from core.provenance import SeriesProvenance, SliceProvenance

MOST_LETTERS = 255  # of the name of a patient, a series or a maker, as the tables have it
MOST_GROUP_LETTERS = 100


class Split(StrEnum):
    """Which part of the work a patient serves; a patient never changes sides."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Status(StrEnum):
    """How far a slice is."""

    NEW = "new"
    PREDICTED = "predicted"
    IN_PROGRESS = "in progress"
    APPROVED = "approved"
    REJECTED = "rejected"


class Origin(StrEnum):
    """Where a mask version comes from."""

    REFERENCE = "reference"
    MODEL = "model"
    READER = "reader"


class RunState(StrEnum):
    """How far a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RunKind(StrEnum):
    """What a run does."""

    TRAINING = "training"
    PREDICTION = "prediction"
    SCORING = "scoring"
    IMPORT = "import"


@dataclass(frozen=True)
class Geometry:
    """How slices sit in their source, kept so that a mask can be written back into it."""

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


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a network says about one slice, on the slice's own grid."""

    mask: np.ndarray  # (height, width) uint8 of Label values
    probabilities: np.ndarray  # (4, height, width) float32, sums to 1 over the first axis
    looks: (
        np.ndarray
    )  # (1 or 2, ...) uint8: what it says as the slice is and upside down, at its own pixel size

    @property
    def confidence(self) -> np.ndarray:
        """Probability of the chosen label, (height, width) float32."""
        return self.probabilities.max(axis=0)


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


@dataclass(frozen=True)
class SliceRow:
    """A stored slice as the queue lists it."""

    id: int
    series_id: int
    patient: str
    series: str
    split: Split
    position: int
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
    reasons: tuple[str, ...]  # why a correction is worth it, in words
    source: str = ""  # name of the file it came in, for people


@dataclass(frozen=True, eq=False)
class Version:
    """One saved mask; never changed afterwards."""

    id: int
    slice_id: int
    parent_id: int | None
    origin: Origin
    author: str  # reader's name or model's name
    model_id: int | None
    mask: np.ndarray  # (height, width) uint8 of Label values
    created_at: datetime
    note: str = ""
    seconds: float | None = None  # of active work


@dataclass(frozen=True)
class Strokes:
    """How far a reader's unsaved strokes are; the same number of another browser tab is another state."""

    tab: str = ""  # the browser tab that drew last
    seq: int = 0  # number of its newest change; 0 for no strokes


@dataclass(frozen=True)
class Seen:
    """What a reader had in view when something was decided, so that nothing else is decided on."""

    parent_id: int | None  # the version that the drawing starts from, None where there was none
    strokes: Strokes = Strokes()  # of the reader, on that version
    newest_id: int | None = None  # the version that everybody else sees


@dataclass(frozen=True)
class ModelRow:
    """A trained network that the store knows."""

    id: int
    name: str
    sha256: str
    path: str  # where its file was last seen; `core.workflow.models.whole_checkpoint` looks whether it is
    active: bool
    card: str  # JSON: the checkpoint's whole configuration
    created_at: datetime
    parent_id: int | None = None  # the model whose weights it started from, where the store knows it
    removed_at: datetime | None = None  # when its file went; what it made keeps naming it


@dataclass(frozen=True)
class RunRow:
    """One piece of long work; its row is the only channel between the worker and everybody else."""

    id: int
    kind: RunKind
    state: RunState
    configuration: str  # JSON
    done: int
    total: int
    message: str  # what happens now, or why it ended, in plain words
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked: bool
    name: str = ""
    note: str = ""
    device: str = ""  # where it ran, in words
    peak_memory_mb: float | None = None
    model_id: int | None = None  # the newest model that it produced
    sweep_id: int | None = None  # the sweep that it belongs to
    asked_by: str = ""  # who started it; "" where nobody said who it was
    stopped_by: str = ""


@dataclass(frozen=True)
class SweepRow:
    """Trainings that belong together: every combination of a few choices."""

    id: int
    name: str
    configuration: str  # JSON of the choices that are crossed
    created_at: datetime


@dataclass(frozen=True)
class EpochRow:
    """What one epoch of a training run came to; NaN where there is no figure."""

    number: int  # from 1
    training_loss: float
    validation_loss: float  # NaN where the epoch was not validated
    validation_dice: tuple[float, ...]  # in the order of core.labels.FOREGROUND
    learning_rate: float
    seconds: float
    best: bool  # the lowest validation loss so far
    validation_iou: tuple[float, ...] = (math.nan,) * len(FOREGROUND)  # in the same order as the Dice


class PromotionKind(StrEnum):
    """How a model became active."""

    PROMOTED = "promoted"
    OVERRIDDEN = "overridden"  # against what the hold-out said
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True)
class PromotionRow:
    """One change of the active model."""

    id: int
    model_id: int
    previous_id: int | None
    kind: PromotionKind
    reader: str
    reason: str  # in the person's own words; "" where none was needed
    verdict: str  # what the hold-out said
    holdout_patients: int  # how many patients the hold-out had, in the order in which they came in
    holdout_sha256: str  # of those patients
    promoted_at: datetime


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


@dataclass(frozen=True)
class FileResult:
    """What became of one file of an import, in one line."""

    file: str
    outcome: str  # imported, planned, unchanged, attached, refused or question
    message: str
    series_ids: tuple[int, ...] = field(default=())
    asks: Topic | None = None  # of a question
    summary: SeriesSummary | None = None  # of what came in, or would


def check_mask(mask: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the mask is uint8, of the given shape and holds only known labels."""
    if mask.shape != shape:
        raise ValueError(f"mask must have shape {shape}, got {mask.shape}")
    if mask.dtype != np.uint8:
        raise ValueError(f"mask must be uint8, got {mask.dtype}")
    if mask.size and int(mask.max()) > max(Label):
        raise ValueError(f"mask must hold labels 0 to {int(max(Label))}, got {int(mask.max())}")

"""What a file format says of itself, and what a reader of it gives; `registry` lists those that there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import BinaryIO

import numpy as np

from core.imaging.label_values import Numbering
from core.limits import Limits
from core.records.slices import Geometry

MasksByIndex = dict[tuple[int, int], np.ndarray]  # (position, phase) -> (height, width) uint8


class Content(Enum):
    """What the files of a format hold."""

    PICTURE = auto()  # one plane or a stack of pages; neither knows how it lies in the patient
    ARRAY = auto()  # numbers alone
    VOLUME = auto()  # array axes (columns, rows, slices, phases) and how they lie in the patient


class MaskUse(Enum):
    """What files of a format are good for as masks."""

    SCORED = auto()  # they come in beside images, and folders of them are scored
    IMPORTED = auto()  # they come in beside images
    UNFIT = auto()  # labels seldom survive in them; they are read but never asked for


@dataclass(frozen=True, eq=False)
class ImageFile:
    """What an image file holds."""

    indices: tuple[tuple[int, int], ...]  # (position, phase) of each plane
    shape: tuple[int, int]  # (height, width) of all planes
    geometry: Geometry
    notes: tuple[str, ...]
    planes: Callable[[], Sequence[np.ndarray]]  # unpacks them, in the order of the indices
    # Reads the labels (positions, height, width) in the same file, and what was recognised in them.
    masks: Callable[[], tuple[np.ndarray, list[str]]] | None = None

    @property
    def n_phases(self) -> int:
        """How many phases there are."""
        return 1 + max(phase for _, phase in self.indices)


@dataclass(frozen=True, eq=False)
class LabelFile:
    """What a file of labels holds, by its header; the labels are read when they are asked for."""

    geometry: Geometry
    notes: tuple[str, ...]
    # uint8 labels and notes on them, by what a table says that the numbers mean: in the array axes of a
    # volume, of other files (phases, positions, height, width).
    labels: Callable[[Numbering | None], tuple[np.ndarray, list[str]]]


@dataclass(frozen=True, eq=False)
class MaskWriter:
    """How the masks of a series are written into one file."""

    ending: str  # of the file's name, such as .nii.gz
    write: Callable[[Geometry, MasksByIndex, BinaryIO], None]  # slices without a mask hold background


@dataclass(frozen=True, eq=False)
class FileFormat:
    """How files of one format are known.

    Raises:
        ValueError: when an ending is none.
    """

    key: str  # as `Geometry.format` has it and the store keeps it
    title: str  # as messages call it
    endings: tuple[str, ...]  # of names, in small letters, such as .nii.gz
    content: Content
    sniff: Callable[[bytes, str], bool]  # whether it is one, by its first bytes and its name
    writer: MaskWriter | None = None  # of its masks; None takes PNG for a single plane, else NIfTI

    def __post_init__(self) -> None:
        if any(ending != ending.lower() or not ending.startswith(".") for ending in self.endings):
            raise ValueError(f"the endings of {self.title} must be small letters behind a dot")


@dataclass(frozen=True, eq=False, kw_only=True)
class Reader(FileFormat):
    """A format whose files can be read one by one.

    Both functions take all bytes of a file, its name for messages, and the limits on hostile files; they
    raise BadInput for what cannot be read, and decode nothing before its size is known to be allowed.
    """

    read_image: Callable[[bytes, str, Limits], ImageFile]
    read_labels: Callable[[bytes, str, Limits], LabelFile]
    mask_use: MaskUse = MaskUse.SCORED

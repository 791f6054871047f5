"""What is asked to be taken out of the store: whose masks of which series."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from core.records.masks import Origin


class MaskChoice(StrEnum):
    """Which of a slice's masks is meant."""

    LATEST = "latest"  # the one that everybody sees, whoever made it
    APPROVED = "approved"  # the same, of approved slices alone
    REFERENCE = "reference"  # that came along with the image
    MODEL = "model"  # the newest that a model said, also where a reader's is shown
    READER = "reader"  # the newest that a reader saved


@dataclass(frozen=True)
class Selection:
    """Which masks; empty means all patients' series, and of a reader or model any.

    Raises:
        ValueError: when it names a reader or a model whose masks it does not ask for.
    """

    masks: MaskChoice = MaskChoice.LATEST
    reader: str = ""  # whose masks
    model_id: int | None = None  # of which model
    series_ids: tuple[int, ...] = ()
    patients: tuple[str, ...] = ()
    only_whole: bool = False  # leave out files in which a slice has no such mask
    demo: bool = False  # take the demo's hearts along, where nobody is named

    def __post_init__(self) -> None:
        if self.reader and self.masks != MaskChoice.READER:
            raise ValueError(f"a reader is named, but the {self.masks.value} masks are asked for")
        if self.model_id is not None and self.masks != MaskChoice.MODEL:
            raise ValueError(f"a model is named, but the {self.masks.value} masks are asked for")


EVERYTHING = Selection()


@dataclass(frozen=True, eq=False)
class ChosenMask:
    """The mask of one slice that a selection means, and where it comes from."""

    mask: np.ndarray  # (height, width) uint8 of Label values
    origin: Origin
    author: str  # reader's name or model's name
    version_id: int | None  # None for what a model said beside the mask that is shown
    model_id: int | None  # whose mask it is, or was drawn from
    created_at: datetime


@dataclass(frozen=True)
class ChosenCount:
    """How many slices of a series a selection has masks of."""

    series_id: int
    patient: str
    n_slices: int
    n_masks: int

"""Masks of one slice: versions, predictions, and what a reader had in view when one was decided on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from core.labels import Label


class Origin(StrEnum):
    """Where a mask version comes from."""

    REFERENCE = "reference"
    MODEL = "model"
    READER = "reader"


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a network says about one slice, on the slice's own grid."""

    mask: np.ndarray  # (height, width) uint8 of Label values
    probabilities: np.ndarray  # (4, height, width) float32, sums to 1 over the first axis
    # (1 or 2, ...) uint8: what it says of the slice as it is and upside down, at the network's pixel size
    flip_masks: np.ndarray

    @property
    def confidence(self) -> np.ndarray:
        """Probability of the chosen label, (height, width) float32."""
        return self.probabilities.max(axis=0)


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


def check_mask(mask: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the mask is uint8, of the given shape and holds only known labels."""
    if mask.shape != shape:
        raise ValueError(f"mask must have shape {shape}, got {mask.shape}")
    if mask.dtype != np.uint8:
        raise ValueError(f"mask must be uint8, got {mask.dtype}")
    if mask.size and int(mask.max()) > max(Label):
        raise ValueError(f"mask must hold labels 0 to {int(max(Label))}, got {int(mask.max())}")

"""Spreads: one correction of many slices at once, which is taken back as one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from core.records.masks import Seen
from core.records.slices import Status

MAX_SLICES = 400  # of one spread: a whole cine


class SpreadKind(StrEnum):
    """What is done to the slices; the value is what is stored."""

    COPY = "copy"
    INTERPOLATE = "interpolate"
    RESIZE = "resize"
    DELETE = "delete"
    CARRY = "carry"  # along the motion of the heart


@dataclass(frozen=True, eq=False)
class SpreadSlice:
    """One slice that a spread changes, or looks at, as the reader saw it before."""

    slice_id: int
    words: str  # which slice it is, for people
    seen: Seen
    status: Status
    mask: np.ndarray | None = (
        None  # (height, width) uint8 of Label values, from then on; None: only looked at
    )


@dataclass(frozen=True)
class Spread:
    """A spread that the store knows of, with those of its slices that are still as it left them."""

    name: str
    kind: SpreadKind
    n_slices: int  # that it changed
    slice_ids: tuple[int, ...]
    done_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether nobody has drawn on, saved or approved one of its slices since."""
        return len(self.slice_ids) == self.n_slices

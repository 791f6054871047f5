"""What a reader asks of many slices at once."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import BadInput
from core.labels import Label
from core.records.masks import Origin
from core.records.slices import SliceRow, Status
from core.records.spreads import SpreadKind

MAX_PIXELS = 10  # by which a label is grown or shrunk


class Guard(StrEnum):
    """Why a slice is left alone unless it is asked for."""

    REFERENCE = "reference"  # its mask came along with the image
    APPROVED = "approved"
    REJECTED = "rejected"


class Along(StrEnum):
    """Between what is interpolated."""

    SLICES = "slices"  # of the stack, in each phase
    PHASES = "phases"  # in each slice


@dataclass(frozen=True)
class SpreadRequest:
    """One correction of a block of slices.

    Raises:
        BadInput: when it asks for nothing that can be done.
    """

    kind: SpreadKind
    labels: tuple[Label, ...]
    positions: tuple[
        int, int
    ]  # first and last, from 0 at the base; of an interpolation between slices the two ends
    phases: tuple[int, int]
    along: Along = Along.SLICES
    pixels: int = 1  # to grow by; below 0 to shrink
    guarded: frozenset[Guard] = frozenset()  # slices that are asked for although they are usually left alone

    def __post_init__(self) -> None:
        if not self.labels:
            raise BadInput("no label is chosen; choose at least one")
        if self.kind == SpreadKind.RESIZE and not 0 < abs(self.pixels) <= MAX_PIXELS:
            raise BadInput(f"a label grows or shrinks by 1 to {MAX_PIXELS} pixels, not by {abs(self.pixels)}")
        first, last = self.ends
        if self.kind == SpreadKind.INTERPOLATE and last - first < 2:
            raise BadInput(f"there is nothing between these {self.along}; choose two that lie farther apart")

    @property
    def ends(self) -> tuple[int, int]:
        """The two places between which an interpolation goes."""
        return self.positions if self.along == Along.SLICES else self.phases

    @property
    def places(self) -> list[tuple[int, int]]:
        """(position, phase) of every slice in the block."""
        return [
            (position, phase)
            for phase in range(self.phases[0], self.phases[1] + 1)
            for position in range(self.positions[0], self.positions[1] + 1)
        ]

    def sources(self, place: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the places from which the slice at (position, phase) is interpolated."""
        position, phase = place
        if self.along == Along.SLICES:
            return (self.positions[0], phase), (self.positions[1], phase)
        return (position, self.phases[0]), (position, self.phases[1])

    def share(self, place: tuple[int, int]) -> float:
        """Return how far from the one end to the other a place lies, from 0 to 1."""
        at = place[0] if self.along == Along.SLICES else place[1]
        return (at - self.ends[0]) / (self.ends[1] - self.ends[0])


def guard_of(row: SliceRow) -> Guard | None:
    """Return why a slice is left alone; None for one that anybody may correct without a word."""
    if row.newest_origin == Origin.REFERENCE:
        return Guard.REFERENCE
    return {Status.APPROVED: Guard.APPROVED, Status.REJECTED: Guard.REJECTED}.get(row.status)

"""The areas of all slices of one series with the geometry that makes them volumes."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from core.labels import HEART, Label, LabelSet, Role
from core.records.hearts import LeftOut
from core.records.orientation import BaseEnd, number_from_base

MM3_PER_ML = 1000.0
MIN_POSITIONS = 3  # slices of a heart below which their sum is no volume


@dataclass(frozen=True, eq=False)
class SliceStack:
    """How many pixels of each label the slices of a series have, by position and phase.

    All that volumes need: of a slice that changes only these few numbers do.

    Raises:
        ValueError: when shapes do not fit, or a size in mm is none.
    """

    pixels: np.ndarray  # (positions, phases, labels) int64; 0 where there is no mask
    drawn: np.ndarray  # (positions, phases) bool: whether there is one
    spacing_mm: tuple[float, float] | None  # (row, column) of a pixel; None where nobody told
    distance_mm: float | None  # between the centres of neighbouring slices, so with the gap between them
    places: tuple[int, ...] = ()  # of each position among equidistant ones, where some have no slice
    labels: LabelSet = HEART
    base: BaseEnd = BaseEnd.UNKNOWN  # from which end readers count

    def __post_init__(self) -> None:
        if self.pixels.shape != (*self.drawn.shape, len(self.labels.structures)):
            raise ValueError(f"pixels of shape {self.pixels.shape} do not fit masks {self.drawn.shape}")
        if self.places and len(self.places) != len(self.drawn):
            raise ValueError(f"{len(self.places)} places cannot be those of {len(self.drawn)} positions")
        for size in (*(self.spacing_mm or ()), *(() if self.distance_mm is None else (self.distance_mm,))):
            _require_size(size)

    @property
    def n_positions(self) -> int:
        """How many slices a phase has."""
        return self.drawn.shape[0]

    @property
    def n_phases(self) -> int:
        """How many phases there are."""
        return self.drawn.shape[1]

    @property
    def n_missing_places(self) -> int:
        """How many places within the stack have no slice at all."""
        return 0 if not self.places else self.places[-1] - self.places[0] + 1 - len(self.places)

    @property
    def whole(self) -> np.ndarray:
        """Whether every slice has a mask, (phases,) bool; half a heart is a small heart."""
        return np.asarray(self.drawn.all(axis=0))

    @property
    def obstacle(self) -> str:
        """Why there are no volumes at any phase, as a clause; "" where there may be."""
        if self.spacing_mm is None:
            return "the size of a pixel is not known"
        if self.n_positions < MIN_POSITIONS:
            return f"a volume needs at least {MIN_POSITIONS} slices, and there is {self.n_positions}"
        if self.distance_mm is None:
            return "the distance between slices is not known"
        return ""

    @property
    def pixel_ml(self) -> np.ndarray:
        """The volume that a pixel at each position stands for, (positions,) ml.

        The slices beside a place without a slice share it, as a straight line between both would.

        Raises:
            ValueError: when sizes are not known.
        """
        if self.spacing_mm is None or self.distance_mm is None:
            raise ValueError("a stack without sizes in mm has no volumes")
        return shares_of_places(self.places or tuple(range(self.n_positions))) * pixel_volume_ml(
            self.spacing_mm, self.distance_mm
        )

    def volumes_ml(self, left_out: Collection[LeftOut] = ()) -> np.ndarray:
        """Return the volume of each label at each phase, (phases, labels) ml, over the slices that count.

        Raises:
            ValueError: when sizes are not known.
        """
        volumes: np.ndarray = np.einsum(
            "ptl,ptl,p->tl", self.pixels, self.counted(left_out).astype(float), self.pixel_ml
        )
        return volumes

    def counted(self, left_out: Collection[LeftOut] = ()) -> np.ndarray:
        """Return which slices count for which label, (positions, phases, labels) bool."""
        counted = np.ones(self.pixels.shape, bool)
        for one in left_out:
            if one.position < self.n_positions and one.phase < self.n_phases:
                counted[one.position, one.phase, list(with_wall(one.cavity, self.labels))] = False
        return counted

    def number(self, position: int) -> int:
        """Return what readers call the slice at a position."""
        return number_from_base(position, self.n_positions, self.base)

    def filled(self, label: Label, phase: int) -> tuple[int, ...]:
        """Return the positions at which a phase has the label."""
        return tuple(int(position) for position in np.flatnonzero(self.pixels[:, phase, label]))


def stack_of(
    positions: np.ndarray,
    phases: np.ndarray,
    pixels: np.ndarray,
    spacing_mm: tuple[float, float] | None,
    distance_mm: float | None,
    *,
    shape: tuple[int, int] | None = None,
    places: tuple[int, ...] = (),
    labels: LabelSet = HEART,
    base: BaseEnd = BaseEnd.UNKNOWN,
) -> SliceStack:
    """Return the stack of n masks.

    Args:
        positions: (n,) from 0.
        phases: (n,) from 0.
        pixels: (n, labels) of each label in the mask.
        spacing_mm: (row, column) of a pixel.
        distance_mm: between the centres of slices.
        shape: (positions, phases) of the series; None takes those that have a mask.
        places: as in the stack.
        labels: the set of the masks.
        base: as in the stack.
    """
    if shape is None:
        shape = (int(positions.max(initial=-1)) + 1, int(phases.max(initial=-1)) + 1)
    every = np.zeros((*shape, len(labels.structures)), np.int64)
    drawn = np.zeros(shape, bool)
    every[positions, phases], drawn[positions, phases] = pixels, True
    return SliceStack(every, drawn, spacing_mm, distance_mm, places, labels, base)


def shares_of_places(places: tuple[int, ...]) -> np.ndarray:
    """Return how many slice distances each slice stands for, (positions,): half the way to both neighbours.

    >>> shares_of_places((0, 1, 2)).tolist(), shares_of_places((0, 1, 3)).tolist()
    ([1.0, 1.0, 1.0], [1.0, 1.5, 1.5])
    """
    steps = np.concatenate([[1.0], np.diff(np.array(places, float)), [1.0]])
    shares: np.ndarray = (steps[:-1] + steps[1:]) / 2
    return shares


def pixel_volume_ml(spacing_mm: tuple[float, float], slice_distance_mm: float) -> float:
    """Return the volume that one pixel stands for: its area times the distance to the next slice's centre.

    >>> pixel_volume_ml((2.0, 2.0), 10.0)
    0.04
    """
    sizes = (*spacing_mm, slice_distance_mm)
    for size in sizes:
        _require_size(size)
    return math.prod(sizes) / MM3_PER_ML


def walled_first(labels: LabelSet) -> tuple[Label, ...]:
    """Return the cavities of a set, those that a wall encloses before the others."""
    return tuple(sorted(labels.with_role(Role.CAVITY), key=lambda label: label not in labels.walled))


def with_wall(cavity: Label, labels: LabelSet = HEART) -> tuple[Label, ...]:
    """Return a cavity and, where it has one, the wall that encloses it."""
    return (cavity, labels.walled[cavity]) if cavity in labels.walled else (cavity,)


def _require_size(size: float) -> None:
    if not (math.isfinite(size) and size > 0):
        raise ValueError(f"pixel size and slice distance must be positive, got {size} mm")

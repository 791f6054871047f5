"""A corrected mask carried to another picture of the same heart, by the pictures and a network's word.

Each corrected mask is laid on the picture by the motion between both (`motion`), its borders as distances;
several are averaged, the nearer the motion the more (`borders`). A network's probabilities come in where they
held at the corrected slices: where a reader had to change them, they count less (`beliefs`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.editing.carry.beliefs import beliefs, pooled
from core.editing.carry.borders import blended, borders, within
from core.editing.carry.motion import brought, displacement, length_mm, returned_mm
from core.editing.carry.tidy import closed, tidied
from core.editing.spread.distance import Spacing, box_around
from core.pixels.grey_window import in_window
from core.records.masks import check_mask

MARGIN_MM = 20.0  # of the picture around the heart that tells of its motion
STILL_MM = 0.5  # of motion that is none: a mask of the very same picture does not count for all
FULL_TRUST = 1.5  # what a network's word counts beside the carried one, where it held
HELD = 0.25  # probability that a network gave the right label, from which on its word counts in full

Motion = Callable[[np.ndarray, np.ndarray, Spacing], np.ndarray]  # as `displacement`


@dataclass(frozen=True, eq=False)
class Corrected:
    """A slice whose mask is right, from which others get theirs.

    Raises:
        ValueError: when picture, mask and probabilities are not of one shape.
    """

    pixels: np.ndarray  # (height, width) scanner units
    mask: np.ndarray  # (height, width) uint8 of Label values
    probabilities: np.ndarray | None = None  # (4, height, width) of the network, before it was corrected

    def __post_init__(self) -> None:
        check_mask(self.mask, self.pixels.shape)
        if self.probabilities is not None and self.probabilities.shape[1:] != self.mask.shape:
            raise ValueError(f"probabilities must be of {self.mask.shape}, got {self.probabilities.shape}")


@dataclass(frozen=True, eq=False)
class Carried:
    """What a slice gets, and where that is unsure."""

    mask: np.ndarray  # (height, width) uint8 of Label values
    unsure: np.ndarray  # (height, width) float32 from 0 to 1: how likely another label is

    @property
    def unsure_share(self) -> float:
        """What is likely to be wrong, as a share of the heart; 0 where there is no heart."""
        size = int((self.mask > 0).sum())
        return min(1.0, float(self.unsure.sum()) / size) if size else 0.0


def carry(
    sources: Sequence[Corrected],
    pixels: np.ndarray,
    spacing_mm: Spacing,
    probabilities: np.ndarray | None = None,
    motion: Motion = displacement,
) -> Carried:
    """Return the mask of a slice by those of corrected slices of the same heart, and where it is unsure.

    Args:
        sources: one or more, such as the nearest corrected phases before and after, on the same pixel grid.
        pixels: (height, width) of the slice, scanner units.
        spacing_mm: (row, column) of a pixel.
        probabilities: (4, height, width) of the network; None where none has predicted.
        motion: how the motion between two pictures is found.
    """
    if not sources:
        raise ValueError("there must be a corrected slice to carry from")
    if any(source.pixels.shape != pixels.shape for source in sources):
        raise ValueError(f"corrected slices must be of {pixels.shape}, as the slice is")
    heart = np.logical_or.reduce([source.mask > 0 for source in sources])
    carried, unsure = np.zeros(pixels.shape, np.uint8), np.zeros(pixels.shape, np.float32)
    if not heart.any():
        return Carried(carried, unsure)
    box = box_around(heart, round(MARGIN_MM / min(spacing_mm)))
    picture = in_window(pixels)[box]
    pictures = [in_window(source.pixels)[box] for source in sources]
    masks = [source.mask[box] for source in sources]
    flows = [motion(picture, other, spacing_mm) for other in pictures]
    inside = [
        brought((part > 0).astype(np.float32), flow) > 0.5 for part, flow in zip(masks, flows, strict=True)
    ]
    weights = weights_of(flows, inside, spacing_mm)
    mean, unsure_mm = blended([borders(part, spacing_mm) for part in masks], flows, weights, spacing_mm)
    if len(sources) == 1:  # no second way that could differ
        back = motion(pictures[0], picture, spacing_mm)
        unsure_mm = np.maximum(unsure_mm, returned_mm(flows[0], back, spacing_mm))
    told = beliefs(mean, unsure_mm)
    if probabilities is None:
        labels = within(mean)  # what is likeliest would be a thin wall's neighbours, where all is unsure
    else:
        trust = trust_of(sources, flows, weights, box)
        told = pooled(told, probabilities[:, *box].astype(np.float64), trust)
        labels = told.argmax(axis=0).astype(np.uint8)
    carried[box] = tidied(labels, spacing_mm, is_closed=all(closed(part) for part in masks))
    unsure[box] = 1 - np.take_along_axis(told, carried[box][None].astype(np.intp), axis=0)[0]
    return Carried(carried, unsure)


def weights_of(flows: Sequence[np.ndarray], hearts: Sequence[np.ndarray], spacing_mm: Spacing) -> np.ndarray:
    """Return what each source counts, (sources,) that sum to 1: the less the heart moved since, the more."""
    moved = [
        length_mm(flow, spacing_mm)[inside].mean() if inside.any() else np.inf
        for flow, inside in zip(flows, hearts, strict=True)
    ]
    if not np.isfinite(moved).any():
        return np.full(len(flows), 1 / len(flows))
    weights = 1 / (np.array(moved) + STILL_MM)
    return np.asarray(weights / weights.sum())


def trust_of(
    sources: Sequence[Corrected],
    flows: Sequence[np.ndarray],
    weights: np.ndarray,
    box: tuple[slice, slice],
) -> np.ndarray:
    """Return what the network's word counts at each pixel: less where a reader had to change it."""
    held = np.zeros(flows[0].shape[1:])
    for source, flow, weight in zip(sources, flows, weights, strict=True):
        if source.probabilities is None:
            right = np.full(held.shape, 0.5)
        else:
            chosen = source.mask[box][None].astype(np.intp)
            right = np.take_along_axis(source.probabilities[:, *box], chosen, axis=0)[0]
        held += weight * brought(right.astype(np.float64), flow)
    return FULL_TRUST * np.minimum(1.0, held / HELD)

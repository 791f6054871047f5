"""Where the segments begin: found from the labels where the way round is known, else as somebody marked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.metrics.wall.chords import CAVITY, Spacing
from core.metrics.wall.insertions import OTHER, anterior_angle, contact_arc, is_upper, septal_turn
from core.records.directions import Directions
from core.records.hearts import Insertions

Masks = Mapping[int, np.ndarray]  # by position: (height, width) uint8 of Label values

CONTRADICTORY = (
    "the file's directions put the anterior insertion of the right ventricle below the other one, which no "
    "heart in its usual place has; mark both insertions, the anterior one first"
)
NO_INSERTION = "no slice shows where the right ventricle meets the left one; mark both insertions"
NO_CENTRE = "the slice on which the insertions are marked has no LV; mark them on another slice"


@dataclass(frozen=True)
class Anchor:
    """Where the segments of all slices begin, at one phase."""

    turn: int  # +1 where angles grow from the anterior insertion along the septum, else -1
    anterior: float  # its direction from the LV's centre, in radians, from columns' way towards rows'


def found_anchor(masks: Masks, spacing_mm: Spacing, way: Directions, *, base_first: bool) -> Anchor | str:
    """Return the anchor as the labels show it, or the reason why they do not, a clause.

    It is the mean over the slices: one alone may be off, and all lie the same way.

    Args:
        masks: of base and middle at one phase; near the apex the right ventricle ends and its rim moves in.
        spacing_mm: (row, column) of a pixel.
        way: directions of the stack.
        base_first: whether the first position is at the base.
    """
    arcs = [arc for mask in masks.values() if (arc := contact_arc(mask, spacing_mm))]
    if not arcs:
        return NO_INSERTION
    turn = septal_turn(way, base_first=base_first)
    upper = sum(is_upper(way, arc, turn) for arc in arcs)
    if 2 * upper <= len(arcs):  # a mirror image, a heart on the right, or headers that are made up
        return CONTRADICTORY
    angles = np.array([anterior_angle(arc, turn) for arc in arcs])
    return Anchor(turn, math.atan2(np.sin(angles).mean(), np.cos(angles).mean()))


def marked_anchor(masks: Masks, spacing_mm: Spacing, marked: Insertions) -> Anchor | str:
    """Return the anchor of marked insertions, which counts for all slices, or the reason why there is none.

    The septum lies on the right ventricle's side of both; where no label shows it, on the shorter way.
    """
    mask = masks.get(marked.position)
    if mask is None or not (mask == CAVITY).any():
        return NO_CENTRE
    centre = np.argwhere(mask == CAVITY).mean(axis=0)

    def angle(point: np.ndarray | tuple[float, float]) -> float:
        down, across = (np.array(point) - centre) * spacing_mm
        return math.atan2(down, across)

    anterior, inferior = angle(marked.anterior), angle(marked.inferior)
    growing = (inferior - anterior) % (2 * math.pi)
    other = mask == OTHER
    if other.any():
        turn = 1 if (angle(np.argwhere(other).mean(axis=0)) - anterior) % (2 * math.pi) < growing else -1
    else:
        turn = 1 if growing < math.pi else -1
    return Anchor(turn, anterior)

"""Where the right ventricle's wall meets the left's: two insertions, and which of them is the anterior one.

Both lie at the ends of the arc along which the right ventricle touches the left heart. Which one is anterior
follows from the way round: seen from the apex, with the right ventricle on the left, it is the upper one. A
picture that is a mirror image shows the same with the two exchanged, so the way round has to be known.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from core.labels import HEART, Role
from core.metrics.wall.chords import CAVITY, WALL, Spacing
from core.records.directions import Directions

TOUCH_MM = 4.0  # between the RV's cavity and the wall: its own thin wall, or a pixel that nobody labelled
N_RAYS = 360
LONGEST_GAP = 25  # rays of the arc in which the RV may stand back, as behind a trabecula
SHORTEST_ARC = 20  # rays; less of the RV says nothing
OTHER = next(label for label in HEART.with_role(Role.CAVITY) if label != CAVITY)


@dataclass(frozen=True)
class Arc:
    """Along which directions from the LV's centre the RV touches it: from `start` on, by growing angles.

    Angles are in radians from the way that columns run towards the way that rows run.
    """

    start: float
    length: float


def contact_arc(mask: np.ndarray, spacing_mm: Spacing) -> Arc | None:
    """Return the arc along which the RV touches the left heart in a slice; None where it hardly does."""
    left, right = (mask == CAVITY) | (mask == WALL), mask == OTHER
    if not right.any() or not (mask == CAVITY).any():
        return None
    to_left = ndimage.distance_transform_edt(~left, sampling=spacing_mm)
    rows, columns = np.nonzero(right & (to_left <= TOUCH_MM))
    centre = np.argwhere(mask == CAVITY).mean(axis=0)
    angles = np.arctan2((rows - centre[0]) * spacing_mm[0], (columns - centre[1]) * spacing_mm[1])
    touched = np.zeros(N_RAYS, bool)
    touched[np.floor(angles / (2 * math.pi) * N_RAYS).astype(int) % N_RAYS] = True
    return _longest_run(touched)


def _longest_run(touched: np.ndarray) -> Arc | None:
    """Return the longest run of touched rays, gaps of a few bridged; None where it is short or all around."""
    places = np.flatnonzero(touched)
    if not len(places):
        return None
    gaps = np.diff(places, append=places[0] + N_RAYS)
    ends = np.flatnonzero(gaps > LONGEST_GAP)
    if not len(ends):
        return None
    starts = places[(np.roll(ends, 1) + 1) % len(places)]
    lengths = (places[ends] - starts) % N_RAYS + 1
    best = int(lengths.argmax())
    if lengths[best] < SHORTEST_ARC:
        return None
    ray = 2 * math.pi / N_RAYS
    return Arc(float(starts[best]) * ray, float(lengths[best]) * ray)


def septal_turn(directions: Directions, *, base_first: bool) -> int:
    """Return +1 where angles grow on the way from the anterior insertion along the septum, else -1.

    Args:
        directions: of the stack.
        base_first: whether the first position is at the base.
    """
    into_picture = np.cross(directions.across, directions.down)
    to_apex = np.array(directions.onward) * (1 if base_first else -1)
    return 1 if float(into_picture @ to_apex) > 0 else -1


def is_upper(directions: Directions, arc: Arc, turn: int) -> bool:
    """Return whether the insertion that `turn` calls anterior lies more to front and head than the other."""
    start, end = arc.start, arc.start + arc.length
    anterior, inferior = (start, end) if turn > 0 else (end, start)
    across, down = math.cos(anterior) - math.cos(inferior), math.sin(anterior) - math.sin(inferior)
    way = across * np.array(directions.across) + down * np.array(directions.down)
    return bool(way[1] + way[2] > 0)


def anterior_angle(arc: Arc, turn: int) -> float:
    """Return the direction of the anterior insertion from the LV's centre, in radians."""
    return arc.start if turn > 0 else arc.start + arc.length

"""What a correction would change in a heart's EF: which hearts, and which of their slices, are worth a look.

Each slice at ED and ES has a doubt, the volume by which its cavity may be wrong: all of it where it may not
count, what its neighbours have where it is missing, else the share by which the network differs with itself.
EF = 100 (EDV - ESV) / EDV says what that is worth in points.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.labels import Label
from core.metrics.function.base import COUNTS_FROM
from core.metrics.function.heart import HeartFunction
from core.metrics.function.stack import SliceStack
from core.records.hearts import LeftOut

Place = tuple[int, int]  # (position, phase)


@dataclass(frozen=True)
class SliceStake:
    """How far the EF may move if the mask of one slice is corrected."""

    position: int
    phase: int
    ef_points: float
    text: str  # why, as a clause


@dataclass(frozen=True)
class HeartStake:
    """How far the EF of a heart may move, and by which slices; the largest first."""

    ef_points: float
    slices: tuple[SliceStake, ...] = ()


@dataclass(frozen=True)
class Doubts:
    """What is known of the masks of slices, by (position, phase)."""

    disagreement: Mapping[Place, float] = field(default_factory=dict)  # 1 - Dice of the network with itself
    surrounded: Mapping[LeftOut, float | None] = field(default_factory=dict)  # of the rim at base and apex
    settled: frozenset[Place] = frozenset()  # a person vouches for the mask


def heart_stake(stack: SliceStack, function: HeartFunction, doubts: Doubts, cavity: Label) -> HeartStake:
    """Return what corrections of a heart would change in the EF of one cavity.

    Errors of slices are taken as independent of each other, so a heart's is the root of the sum of squares.
    Slices that a person vouches for are worth nothing.
    """
    side = stack.labels.structures[cavity].short_name.lower()
    edv, esv = (function.figures[f"{side}_{key}_ml"].value for key in ("edv", "esv"))
    ed, es = function.basis.moments.ed.phase, function.basis.moments.es.phase
    if edv is None or esv is None or ed is None or es is None:
        return HeartStake(0.0)
    per_ml = {ed: 100 * esv / edv**2, es: 100 / edv}
    stakes = []
    for phase, points in per_ml.items():
        for position in range(stack.n_positions):
            if (position, phase) in doubts.settled:
                continue
            ml, text = _doubt(stack, LeftOut(position, phase, cavity), function, doubts)
            if ml > 0:
                stakes.append(SliceStake(position, phase, points * ml, text))
    stakes.sort(key=lambda stake: -stake.ef_points)
    return HeartStake(math.hypot(*(stake.ef_points for stake in stakes)), tuple(stakes))


def _doubt(stack: SliceStack, place: LeftOut, function: HeartFunction, doubts: Doubts) -> tuple[float, str]:
    """(ml by which the cavity in a slice may be wrong, why)."""
    area = stack.pixels[:, place.phase, place.cavity].astype(float)
    here, ml = area[place.position], stack.pixel_ml[place.position]
    if place in function.basis.left_out:
        return 0.0, ""
    share = doubts.surrounded.get(place)
    if share is not None and share < COUNTS_FROM:
        return here * ml, f"myocardium surrounds only {100 * share:.0f} % of the cavity; it may not count"
    beside = area[max(place.position - 1, 0) : place.position + 2]
    inner = 0 < place.position < len(area) - 1
    if inner and not here and beside[0] and beside[-1]:
        return float(beside[[0, -1]].mean()) * ml, "the cavity is missing between two slices that have it"
    wrong = doubts.disagreement.get((place.position, place.phase), 0.0) * here
    return wrong * ml, "the model differs with itself when the slice is turned"

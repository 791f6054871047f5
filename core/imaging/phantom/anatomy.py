"""The shape of the synthetic heart, and how it beats.

Left ventricle: half an ellipsoid whose radius follows the heartbeat. Myocardium: a shell around it whose
volume stays nearly the same, so that it thickens in systole. Right ventricle: an ellipse on the left of the
screen, where the septum takes its bite out of it. Labels follow ACDC: papillary muscles count as cavity.
"""

import math
from dataclasses import dataclass

import numpy as np

END_SYSTOLE = 0.38  # share of the cycle, at rest
WALL_GAIN = 1.12  # of the wall's area in systole, since the heart also shortens along its axis


@dataclass(frozen=True)
class HeartShape:
    """One person's heart at end-diastole, in mm, and how it beats."""

    lv_radius: float = 25.0  # cavity at the base; normal end-diastolic diameters are 42 to 58 mm
    length: float = 88.0  # base to apex of the cavity
    wall: float = 8.5
    rv_reach: float = 29.0  # of the right cavity beyond the septum
    rv_height: float = 41.0  # half axis along the septum
    lv_ejection: float = 0.60
    rv_ejection: float = 0.52
    turn_degrees: float = 12.0  # of the septum against the vertical
    row_shift: float = 0.0  # of the heart's centre from the picture's
    column_shift: float = 12.0

    @classmethod
    def drawn(cls, seed: int) -> "HeartShape":
        """Return a heart of ordinary size; seed 0 is the standard one, others differ."""
        if seed == 0:
            return cls()
        random = np.random.default_rng(seed)
        size = random.uniform(0.9, 1.12)
        return cls(
            lv_radius=25 * size * random.uniform(0.94, 1.1),
            length=88 * size,
            wall=random.uniform(7.5, 11.0),
            rv_reach=29 * size * random.uniform(0.9, 1.15),
            rv_height=41 * size * random.uniform(0.92, 1.05),
            lv_ejection=random.uniform(0.35, 0.68),
            rv_ejection=random.uniform(0.4, 0.6),
            turn_degrees=random.uniform(-5, 30),
            row_shift=random.uniform(-8, 8),
            column_shift=random.uniform(4, 18),
        )


def contraction(time: float) -> float:
    """Return how far systole has come at a share of the cycle: 0 at end-diastole, 1 at end-systole.

    >>> contraction(0.0), contraction(END_SYSTOLE)
    (0.0, 1.0)
    """
    if time <= END_SYSTOLE:
        return (1 - math.cos(math.pi * time / END_SYSTOLE)) / 2
    filling = min(1.0, (time - END_SYSTOLE) / (0.85 - END_SYSTOLE))  # then the ventricle rests
    return (1 + math.cos(math.pi * filling)) / 2


@dataclass(frozen=True)
class SectionRadii:
    """Radii of one slice at one moment, in mm; 0 where a chamber does not reach."""

    lv_radius: float
    epi_radius: float
    rv_reach: float
    rv_height: float


def section(shape: HeartShape, depth: float, beat: float) -> SectionRadii:
    """Return the heart cut at a depth in mm below the base."""
    lv_taper = math.sqrt(max(0.0, 1 - (depth / shape.length) ** 2))
    rv_taper = math.sqrt(max(0.0, 1 - (depth / (0.85 * shape.length)) ** 2))
    relaxed = shape.lv_radius * lv_taper
    radius = relaxed * math.sqrt(1 - beat * shape.lv_ejection)
    reaches = depth < shape.length + shape.wall
    wall_area = (relaxed + shape.wall) ** 2 - relaxed**2
    epi = math.sqrt(radius**2 + wall_area * (1 + beat * (WALL_GAIN - 1))) if reaches else 0.0
    squeeze = math.sqrt(1 - beat * shape.rv_ejection)
    return SectionRadii(
        radius, epi, shape.rv_reach * rv_taper * squeeze, shape.rv_height * rv_taper**0.5 * squeeze**0.5
    )

"""A synthetic beating heart: a short-axis stack with known volumes, for the demo and the tests.

Left ventricle: half an ellipsoid whose radius follows the heartbeat. Myocardium: a shell around it whose
volume stays nearly the same, so that it thickens in systole. Right ventricle: an ellipse on the left of the
screen, where the septum takes its bite out of it. Labels follow ACDC: papillary muscles count as cavity.
"""

import math
from dataclasses import dataclass

import numpy as np

from core.imaging.phantom_tissue import Scene, render
from core.labels import Label
from core.records import Geometry, Series, Slice

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
        """A heart of ordinary size; seed 0 is the standard one, others differ."""
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


@dataclass(frozen=True, eq=False)
class Phantom:
    """A series with its reference masks, and the volumes that it was made with."""

    series: Series
    edv_ml: float
    esv_ml: float

    @property
    def ef_percent(self) -> float:
        """Ejection fraction of the left ventricle."""
        return 100 * (self.edv_ml - self.esv_ml) / self.edv_ml


def beating_heart(
    seed: int = 0,
    n_positions: int = 10,
    n_phases: int = 20,
    size: int = 160,
    spacing_mm: float = 1.5,
    slice_distance_mm: float = 9.0,
    patient: str = "",
) -> Phantom:
    """A short-axis cine stack, base first, end-diastole in phase 0; the same seed gives the same pixels."""
    shape = HeartShape.drawn(seed)
    slices, volumes = [], np.zeros(n_phases)
    for position in range(n_positions):
        depth = (position + 0.5) * slice_distance_mm
        scene = Scene(seed, position, size, spacing_mm)
        for phase in range(n_phases):
            beat = contraction(phase / n_phases)
            outlines = section(shape, depth, beat)
            volumes[phase] += math.pi * outlines.lv_radius**2 * slice_distance_mm / 1000
            heart = place(shape, outlines, size, spacing_mm, scene.uneven)
            slices.append(
                Slice(
                    position,
                    phase,
                    render(scene, heart, phase),
                    mask=heart.labels,
                    trigger_time_ms=phase * 850 / n_phases,
                    source=f"phantom{seed}",
                )
            )
    geometry = Geometry(
        format="npy",
        shape=(n_positions, n_phases, size, size),
        spacing_mm=(spacing_mm, spacing_mm),
        slice_distance_mm=slice_distance_mm,
    )
    series = Series(
        patient=patient or f"phantom{seed}",
        name="short axis cine",
        geometry=geometry,
        slices=tuple(slices),
        notes=("a synthetic heart, not a patient",),
        group="synthetic",
    )
    return Phantom(series, float(volumes.max()), float(volumes.min()))


def contraction(time: float) -> float:
    """How far systole has come at a share of the cycle: 0 at end-diastole, 1 at end-systole.

    >>> contraction(0.0), contraction(END_SYSTOLE)
    (0.0, 1.0)
    """
    if time <= END_SYSTOLE:
        return (1 - math.cos(math.pi * time / END_SYSTOLE)) / 2
    filling = min(1.0, (time - END_SYSTOLE) / (0.85 - END_SYSTOLE))  # then the ventricle rests
    return (1 + math.cos(math.pi * filling)) / 2


@dataclass(frozen=True)
class Outlines:
    """Radii of one slice at one moment, in mm; 0 where a chamber does not reach."""

    lv_radius: float
    epi_radius: float
    rv_reach: float
    rv_height: float


def section(shape: HeartShape, depth: float, beat: float) -> Outlines:
    """The heart cut at a depth below the base."""
    lv_taper = math.sqrt(max(0.0, 1 - (depth / shape.length) ** 2))
    rv_taper = math.sqrt(max(0.0, 1 - (depth / (0.85 * shape.length)) ** 2))
    relaxed = shape.lv_radius * lv_taper
    radius = relaxed * math.sqrt(1 - beat * shape.lv_ejection)
    reaches = depth < shape.length + shape.wall
    wall_area = (relaxed + shape.wall) ** 2 - relaxed**2
    epi = math.sqrt(radius**2 + wall_area * (1 + beat * (WALL_GAIN - 1))) if reaches else 0.0
    squeeze = math.sqrt(1 - beat * shape.rv_ejection)
    return Outlines(
        radius, epi, shape.rv_reach * rv_taper * squeeze, shape.rv_height * rv_taper**0.5 * squeeze**0.5
    )


@dataclass(frozen=True, eq=False)
class PlacedHeart:
    """The heart on the picture: labels, and distances from which tissues are drawn."""

    labels: np.ndarray  # (size, size) uint8
    lv: np.ndarray  # (fine, fine) mm inside the LV cavity, negative outside
    epi: np.ndarray  # the same for the outer myocardium
    rv: np.ndarray  # the same for the RV cavity, septum not cut out
    across: np.ndarray  # (fine, fine) mm from the LV's centre towards the right of the heart's own frame
    along: np.ndarray  # the same, downwards


FINE = 2  # sub-pixels each way: what lies between two tissues gets a share of both


def place(
    shape: HeartShape, outlines: Outlines, size: int, spacing_mm: float, uneven: np.ndarray
) -> PlacedHeart:
    """Put the outlines on the pixel grid; `uneven` (fine, fine), in mm, keeps them from being perfect."""
    step = spacing_mm / FINE
    axis = (np.arange(size * FINE) + 0.5) * step - size * spacing_mm / 2
    rows, columns = axis[:, None] - shape.row_shift, axis[None, :] - shape.column_shift
    turn = math.radians(shape.turn_degrees)
    across = columns * math.cos(turn) + rows * math.sin(turn)
    along = rows * math.cos(turn) - columns * math.sin(turn)
    distance = np.hypot(across, along)
    # The RV's ellipse begins inside the left heart, which bites a crescent out of it.
    overlap = 0.38 * outlines.epi_radius
    width = outlines.rv_reach + overlap if outlines.rv_reach > 4 else 0.0
    centre = overlap - outlines.epi_radius
    right = ellipse(across - centre, along + 4.0, width, outlines.rv_height) + uneven
    lv, epi = outlines.lv_radius - distance + uneven, outlines.epi_radius - distance + uneven
    fine = np.zeros(distance.shape, np.uint8)
    fine[right > 0] = Label.RIGHT_VENTRICLE
    fine[epi > -1.0] = Label.BACKGROUND  # the septum's right side is not cavity
    fine[epi > 0] = Label.MYOCARDIUM
    fine[lv > 0] = Label.LEFT_VENTRICLE
    return PlacedHeart(majority(fine), lv, epi, right, across, along)


def ellipse(x: np.ndarray, y: np.ndarray, width: float, height: float) -> np.ndarray:
    """About how many mm inside an ellipse of these half axes each place lies; far outside if none."""
    if min(width, height) < 2:
        return np.full(np.broadcast_shapes(x.shape, y.shape), -1e3)
    radius = np.sqrt((x / width) ** 2 + (y / height) ** 2)
    return (1 - radius) * min(width, height)


def majority(fine: np.ndarray) -> np.ndarray:
    """The label that most of a pixel's sub-pixels have; the higher one in a tie."""
    parts = [fine[row::FINE, column::FINE] for row in range(FINE) for column in range(FINE)]
    counts = np.stack([sum((part == label).astype(np.uint8) for part in parts) for label in Label])
    return (len(Label) - 1 - counts[::-1].argmax(axis=0)).astype(np.uint8)

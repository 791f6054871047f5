"""The synthetic heart cut by a slice: labels of its pixels, and how deep each place lies in each tissue."""

import math
from dataclasses import dataclass

import numpy as np

from core.imaging.phantom.anatomy import HeartShape, SectionRadii
from core.labels import Label

FINE = 2  # sub-pixels each way: what lies between two tissues gets a share of both


@dataclass(frozen=True, eq=False)
class PlacedHeart:
    """The heart on the picture: labels, and distances from which tissues are drawn."""

    labels: np.ndarray  # (size, size) uint8
    lv: np.ndarray  # (fine, fine) mm inside the LV cavity, negative outside
    epi: np.ndarray  # the same for the outer myocardium
    rv: np.ndarray  # the same for the RV cavity, septum not cut out
    across: np.ndarray  # (fine, fine) mm from the LV's centre towards the right of the heart's own frame
    along: np.ndarray  # the same, downwards


def place_heart(
    shape: HeartShape, outlines: SectionRadii, size: int, spacing_mm: float, uneven: np.ndarray
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
    """Return about how many mm inside an ellipse of these half axes each place lies; far outside if none."""
    if min(width, height) < 2:
        return np.full(np.broadcast_shapes(x.shape, y.shape), -1e3)
    radius = np.sqrt((x / width) ** 2 + (y / height) ** 2)
    return (1 - radius) * min(width, height)


def majority(fine: np.ndarray) -> np.ndarray:
    """Return the label that most of a pixel's sub-pixels have; the higher one in a tie."""
    parts = [fine[row::FINE, column::FINE] for row in range(FINE) for column in range(FINE)]
    counts = np.stack([sum((part == label).astype(np.uint8) for part in parts) for label in Label])
    return (len(Label) - 1 - counts[::-1].argmax(axis=0)).astype(np.uint8)

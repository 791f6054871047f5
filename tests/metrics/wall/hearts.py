"""Stacks whose wall is known, and pictures of them turned and mirrored with their directions."""

from collections.abc import Callable

import numpy as np

from core.imaging.phantom.anatomy import HeartShape, contraction, section
from core.imaging.phantom.pixel_grid import FINE, place_heart
from core.labels import Label
from core.records.directions import Directions

SIZE, SPACING_MM, DISTANCE_MM, N_POSITIONS = 160, 1.5, 9.0, 9
Stack = dict[int, np.ndarray]


def unit(*values: float) -> np.ndarray:
    return np.array(values) / np.linalg.norm(values)


# As in most chests: the apex lies to the left, the front and the feet; pictures are seen from there.
TO_APEX = unit(-0.6, 0.55, -0.58)
UP = unit(*(np.array([0, 0.7, 0.7]) - (np.array([0, 0.7, 0.7]) @ TO_APEX) * TO_APEX))
ACROSS = np.cross(-TO_APEX, UP)


def directions(down: np.ndarray, across: np.ndarray, onward: np.ndarray) -> Directions:
    return Directions(*(tuple(map(float, way)) for way in (down, across, onward)))  # type: ignore[arg-type]


USUAL = directions(-UP, ACROSS, TO_APEX)
# What is done to each picture and to the order of the stack, and which way it then runs.
TURNS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], bool, Directions]] = {
    "mirrored": (np.fliplr, False, directions(-UP, -ACROSS, TO_APEX)),
    "upside down": (np.flipud, False, directions(UP, ACROSS, TO_APEX)),
    "rows for columns": (np.transpose, False, directions(ACROSS, -UP, TO_APEX)),
    "turned by a quarter, apex first": (np.rot90, True, directions(-ACROSS, -UP, -TO_APEX)),
}


def round_heart(seed: int, time: float) -> tuple[Stack, list[float]]:
    """Masks of a heart whose borders are perfect circles, base first, and its thickness at each position."""
    shape, even = HeartShape.drawn(seed), np.zeros((SIZE * FINE, SIZE * FINE))
    cuts = [section(shape, (place + 0.5) * DISTANCE_MM, contraction(time)) for place in range(N_POSITIONS)]
    masks = {place: place_heart(shape, cut, SIZE, SPACING_MM, even).labels for place, cut in enumerate(cuts)}
    return masks, [cut.epi_radius - cut.lv_radius for cut in cuts]


def chart_heart(thick: str = "") -> Stack:
    """Masks of a heart that lies as in the chart of the segments: its septum is the left third.

    The wall is thicker on one side of the picture: top, left, bottom or right.
    """
    rows, columns = (np.mgrid[:SIZE, :SIZE] - SIZE / 2) * SPACING_MM
    away = {"top": (3, 0), "left": (0, 3), "bottom": (-3, 0), "right": (0, -3)}.get(thick, (0, 0))
    masks = {}
    for place in range(N_POSITIONS):
        outer, inner = 38 - 1.5 * place, 28 - 1.5 * place
        distance, angle = np.hypot(rows, columns), np.degrees(np.arctan2(rows, -columns))
        mask = np.zeros((SIZE, SIZE), np.uint8)
        mask[(distance < outer + 15) & (np.abs(angle) < 60)] = Label.RIGHT_VENTRICLE
        mask[distance < outer] = Label.MYOCARDIUM
        mask[np.hypot(rows - away[0], columns - away[1]) < inner] = Label.LEFT_VENTRICLE
        masks[place] = mask
    return masks


def turned(masks: Stack, picture: Callable[[np.ndarray], np.ndarray], backwards: bool) -> Stack:
    last = max(masks)
    return {last - place if backwards else place: picture(mask).copy() for place, mask in masks.items()}

"""A slice as a small picture, with its mask over it, to tell slices apart in a list."""

import io

import numpy as np
from PIL import Image, ImageColor

from core.labels import COLOURS, FOREGROUND
from core.pixels.grey_window import in_window
from core.records.orientation import AS_SOURCE, Turn

OPACITY = 0.45  # of the mask: the tissue stays visible below
GAP_PX = 4  # between two pictures
MISSED_OPACITY = 0.9  # of what a prediction missed: it stands out from what it invented
VEIL, VEIL_OPACITY = "#cc79a7", 0.75  # of what is unsure; told from all labels, whatever colours one sees


def thumbnail_png(
    pixels: np.ndarray, mask: np.ndarray | None = None, side: int = 96, turn: Turn = AS_SOURCE
) -> bytes:
    """Return a PNG of the slice, its longer side `side` pixels, grey from the 1st to the 99th percentile.

    Args:
        pixels: (height, width), scanner units.
        mask: (height, width) uint8 of Label values, drawn over it in the colours of the labels.
        side: of the picture, in pixels.
        turn: which way round it is shown.
    """
    shown = grey_levels(pixels)
    if mask is not None:
        shown = tinted(shown, mask, OPACITY)
    return png_of(turn.shown(shown), side)


def difference_png(
    pixels: np.ndarray,
    reference: np.ndarray,
    prediction: np.ndarray,
    side: int,
    turn: Turn = AS_SOURCE,
) -> bytes:
    """Return a PNG of the slice with what differs: strong what was missed, pale what was invented.

    Args:
        pixels: (height, width), scanner units.
        reference: (height, width) uint8 of Label values.
        prediction: the same.
        side: of the picture, in pixels.
        turn: which way round it is shown.
    """
    differs = reference != prediction
    background = np.zeros_like(reference)
    invented = np.where(differs & (reference == 0), prediction, background)
    missed = np.where(differs, reference, background)
    shown = tinted(tinted(grey_levels(pixels), invented, OPACITY), missed, MISSED_OPACITY)
    return png_of(turn.shown(shown), side)


def grey_levels(pixels: np.ndarray) -> np.ndarray:
    """Return a slice (height, width) in grey, as (height, width, 3) floats from 0 to 255."""
    return np.repeat(in_window(pixels)[..., None] * 255, 3, axis=2)


def tinted(shown: np.ndarray, mask: np.ndarray, opacity: float) -> np.ndarray:
    """Return the picture (height, width, 3) with the labels' colours over it."""
    coloured = shown.copy()
    for label in FOREGROUND:
        where = mask == label
        colour = np.array(ImageColor.getrgb(COLOURS[label]))
        coloured[where] = (1 - opacity) * coloured[where] + opacity * colour
    return coloured


def png_of(shown: np.ndarray, side: int) -> bytes:
    """Return the bytes of a PNG whose longer side has so many pixels, of floats from 0 to 255."""
    picture = Image.fromarray(shown.astype(np.uint8))
    scale = side / max(picture.size)
    picture = picture.resize([max(1, round(length * scale)) for length in picture.size])
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def before_after_png(
    pixels: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    side: int,
    box: tuple[slice, slice],
    unsure: np.ndarray | None = None,
) -> bytes:
    """Return a PNG of a part of the slice twice, side by side, with the outlines of its labels in two masks.

    Args:
        pixels: (height, width), scanner units; grey as the whole slice would be.
        before: (height, width) uint8 of Label values, on the left.
        after: the same, on the right.
        side: of the longer side of each, in pixels.
        box: rows and columns that are shown.
        unsure: (height, width) from 0 to 1, how unsure the mask on the right is, which is veiled there.
    """
    grey = grey_levels(pixels)[box]
    veiled = grey
    if unsure is not None:
        opacity = VEIL_OPACITY * np.clip(unsure[box], 0, 1)[..., None]
        veiled = (1 - opacity) * grey + opacity * np.array(ImageColor.getrgb(VEIL))
    left = outlined(grey.astype(np.uint8), before[box], side)
    right = outlined(veiled.astype(np.uint8), after[box], side)
    gap = np.full((len(left), GAP_PX, 3), 255, np.uint8)
    return png_of(np.hstack([left, gap, right]), max(len(left), 2 * left.shape[1] + GAP_PX))


def outlined(grey: np.ndarray, mask: np.ndarray, side: int) -> np.ndarray:
    """Return a picture (height, width, 3) uint8, larger, with the outlines of labels one pixel wide.

    Args:
        grey: (height, width, 3) uint8.
        mask: (height, width) uint8 of Label values.
        side: of the longer side then, in pixels.
    """
    scale = side / max(mask.shape)
    rows, columns = (max(1, round(length * scale)) for length in mask.shape)
    shown = np.asarray(Image.fromarray(grey).resize((columns, rows))).copy()
    drawn = np.asarray(Image.fromarray(mask).resize((columns, rows), Image.Resampling.NEAREST))
    framed = np.pad(drawn, 1)
    borders = np.zeros(drawn.shape, bool)
    for down, right in ((0, 1), (2, 1), (1, 0), (1, 2)):
        borders |= framed[down : down + rows, right : right + columns] != drawn
    for label in FOREGROUND:
        shown[(drawn == label) & borders] = ImageColor.getrgb(COLOURS[label])
    return shown

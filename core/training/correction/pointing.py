"""A reader who is simulated: where the mask is wrong, he clicks, scribbles or draws a box."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from core.editing.hint import Hint
from core.labels import FOREGROUND, Label

LARGEST = 0.7  # how often the largest piece is seen to first; else any one, the larger the likelier
MIDDLE = 0.6  # how often the click is into the very middle; else anywhere that is not at the edge
SCRIBBLES, REFUSALS, BOXES = 0.2, 0.2, 0.1  # how often it is one of these instead of a click
LOOSE_PIXELS = 4  # by which a box is wider than what it holds, at most, on each side
MIN_SCRIBBLE_PIXELS = 12  # of a piece that is worth one


@dataclass(frozen=True, eq=False)
class WrongPiece:
    """Pixels that hang together, are all of one label and drawn as another."""

    label: Label  # that they are
    drawn: Label
    size: int  # pixels
    pieces: np.ndarray  # (height, width), numbered
    number: int  # of this one

    @property
    def depth(self) -> np.ndarray:
        """(height, width) of the pixels from each of its pixels to its edge, 0 outside of it."""
        padded = np.pad(self.pieces == self.number, 1)
        depth: np.ndarray = ndimage.distance_transform_edt(padded)[1:-1, 1:-1]
        return depth


def wrong_pieces(truth: np.ndarray, mask: np.ndarray) -> Iterator[WrongPiece]:
    """Yield every piece of wrong pixels of two masks (height, width), in the order of labels."""
    for label in Label:
        for drawn in Label:
            wrong = (truth == label) & (mask == drawn)
            if label == drawn or not wrong.any():
                continue
            pieces, _ = ndimage.label(wrong)
            for number, size in enumerate(np.bincount(pieces.ravel())[1:], start=1):
                yield WrongPiece(label, drawn, int(size), pieces, number)


def next_click(truth: np.ndarray, mask: np.ndarray) -> Hint | None:
    """Return a click into the middle of the largest wrong piece; None where all is right.

    Args:
        truth: (height, width) uint8 of Label values.
        mask: the same, as it is now.
    """
    piece = max(wrong_pieces(truth, mask), key=lambda piece: piece.size, default=None)
    return None if piece is None else Hint((deepest(piece.depth),), piece.label, adds=True)


def next_hint(truth: np.ndarray, mask: np.ndarray, random: np.random.Generator) -> Hint | None:
    """Return what a reader could point at next, in any of the ways there are; None where all is right."""
    pieces = list(wrong_pieces(truth, mask))
    if not pieces:
        return None
    if random.random() < BOXES and (box := loose_box(truth, random)):
        return box
    sizes = np.array([piece.size for piece in pieces], float)
    largest = random.random() < LARGEST
    piece = pieces[int(sizes.argmax() if largest else random.choice(len(pieces), p=sizes / sizes.sum()))]
    depth = piece.depth
    points: tuple[tuple[int, int], ...] = (
        deepest(depth) if random.random() < MIDDLE else within(depth, random),
    )
    if piece.size >= MIN_SCRIBBLE_PIXELS and random.random() < SCRIBBLES:
        points = scribble(depth, random)
    if random.random() < REFUSALS:
        return Hint(points, piece.drawn, adds=False)
    return Hint(points, piece.label, adds=True)


def deepest(depth: np.ndarray) -> tuple[int, int]:
    """Return (row, column) of the pixel that is farthest from the edge."""
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(row), int(column)


def within(depth: np.ndarray, random: np.random.Generator) -> tuple[int, int]:
    """Return (row, column) of any pixel of the piece that is not near its edge."""
    rows, columns = np.nonzero(depth >= max(1.0, depth.max() / 2))
    chosen = random.integers(len(rows))
    return int(rows[chosen]), int(columns[chosen])


def scribble(depth: np.ndarray, random: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """Return the points of a straight line through the piece, as far as it lies in it."""
    first, last = (np.array(within(depth, random)) for _ in range(2))
    steps = np.linspace(0, 1, 1 + int(np.abs(last - first).max()))[:, None]
    line = np.unique((first + steps * (last - first)).round().astype(int), axis=0)
    inside = line[depth[tuple(line.T)] > 0]
    return tuple((int(row), int(column)) for row, column in inside)


def loose_box(truth: np.ndarray, random: np.random.Generator) -> Hint | None:
    """Return a box around all of one heart label, up to a few pixels too wide; None where there is none."""
    there = [label for label in FOREGROUND if (truth == label).any()]
    if not there:
        return None
    label = there[random.integers(len(there))]
    rows, columns = np.nonzero(truth == label)
    top, left, bottom, right = random.integers(LOOSE_PIXELS + 1, size=4)
    first = max(0, int(rows.min() - top)), max(0, int(columns.min() - left))
    last = (
        min(truth.shape[0] - 1, int(rows.max() + bottom)),
        min(truth.shape[1] - 1, int(columns.max() + right)),
    )
    return Hint((first, last), label, adds=True, box=True)

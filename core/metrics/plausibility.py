"""What is anatomically implausible about a mask, each thing found by a plain rule of anatomy.

The rules know nothing of the image; they point a reader to masks that are worth a look. They ask for the
roles of labels: a rule whose role a label set lacks finds nothing.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import ndimage

from core.labels import HEART, Label, LabelSet, Role
from core.pixels.pieces import label_pieces
from core.pixels.rim import surrounded_share

OPEN_PERCENT = 10.0  # of a cavity's rim without wall; less is found in careful masks, too
PIECE_PIXELS = 3  # a smaller piece beside the main one is a matter of taste
JUMP = 1.8  # times larger or smaller than both neighbours; between slices 8 to 10 mm apart less is ordinary
JUMP_PIXELS = 30  # a difference below it says nothing


@dataclass(frozen=True)
class Implausibility:
    """One thing that is implausible about a mask."""

    rule: str
    text: str  # a phrase for the reader


def mask_findings(mask: np.ndarray, labels: LabelSet = HEART) -> list[Implausibility]:
    """Return what is anatomically implausible in one mask (height, width) by itself."""
    rules = (open_cavities, scattered_pieces, touching_cavities, holes)
    return [finding for rule in rules for finding in rule(mask, labels)]


def open_cavities(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Implausibility]:
    """Yield each cavity whose rim is not its wall, with the share of the pixels around it that are not."""
    for cavity, wall in labels.walled.items():
        share = surrounded_share(mask, cavity, wall)
        if share is None:
            continue
        percent = 100 * (1 - share)
        if percent >= OPEN_PERCENT:
            name = labels.structures[wall].name.lower()
            short = labels.structures[cavity].short_name
            yield Implausibility("open", f"{name} does not enclose the {short} ({percent:.0f} % open)")


def scattered_pieces(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Implausibility]:
    """Yield each label that is in several pieces; crumbs of fewer than `PIECE_PIXELS` pixels do not count."""
    for label in labels.foreground:
        _, sizes = label_pieces(mask == label)
        large = int((sizes >= PIECE_PIXELS).sum())
        if large > 1:
            yield Implausibility("pieces", f"{labels.structures[label].short_name} in {large} pieces")


def touching_cavities(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Implausibility]:
    """Yield each cavity that touches one which a wall encloses: between the ventricles lies the septum."""
    for first, second in combinations(labels.with_role(Role.CAVITY), 2):
        if first not in labels.walled and second not in labels.walled:
            continue
        other, walled = (first, second) if second in labels.walled else (second, first)
        n_pixels = int((ndimage.binary_dilation(mask == walled) & (mask == other)).sum())
        if n_pixels:
            names = labels.structures[other].short_name, labels.structures[walled].short_name
            yield Implausibility("touching", f"{names[0]} touches {names[1]} along {n_pixels} pixels")


def holes(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Implausibility]:
    """Yield the background that the heart encloses, if there is any."""
    (background,) = labels.with_role(Role.BACKGROUND)
    heart = mask != background
    n_pixels = int((ndimage.binary_fill_holes(heart) & ~heart).sum())
    if n_pixels:
        yield Implausibility("hole", f"a hole of {n_pixels} pixel{'' if n_pixels == 1 else 's'} in the heart")


def neighbour_findings(
    area: Sequence[int],
    before: Sequence[int] | None,
    after: Sequence[int] | None,
    neighbours: str = "slices",
    labels: LabelSet = HEART,
) -> list[Implausibility]:
    """Return what is implausible beside the two neighbours in the stack or in time.

    Args:
        area: pixels of each label in the mask, by label number.
        before: the same of the neighbour on one side; None where there is none.
        after: of the neighbour on the other side.
        neighbours: what they are, for the text.
        labels: whose foreground is compared.
    """
    if before is None or after is None:
        return []
    compared = (_jump(label, area, before, after, neighbours, labels) for label in labels.foreground)
    return [finding for finding in compared if finding is not None]


def _jump(
    label: Label,
    area: Sequence[int],
    before: Sequence[int],
    after: Sequence[int],
    neighbours: str,
    labels: LabelSet,
) -> Implausibility | None:
    name, here = labels.structures[label].short_name, area[label]
    low, high = sorted((before[label], after[label]))
    if not here and low:
        return Implausibility("missing", f"no {name}, though the {neighbours} on both sides have it")
    if here > JUMP * high and here - high >= JUMP_PIXELS:
        text = f"{name} {ratio(here, high)} larger than in the {neighbours} beside"
        return Implausibility("jump", text)
    if here and here * JUMP < low and low - here >= JUMP_PIXELS:
        text = f"{name} {ratio(low, here)} smaller than in the {neighbours} beside"
        return Implausibility("jump", text)
    return None


def ratio(large: int, small: int) -> str:
    """Return how many times, in words.

    >>> ratio(90, 45), ratio(7, 0)
    ('2.0 times', 'far')
    """
    times = large / small if small else math.inf
    return f"{times:.1f} times" if math.isfinite(times) else "far"

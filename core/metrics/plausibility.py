"""What is anatomically implausible about a mask, each thing found by a plain rule of anatomy.

The rules know nothing of the image; they point a reader to masks that are worth a look. They ask for the
roles of labels: a rule whose role a label set lacks finds nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from scipy import ndimage

from core.labels import HEART, Label, LabelSet, Role
from core.pixels.pieces import label_pieces
from core.pixels.rim import surrounded_share
from core.records.reasons import Beside, Reason, Rule

OPEN_PERCENT = 10.0  # of a cavity's rim without wall; less is found in careful masks, too
PIECE_PIXELS = 3  # a smaller piece beside the main one is a matter of taste
JUMP = 1.8  # times larger or smaller than both neighbours; between slices 8 to 10 mm apart less is ordinary
JUMP_PIXELS = 30  # a difference below it says nothing


def mask_findings(mask: np.ndarray, labels: LabelSet = HEART) -> list[Reason]:
    """Return what is anatomically implausible in one mask (height, width) by itself."""
    rules = (open_cavities, scattered_pieces, touching_cavities, holes)
    return [finding for rule in rules for finding in rule(mask, labels)]


def open_cavities(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Reason]:
    """Yield each cavity whose rim is not its wall, with the share of the pixels around it that are not."""
    for cavity, wall in labels.walled.items():
        share = surrounded_share(mask, cavity, wall)
        if share is None:
            continue
        percent = 100 * (1 - share)
        if percent >= OPEN_PERCENT:
            keys = labels.structures[cavity].key, labels.structures[wall].key
            yield Reason(Rule.OPEN, *keys, amount=round(percent))


def scattered_pieces(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Reason]:
    """Yield each label that is in several pieces; crumbs of fewer than `PIECE_PIXELS` pixels do not count."""
    for label in labels.foreground:
        _, sizes = label_pieces(mask == label)
        large = int((sizes >= PIECE_PIXELS).sum())
        if large > 1:
            yield Reason(Rule.PIECES, labels.structures[label].key, amount=large)


def touching_cavities(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Reason]:
    """Yield each cavity that touches one which a wall encloses: between the ventricles lies the septum."""
    for first, second in combinations(labels.with_role(Role.CAVITY), 2):
        if first not in labels.walled and second not in labels.walled:
            continue
        other, walled = (first, second) if second in labels.walled else (second, first)
        n_pixels = int((ndimage.binary_dilation(mask == walled) & (mask == other)).sum())
        if n_pixels:
            keys = labels.structures[other].key, labels.structures[walled].key
            yield Reason(Rule.TOUCHING, *keys, amount=n_pixels)


def holes(mask: np.ndarray, labels: LabelSet = HEART) -> Iterator[Reason]:
    """Yield the background that the heart encloses, if there is any."""
    (background,) = labels.with_role(Role.BACKGROUND)
    heart = mask != background
    n_pixels = int((ndimage.binary_fill_holes(heart) & ~heart).sum())
    if n_pixels:
        yield Reason(Rule.HOLE, amount=n_pixels)


def neighbour_findings(
    area: Sequence[int],
    before: Sequence[int] | None,
    after: Sequence[int] | None,
    beside: Beside = Beside.SLICES,
    labels: LabelSet = HEART,
) -> list[Reason]:
    """Return what is implausible beside the two neighbours in the stack or in time.

    Args:
        area: pixels of each label in the mask, by label number.
        before: the same of the neighbour on one side; None where there is none.
        after: of the neighbour on the other side.
        beside: in which direction they lie.
        labels: whose foreground is compared.
    """
    if before is None or after is None:
        return []
    compared = (_jump(label, area, before, after, beside, labels) for label in labels.foreground)
    return [finding for finding in compared if finding is not None]


def _jump(
    label: Label,
    area: Sequence[int],
    before: Sequence[int],
    after: Sequence[int],
    beside: Beside,
    labels: LabelSet,
) -> Reason | None:
    key, here = labels.structures[label].key, area[label]
    low, high = sorted((before[label], after[label]))
    if not here and low:
        return Reason(Rule.MISSING, key, beside=beside)
    if here > JUMP * high and here - high >= JUMP_PIXELS:
        return Reason(Rule.LARGER, key, beside=beside, amount=_times(here, high))
    if here and here * JUMP < low and low - here >= JUMP_PIXELS:
        return Reason(Rule.SMALLER, key, beside=beside, amount=_times(low, here))
    return None


def _times(large: int, small: int) -> float | None:
    return round(large / small, 1) if small else None

"""Does a mask look like a heart? What anatomy forbids or hardly ever shows, each found by a plain rule.

The rules know nothing of the image; they point a reader to masks that are worth a look.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from core.labels import FOREGROUND, SHORT_NAMES, Label

LV, RV, MYO = Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE, Label.MYOCARDIUM
EIGHT = np.ones((3, 3), bool)  # pixels that touch at a corner belong together
OPEN_PERCENT = 10.0  # of the LV's rim without myocardium; less is found in careful masks, too
PIECE_PIXELS = 3  # a smaller piece beside the main one is a matter of taste
JUMP = 1.8  # times larger or smaller than both neighbours; between slices 8 to 10 mm apart less is ordinary
JUMP_PIXELS = 30  # a difference below it says nothing


@dataclass(frozen=True)
class Finding:
    """One thing that is implausible about a mask."""

    rule: str
    text: str  # a phrase for the reader


def mask_findings(mask: np.ndarray) -> list[Finding]:
    """What is implausible in one mask (height, width) by itself."""
    return [
        finding
        for rule in (open_ventricle, scattered_pieces, touching_ventricles, holes)
        for finding in rule(mask)
    ]


def open_ventricle(mask: np.ndarray) -> list[Finding]:
    """The LV's rim must be myocardium; tells the share of pixels beside it that are something else."""
    cavity = mask == LV
    rim = ndimage.binary_dilation(cavity) & ~cavity
    if not rim.any():
        return []
    percent = 100 * float((mask[rim] != MYO).mean())
    if percent < OPEN_PERCENT:
        return []
    return [Finding("open", f"myocardium does not enclose the LV ({percent:.0f} % open)")]


def scattered_pieces(mask: np.ndarray) -> list[Finding]:
    """Each label is one connected piece; crumbs of fewer than `PIECE_PIXELS` pixels do not count."""
    found = []
    for label in FOREGROUND:
        pieces, n_pieces = ndimage.label(mask == label, EIGHT)
        sizes = np.bincount(pieces.ravel())[1:] if n_pieces else np.array([])
        large = int((sizes >= PIECE_PIXELS).sum())
        if large > 1:
            found.append(Finding("pieces", f"{SHORT_NAMES[label]} in {large} pieces"))
    return found


def touching_ventricles(mask: np.ndarray) -> list[Finding]:
    """Between the ventricles lies the septum: no RV pixel has an LV pixel beside it."""
    beside = ndimage.binary_dilation(mask == LV) & (mask == RV)
    n_pixels = int(beside.sum())
    return [Finding("touching", f"RV touches LV along {n_pixels} pixels")] if n_pixels else []


def holes(mask: np.ndarray) -> list[Finding]:
    """Background that the heart encloses."""
    heart = mask != Label.BACKGROUND
    n_pixels = int((ndimage.binary_fill_holes(heart) & ~heart).sum())
    if not n_pixels:
        return []
    return [Finding("hole", f"a hole of {n_pixels} pixel{'' if n_pixels == 1 else 's'} in the heart")]


def neighbour_findings(
    area: Sequence[int], before: Sequence[int] | None, after: Sequence[int] | None, beside: str = "slices"
) -> list[Finding]:
    """What is implausible beside the two neighbours in the stack or in time.

    Args:
        area: pixels of each label in the mask, by label number.
        before: the same of the neighbour on one side; None where there is none.
        after: of the neighbour on the other side.
        beside: what the neighbours are, for the text.
    """
    if before is None or after is None:
        return []
    found = []
    for label in FOREGROUND:
        name, here = SHORT_NAMES[label], area[label]
        low, high = sorted((before[label], after[label]))
        if not here and low:
            found.append(Finding("missing", f"no {name}, though the {beside} on both sides have it"))
        elif here > JUMP * high and here - high >= JUMP_PIXELS:
            found.append(Finding("jump", f"{name} {ratio(here, high)} larger than in the {beside} beside"))
        elif here and here * JUMP < low and low - here >= JUMP_PIXELS:
            found.append(Finding("jump", f"{name} {ratio(low, here)} smaller than in the {beside} beside"))
    return found


def ratio(large: int, small: int) -> str:
    """How many times, in words.

    >>> ratio(90, 45), ratio(7, 0)
    ('2.0 times', 'far')
    """
    times = large / small if small else math.inf
    return f"{times:.1f} times" if math.isfinite(times) else "far"

"""Where in the heart and at which moment of its beat slices lie, judged from their labels.

Headers seldom tell either.
"""

from enum import StrEnum

import numpy as np

from core.labels import HEART, LabelSet
from core.records.orientation import BaseEnd

MIN_POSITIONS = 3  # with heart, below which a series has no base, middle and apex
LARGER = 1.5  # times as large as at the apex is the heart at the base, a third of it each; most have 2 to 4


class SliceLevel(StrEnum):
    """Third of the heart along its long axis."""

    BASAL = "basal"
    MID = "mid"
    APICAL = "apical"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


class CardiacPhase(StrEnum):
    """Moment of the heart's beat."""

    ED = "ed"
    ES = "es"
    BETWEEN = "between"
    UNKNOWN = "unknown"


LEVEL_TITLES = {
    SliceLevel.BASAL: "base",
    SliceLevel.MID: "middle",
    SliceLevel.APICAL: "apex",
    SliceLevel.OUTSIDE: "outside the heart",
    SliceLevel.UNKNOWN: "too few slices to say",
}
PHASE_TITLES = {
    CardiacPhase.ED: "end-diastole",
    CardiacPhase.ES: "end-systole",
    CardiacPhase.BETWEEN: "between",
    CardiacPhase.UNKNOWN: "a single phase",
}


def slice_levels(
    series: np.ndarray, positions: np.ndarray, pixels: np.ndarray, labels: LabelSet = HEART
) -> np.ndarray:
    """Return the SliceLevel of each slice, (n,) of str.

    The positions of a series that have heart are cut into thirds; the end where the heart is larger is its
    base, in whichever order the slices were taken.

    Args:
        series: (n,) which series a slice belongs to.
        positions: (n,) its index in the stack of the series.
        pixels: (n, labels) of each label in its mask.
        labels: whose foreground is the heart.
    """
    levels = np.full(len(series), SliceLevel.UNKNOWN.value, object)
    if not len(series):
        return levels
    _, member = np.unique(series, return_inverse=True)
    n = member.max() + 1
    heart = pixels[:, list(labels.foreground)].sum(axis=1)
    filled = heart > 0
    first, last = np.full(n, np.iinfo(np.int64).max), np.full(n, -1)
    np.minimum.at(first, member[filled], positions[filled])
    np.maximum.at(last, member[filled], positions[filled])
    known = (last >= 0) & (last - first + 1 >= MIN_POSITIONS)
    extent = np.where(known, last - first + 1, 1)
    start = np.where(known, first, 0)
    inside = known[member] & (positions >= first[member]) & (positions <= last[member])
    # Twice the middle of a position, so that thirds are whole numbers.
    third = (6 * (positions - start[member]) + 3) // (2 * extent[member])
    third = np.where(inside, third, -1)
    ends = [_mean_by(member[third == end], heart[third == end], n) for end in (0, 2)]
    turned = ends[1] > ends[0]
    third = np.where(inside & turned[member], 2 - third, third)
    for number, level in enumerate((SliceLevel.BASAL, SliceLevel.MID, SliceLevel.APICAL)):
        levels[third == number] = level.value
    levels[known[member] & ~inside] = SliceLevel.OUTSIDE.value
    return levels


def larger_end(heart: np.ndarray) -> BaseEnd:
    """Return at which end of a stack the heart is larger, in the order given; unknown where it hardly is.

    Args:
        heart: (positions,) its mean area in pixels; NaN where nobody has drawn, 0 where there is none.
    """
    drawn = np.flatnonzero(heart > 0)
    if not len(drawn) or drawn[-1] - drawn[0] + 1 < 2 * MIN_POSITIONS - 1:
        return BaseEnd.UNKNOWN
    first, *_, last = np.array_split(heart[drawn[0] : drawn[-1] + 1], 3)
    if np.isnan(first).all() or np.isnan(last).all():
        return BaseEnd.UNKNOWN
    areas = float(np.nanmean(first)), float(np.nanmean(last))
    if max(areas) < LARGER * min(areas):
        return BaseEnd.UNKNOWN
    return BaseEnd.FIRST if areas[0] > areas[1] else BaseEnd.LAST


def cardiac_phases(
    series: np.ndarray, phases: np.ndarray, pixels: np.ndarray, labels: LabelSet = HEART
) -> np.ndarray:
    """Return the CardiacPhase of each slice, (n,) of str: ED where the cavity is largest, ES where smallest.

    The cavities that a wall encloses count, together; a set without such tells no phase. Only phases with as
    many masks as the fullest one count, since half a heart is a small heart.

    Args:
        series: (n,) which series a slice belongs to.
        phases: (n,) its phase.
        pixels: (n, labels) of each label in its mask.
        labels: says which labels are cavities with a wall.
    """
    if not len(series):
        return np.full(0, CardiacPhase.UNKNOWN.value, object)
    _, member = np.unique(series, return_inverse=True)
    n_phases = int(phases.max()) + 1
    moments, moment = np.unique(member * n_phases + phases, return_inverse=True)
    owner = moments // n_phases
    masks = np.bincount(moment)
    cavity = np.bincount(moment, weights=pixels[:, list(labels.walled)].sum(axis=1))
    fullest = np.zeros(member.max() + 1, np.int64)
    np.maximum.at(fullest, owner, masks)
    usable = np.flatnonzero((masks == fullest[owner]) & (cavity > 0))
    names = np.full(len(moments), CardiacPhase.UNKNOWN.value, object)
    if len(usable):  # of phases alike the first is meant: sorting keeps their order
        rising = usable[np.lexsort((cavity[usable], owner[usable]))]
        falling = usable[np.lexsort((-cavity[usable], owner[usable]))]
        starts = np.flatnonzero(np.diff(owner[rising], prepend=-1))
        smallest, largest = rising[starts], falling[starts]
        several = cavity[largest] > cavity[smallest]
        names[np.isin(owner, owner[smallest[several]])] = CardiacPhase.BETWEEN.value
        names[smallest[several]] = CardiacPhase.ES.value
        names[largest[several]] = CardiacPhase.ED.value
    return names[moment]


def _mean_by(member: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Mean of the values of each of n members; 0 where it has none."""
    sums = np.bincount(member, weights=values, minlength=n)
    return sums / np.maximum(np.bincount(member, minlength=n), 1)

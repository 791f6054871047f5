"""Where in the heart and when in its beat slices lie, judged from their labels: headers seldom tell."""

from enum import StrEnum

import numpy as np

from core.labels import FOREGROUND, Label

FEWEST = 3  # positions with heart below which a series has no base, middle and apex


class Third(StrEnum):
    """Part of the heart along its long axis."""

    BASE = "base"
    MIDDLE = "middle"
    APEX = "apex"
    OUTSIDE = "outside the heart"
    UNKNOWN = "too few slices to say"


class Beat(StrEnum):
    """Moment of the heart's beat."""

    ED = "end-diastole"
    ES = "end-systole"
    BETWEEN = "between"
    UNKNOWN = "a single phase"


def thirds(series: np.ndarray, positions: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """The Third of each slice, (n,) of str.

    The positions of a series that have heart are cut into thirds; the end where the heart is larger is its
    base, in whichever order the slices were taken.

    Args:
        series: (n,) which series a slice belongs to.
        positions: (n,) its place in the series.
        pixels: (n, 4) of each label in its mask.
    """
    found = np.full(len(series), Third.UNKNOWN.value, object)
    if not len(series):
        return found
    _, member = np.unique(series, return_inverse=True)
    n = member.max() + 1
    heart = pixels[:, list(FOREGROUND)].sum(axis=1)
    filled = heart > 0
    first, last = np.full(n, np.iinfo(np.int64).max), np.full(n, -1)
    np.minimum.at(first, member[filled], positions[filled])
    np.maximum.at(last, member[filled], positions[filled])
    known = (last >= 0) & (last - first + 1 >= FEWEST)
    extent = np.where(known, last - first + 1, 1)
    start = np.where(known, first, 0)
    inside = known[member] & (positions >= first[member]) & (positions <= last[member])
    # Twice the middle of a position, so that thirds are whole numbers.
    third = (6 * (positions - start[member]) + 3) // (2 * extent[member])
    third = np.where(inside, third, -1)
    ends = [_mean_by(member[third == end], heart[third == end], n) for end in (0, 2)]
    turned = ends[1] > ends[0]
    third = np.where(inside & turned[member], 2 - third, third)
    for number, name in enumerate((Third.BASE, Third.MIDDLE, Third.APEX)):
        found[third == number] = name.value
    found[known[member] & ~inside] = Third.OUTSIDE.value
    return found


def beats(series: np.ndarray, phases: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """The Beat of each slice, (n,) of str: ED where the series' left ventricle is largest, ES where smallest.

    Only phases with as many masks as the fullest one count, since half a heart is a small heart.

    Args:
        series: (n,) which series a slice belongs to.
        phases: (n,) its phase.
        pixels: (n, 4) of each label in its mask.
    """
    found = np.full(len(series), Beat.UNKNOWN.value, object)
    if not len(series):
        return found
    _, member = np.unique(series, return_inverse=True)
    n_phases = int(phases.max()) + 1
    moments, moment = np.unique(member * n_phases + phases, return_inverse=True)
    owner = moments // n_phases
    masks = np.bincount(moment)
    cavity = np.bincount(moment, weights=pixels[:, Label.LEFT_VENTRICLE])
    fullest = np.zeros(member.max() + 1, np.int64)
    np.maximum.at(fullest, owner, masks)
    usable = np.flatnonzero((masks == fullest[owner]) & (cavity > 0))
    order = usable[np.lexsort((cavity[usable], owner[usable]))]
    names = np.full(len(moments), Beat.UNKNOWN.value, object)
    if len(order):
        starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
        ends = np.append(starts[1:], len(order)) - 1
        several = cavity[order[ends]] > cavity[order[starts]]
        names[np.isin(owner, owner[order[starts[several]]])] = Beat.BETWEEN.value
        names[order[starts[several]]] = Beat.ES.value
        names[order[ends[several]]] = Beat.ED.value
    return names[moment]


def _mean_by(member: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Mean of the values of each of n members; 0 where it has none."""
    sums = np.bincount(member, weights=values, minlength=n)
    return sums / np.maximum(np.bincount(member, minlength=n), 1)

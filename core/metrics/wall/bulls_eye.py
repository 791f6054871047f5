"""Thickness of the wall at ED and ES and how much it thickens, by segment, each with a number or a reason."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.labels import Label
from core.metrics.location import SliceLevel, slice_levels
from core.metrics.wall.anchor import Anchor, Masks, found_anchor, marked_anchor
from core.metrics.wall.chords import Spacing, chords
from core.metrics.wall.segments import APEX, AROUND, N_SEGMENTS, segments_at
from core.records.directions import Directions
from core.records.hearts import Insertions

FEWEST_CHORDS = 5  # of a segment in a slice
SEPTAL = (SliceLevel.BASAL, SliceLevel.MID)  # where the right ventricle is whole
NO_WAY_ROUND = (
    "which way round these pictures are is not known, so that anterior and inferior could be exchanged; mark "
    "both insertions of the right ventricle, the anterior one first"
)
NO_PIXEL_SIZE = "how large a pixel is is not known; tell it in the import"
NO_LEVELS = "too few slices show the heart at ED to tell base, middle and apex"
NOT_SEEN = "short-axis slices do not show the apex itself"
NO_RING = "no slice of this third has a closed wall around the cavity"
NOT_AT_BOTH = "no slice of this third has a closed wall at both ED and ES"
CONVENTIONS = (
    "Thickness is the mean of chords at right angles to the middle of the wall, 100 a slice, in slices whose "
    "wall closes around the cavity; papillary muscles are no wall.",
    "Base, middle and apex are thirds of the slices that show the heart at ED.",
    "Segments go by the anterior insertion of the right ventricle, the mean of base and middle: six of 60 "
    "degrees from there, at the apex four of 90 with the septal one behind the middle of the septum; the "
    "17th, the apex itself, is not in short-axis slices.",
    "Thickening is (ES - ED) / ED; all three numbers are from slices whose wall is closed at both, where "
    "there are such.",
)
BySlice = Mapping[int, Mapping[int, float]]  # position -> segment -> mean thickness in mm


@dataclass(frozen=True)
class Segment:
    """What is known of one segment; a reason where a number is missing."""

    number: int  # from 1, see `core.metrics.wall.segments.SEGMENT_NAMES`
    ed_mm: float | None = None
    es_mm: float | None = None
    thickening_percent: float | None = None
    reason: str = ""  # a clause


@dataclass(frozen=True)
class WallMap:
    """The 17 segments, or the reason why there are none."""

    segments: tuple[Segment, ...] = ()
    reason: str = ""  # a clause


def wall_map(ed: Masks, es: Masks, spacing_mm: Spacing, way: Directions | Insertions | None) -> WallMap:
    """Return thickness at ED and ES and thickening by segment.

    Args:
        ed: masks at end-diastole.
        es: masks at end-systole; empty where there is but one phase.
        spacing_mm: (row, column) of a pixel.
        way: what is known of the way round: directions of the stack, or the insertions as somebody marked
            them at ED; None for neither.
    """
    if way is None:
        return WallMap(reason=NO_WAY_ROUND)
    levels, base_first = levels_of(ed)
    if not levels:
        return WallMap(reason=NO_LEVELS)
    thickness: dict[str, BySlice] = {"es": {}}
    at_ed: Anchor | str = ""
    for phase, masks in (("ed", ed), ("es", es)):
        if isinstance(way, Insertions):
            anchor = marked_anchor(ed, spacing_mm, way)
        else:
            upper = {place: mask for place, mask in masks.items() if levels.get(place) in SEPTAL}
            anchor = found_anchor(upper, spacing_mm, way, base_first=base_first)
        if phase == "ed":
            at_ed = anchor
        anchor = at_ed if isinstance(anchor, str) else anchor  # the RV may be hard to see at ES
        if isinstance(anchor, str):
            return WallMap(reason=anchor)
        thickness[phase] = by_slice(masks, levels, spacing_mm, anchor)
    return WallMap(
        tuple(
            segment_of(number, thickness["ed"], thickness["es"], with_es=bool(es))
            for number in range(1, N_SEGMENTS + 1)
        )
    )


def levels_of(masks: Masks) -> tuple[dict[int, SliceLevel], bool]:
    """Return the third of the heart of each position that has one, and whether the base comes first."""
    places = np.array(sorted(masks))
    pixels = np.array([np.bincount(masks[place].ravel(), minlength=len(Label)) for place in places.tolist()])
    if not len(places):
        return {}, True
    found = [SliceLevel(name) for name in slice_levels(np.zeros(len(places), int), places, pixels)]
    levels = {place: level for place, level in zip(places.tolist(), found, strict=True) if level in AROUND}
    return levels, next(iter(levels.values()), SliceLevel.BASAL) == SliceLevel.BASAL


def by_slice(masks: Masks, levels: Mapping[int, SliceLevel], spacing_mm: Spacing, anchor: Anchor) -> BySlice:
    """Return the mean thickness in mm of the segments that each slice with a closed wall shows."""
    shown = {}
    for place, level in levels.items():
        ring = chords(masks[place], spacing_mm) if place in masks else None
        if ring is None:
            continue
        numbers = segments_at(level, ring.angles, anchor.anterior, anchor.turn)
        known = np.isfinite(ring.thickness_mm)
        shown[place] = {
            number: float(ring.thickness_mm[known & (numbers == number)].mean())
            for number in AROUND[level]
            if (known & (numbers == number)).sum() >= FEWEST_CHORDS
        }
    return shown


def segment_of(number: int, ed: BySlice, es: BySlice, *, with_es: bool) -> Segment:
    """Return one segment, the mean over its slices."""
    if number == APEX:
        return Segment(number, reason=NOT_SEEN)
    at_ed, at_es = ({place: one[number] for place, one in each.items() if number in one} for each in (ed, es))
    both = at_ed.keys() & at_es.keys()
    if both:  # else numbers of other slices stand beside each other, and the thickening fits neither
        at_ed, at_es = ({place: each[place] for place in both} for each in (at_ed, at_es))
    before = float(np.mean(list(at_ed.values()))) if at_ed else None
    after = float(np.mean(list(at_es.values()))) if at_es else None
    reason = ""
    if not at_ed:
        reason = NO_RING
    elif with_es and not both:
        reason = NOT_AT_BOTH
    thickening = 100 * (after - before) / before if both and before and after is not None else None
    return Segment(number, before, after, thickening, reason)

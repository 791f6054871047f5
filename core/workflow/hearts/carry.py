"""Corrected masks carried through beat and stack: planned, worked out slice by slice, then kept as one.

What is planned is quick and says which slices get a mask from which; working it out takes a fifth of a second
a slice, so whoever shows it can show how far it is. Nothing is kept before a reader has seen it, and then all
of it or nothing, if every slice still is as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.editing.carry.carry import Corrected, carry
from core.errors import BadInput
from core.records.masks import Origin
from core.records.slices import DEFAULT_SPACING, Place, SliceRow, Status
from core.records.spreads import MAX_SLICES, SpreadKind, SpreadSlice
from core.store.database import Store, open_store
from core.store.masks import spreads
from core.store.masks.predictions import load_prediction
from core.store.masks.reader_view import ReaderView, view_slices
from core.store.series.series import series_row
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slice_pixels
from core.workflow.hearts.nearest import nearest

DECIDED = (Status.APPROVED, Status.REJECTED)
DRAWN = (Origin.READER, Origin.REFERENCE)


class LeftAlone(StrEnum):
    """Why a slice gets nothing."""

    DRAWN = "drawn"  # somebody stands for its mask already, or rejected the slice
    TWO_MASKS = "two_masks"  # the reader's strokes and another's version; one has to be chosen first
    TOO_FAR = "too_far"  # nothing is corrected in its position nor in its phase
    OTHER_SIZE = "other_size"  # its picture has other pixels than the corrected ones


@dataclass(frozen=True, eq=False)
class Target:
    """A slice that gets a mask, and from which."""

    look: ReaderView
    sources: tuple[int, ...]  # slice ids


@dataclass(frozen=True, eq=False)
class CarryPlan:
    """What carrying would do, as the store is now."""

    reader: str
    sources: dict[int, ReaderView]  # by slice id, those that are made use of
    targets: tuple[Target, ...]  # by phase and position
    left_alone: dict[int, LeftAlone]  # by slice id
    n_phases: int

    @property
    def n_unpredicted(self) -> int:
        """How many of the slices no network has predicted, so that they follow the pictures alone."""
        return sum(target.look.row.uncertainty is None for target in self.targets)


@dataclass(frozen=True, eq=False)
class CarriedSlice:
    """What a slice would get."""

    look: ReaderView  # of the reader, before
    mask: np.ndarray  # (height, width) uint8 of Label values
    unsure: np.ndarray  # (height, width) float32 from 0 to 1: how likely another label is
    unsure_share: float  # what is likely to be wrong, as a share of the heart


def corrected_slices(series_id: int, reader: str) -> list[SliceRow]:
    """Return the slices of a heart from which masks are carried if nobody chooses: those with one's word."""
    store = open_store()
    with store.snapshot():
        rows = list_slices(store, Filter(series_id=series_id), limit=None)
        looks = view_slices(store, [row.id for row in rows], reader)
    return [row for row in rows if is_right(looks[row.id], chosen=False)]


def plan_carry(
    series_id: int, reader: str, places: Sequence[Place], sources: Sequence[int] | None = None
) -> CarryPlan:
    """Return which slices would get their masks from which; none that somebody has drawn on gets another.

    Args:
        series_id: of the heart.
        reader: whose drafts they would become.
        places: (position, phase) of the slices that shall get masks.
        sources: ids of the slices whose masks are right; None takes all that somebody approved, or that the
            reader has drawn.

    Raises:
        BadInput: when there is no corrected slice, or they are too many at once.
        NotFound: when there is no such series.
    """
    if len(places) > MAX_SLICES:
        raise BadInput(f"these are {len(places)} slices, more than {MAX_SLICES}; choose fewer at once")
    store = open_store()
    with store.snapshot():
        n_phases = series_row(store, series_id).n_phases
        rows = {row.id: row for row in list_slices(store, Filter(series_id=series_id), limit=None)}
        looks = view_slices(store, list(rows), reader)
    given = {number: look for number, look in looks.items() if sources is None or number in set(sources)}
    right = {number: look for number, look in given.items() if is_right(look, chosen=sources is not None)}
    if not right:
        raise BadInput("no slice of this heart is corrected yet; correct one, or approve it, first")
    by_place = {place_of(look.row): number for number, look in right.items()}
    wanted = set(places)
    targets, left_alone = [], {}
    for number, look in sorted(looks.items(), key=lambda item: place_of(item[1].row)[::-1]):
        if place_of(look.row) not in wanted or number in right:
            continue
        near = [by_place[place] for place in nearest(place_of(look.row), list(by_place), n_phases)]
        size = (look.row.height, look.row.width)
        fitting = [one for one in near if (looks[one].row.height, looks[one].row.width) == size]
        if is_drawn(look):
            left_alone[number] = LeftAlone.DRAWN
        elif look.seen.parent_id != look.seen.newest_id:
            left_alone[number] = LeftAlone.TWO_MASKS
        elif not fitting:
            left_alone[number] = LeftAlone.OTHER_SIZE if near else LeftAlone.TOO_FAR
        else:
            targets.append(Target(look, tuple(fitting)))
    used = {number: looks[number] for target in targets for number in target.sources}
    return CarryPlan(reader, used, tuple(targets), left_alone, n_phases)


def carried(plan: CarryPlan) -> Iterator[CarriedSlice]:
    """Yield what each slice of a plan would get, one after the other, as it is worked out."""
    store = open_store()
    corrected = {number: _corrected(store, look) for number, look in plan.sources.items()}
    for target in plan.targets:
        row = target.look.row
        said = load_prediction(store, row.id)
        made = carry(
            [corrected[number] for number in target.sources],
            slice_pixels(store, row),
            row.spacing_mm or DEFAULT_SPACING,
            said.probabilities if said else None,
        )
        yield CarriedSlice(target.look, made.mask, made.unsure, made.unsure_share)


def keep_carried(plan: CarryPlan, slices: Sequence[CarriedSlice], seconds: float = 0.0) -> str:
    """Make what was carried the reader's drafts, all or none; returns the name by which it is taken back.

    Args:
        plan: what was planned.
        slices: those of it that the reader wants, as they were seen.
        seconds: of active work, which they share.

    Raises:
        BadInput: when there is none.
        Conflict: when one of them, or a slice they came from, is another one since; nothing is changed then.
    """
    if not slices:
        raise BadInput("no slice is chosen that would get a mask; choose one")
    written = [_as_seen(one.look, plan.n_phases, one.mask) for one in slices]
    looked_at = [_as_seen(look, plan.n_phases, None) for look in plan.sources.values()]
    return spreads.save_spread(open_store(), plan.reader, SpreadKind.CARRY, [*written, *looked_at], seconds)


def is_right(look: ReaderView, *, chosen: bool) -> bool:
    """Return whether a mask may be carried from a slice: it was chosen, or somebody stands for it."""
    if look.mask is None or look.row.status == Status.REJECTED:
        return False
    return chosen or look.row.status == Status.APPROVED or look.draft is not None


def is_drawn(look: ReaderView) -> bool:
    """Return whether somebody stands for the mask of a slice already."""
    return look.draft is not None or look.row.status in DECIDED or look.row.newest_origin in DRAWN


def place_of(row: SliceRow) -> Place:
    """Return where a slice lies."""
    return row.position, row.phase


def _corrected(store: Store, look: ReaderView) -> Corrected:
    assert look.mask is not None
    said = load_prediction(store, look.row.id)
    return Corrected(slice_pixels(store, look.row), look.mask, said.probabilities if said else None)


def _as_seen(look: ReaderView, n_phases: int, mask: np.ndarray | None) -> SpreadSlice:
    row = look.row
    words = f"slice {row.number}" + (f", phase {row.phase + 1} of {n_phases}" if n_phases > 1 else "")
    return SpreadSlice(row.id, words, look.seen, row.status, mask)

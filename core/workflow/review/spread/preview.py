"""What a spread would make of every slice, from what the store has, the reader's own strokes included."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.editing.spread.changes import copied, resized, without
from core.editing.spread.interpolation import between
from core.editing.spread.layers import with_layers
from core.errors import BadInput
from core.labels import NAMES
from core.records.phases import Phases
from core.records.slices import SliceRow
from core.records.spreads import MAX_SLICES, SpreadKind, SpreadSlice
from core.store.database import open_store
from core.store.masks.presence import others_at_work
from core.store.masks.reader_view import ReaderView, view_slice, view_slices
from core.store.series.series import series_row
from core.store.slices.slices import slices_at
from core.workflow.review.contours import shown_mask
from core.workflow.review.spread.request import Guard, SpreadRequest, guard_of

Place = tuple[int, int]  # (position counted from the base, phase)


@dataclass(frozen=True, eq=False)
class SliceChange:
    """What becomes of one slice."""

    look: ReaderView  # of the reader, before
    words: str  # which slice it is, for people
    mask: np.ndarray  # (height, width) uint8 of Label values, after
    others: tuple[str, ...] = ()  # who else has it open, or strokes on it

    def as_seen(self) -> SpreadSlice:
        """Return it as the store takes it."""
        return SpreadSlice(self.look.row.id, self.words, self.look.seen, self.look.row.status, self.mask)


@dataclass(frozen=True, eq=False)
class SpreadPreview:
    """What a spread would do; what is done later is this, or nothing."""

    reader: str
    request: SpreadRequest
    changes: tuple[SliceChange, ...]  # of the slices that would have another mask, in their order
    sources: tuple[SpreadSlice, ...]  # slices that it is made from
    left_alone: Mapping[Guard, tuple[str, ...]]  # slices in words
    undecided: tuple[str, ...]  # slices that show two masks, which the reader has to choose from first
    n_same: int  # slices that stay as they are, since there is nothing to change


def preview_spread(slice_id: int, reader: str, request: SpreadRequest) -> SpreadPreview:
    """Return what a spread from the slice that is open would do.

    Raises:
        BadInput: when what is to be copied or interpolated is not there, or the slices are too many.
        NotFound: when the slice is gone.
    """
    if len(request.places) > MAX_SLICES:
        raise BadInput(
            f"these are {len(request.places)} slices, more than {MAX_SLICES}; choose fewer at once"
        )
    store = open_store()
    with store.snapshot():
        here = view_slice(store, slice_id, reader)
        phases = series_row(store, here.row.series_id).phases
        rows = slices_at(store, here.row.series_id, request.places)
        looks = {at(look.row): look for look in view_slices(store, [row.id for row in rows], reader).values()}
        others = others_at_work(store, [row.id for row in rows], reader)
    used = sources_of(request, here, looks)
    targets = {place: look for place, look in sorted(looks.items(), key=in_order) if place not in used}
    left_alone: dict[Guard, tuple[str, ...]] = {}
    changes, undecided, n_same = [], [], 0
    for place, look in targets.items():
        words, guard = words_of(look.row, phases), guard_of(look.row)
        after = made(request, place, look, used, here)
        if np.array_equal(after, shown_mask(look)):
            n_same += 1
        elif guard is not None and guard not in request.guarded:
            left_alone[guard] = (*left_alone.get(guard, ()), words)
        elif look.seen.parent_id != look.seen.newest_id:
            undecided.append(words)
        else:
            changes.append(SliceChange(look, words, after, others.get(look.row.id, ())))
    sources = (
        SpreadSlice(look.row.id, words_of(look.row, phases), look.seen, look.row.status)
        for look in used.values()
    )
    return SpreadPreview(
        reader, request, tuple(changes), tuple(sources), left_alone, tuple(undecided), n_same
    )


def sources_of(
    request: SpreadRequest, here: ReaderView, looks: Mapping[Place, ReaderView]
) -> dict[Place, ReaderView]:
    """Return the slices that a spread is made from, which it leaves as they are.

    Raises:
        BadInput: when they have nothing of what is asked for.
    """
    if request.kind == SpreadKind.COPY:
        used = {at(here.row): here}
    elif request.kind == SpreadKind.INTERPOLATE:
        ends = {place for each in looks for place in request.sources(each)}
        used = {place: looks[place] for place in sorted(ends) if place in looks}
    else:
        return {}
    if not any(np.isin(shown_mask(look), request.labels).any() for look in used.values()):
        named = " or ".join(NAMES[label].lower() for label in request.labels)
        where = "this slice has" if request.kind == SpreadKind.COPY else "the two ends have"
        raise BadInput(f"{where} no {named} yet; draw it first, or choose another label")
    return used


def made(
    request: SpreadRequest,
    place: Place,
    look: ReaderView,
    used: Mapping[Place, ReaderView],
    here: ReaderView,
) -> np.ndarray:
    """Return what a spread makes of the mask of one slice, (height, width) uint8."""
    mask, labels = shown_mask(look), request.labels
    if request.kind == SpreadKind.DELETE:
        return without(mask, labels)
    if request.kind == SpreadKind.RESIZE:
        return resized(mask, labels, request.pixels)
    sources = [at(here.row)] if request.kind == SpreadKind.COPY else list(request.sources(place))
    if any(source not in used for source in sources):
        return mask  # the series has a gap there
    masks = [shown_mask(used[source]) for source in sources]
    if any(each.shape != mask.shape for each in masks):
        return mask
    if request.kind == SpreadKind.COPY:
        return copied(mask, masks[0], labels)
    spacing = look.row.spacing_mm or (1.0, 1.0)
    return with_layers(mask, between(masks[0], masks[1], request.share(place), labels, spacing))


def at(row: SliceRow) -> Place:
    """Return where a slice lies."""
    return row.from_base, row.phase


def in_order(item: tuple[Place, ReaderView]) -> tuple[int, int]:
    """Return by what slices are listed: phase by phase, through the stack."""
    (position, phase), _ = item
    return phase, position


def words_of(row: SliceRow, phases: Phases) -> str:
    """Return which slice of its series it is, for people."""
    phase = phases.short(row.phase)
    number = "" if phases.name(row.phase) or not phase else "phase "
    return f"slice {row.number}" + (f", {number}{phase}" if phase else "")

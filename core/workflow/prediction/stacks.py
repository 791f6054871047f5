"""Slices predicted with the stack in which they lie, since one slice does not show where the heart ends."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.errors import BadInput, DamagedFile
from core.imaging.processing.beyond_base import MIN_SLICES, SliceSaid, beyond_base, said_of, without
from core.labels import FOREGROUND
from core.metrics.location import larger_end
from core.records.masks import Prediction
from core.records.orientation import BaseEnd
from core.records.slices import DEFAULT_SPACING, Place, SliceRow
from core.settings import settings
from core.store.database import Store
from core.store.series.series import series_row
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, pixels_of

if TYPE_CHECKING:
    from core.network.predict import Predictor

BATCH = 16  # slices predicted, saved and reported at once, and what their stacks have more
MOST_IN_STACK = 64  # slices; a longer one is no heart, and its slices are predicted each by itself


@dataclass(frozen=True)
class Stack:
    """Slices of one phase of a series that are to be predicted together."""

    rows: tuple[SliceRow, ...]
    around: tuple[SliceRow, ...] = ()  # the others of it, which are looked at as well
    is_whole: bool = False  # whether these are all there are
    base: BaseEnd = BaseEnd.UNKNOWN


def stacks_of(
    store: Store,
    rows: Iterable[SliceRow],
    left_to_do: Callable[[Sequence[SliceRow]], set[int]] = lambda rows: set(),
) -> Iterator[Stack]:
    """Yield the stacks of slices, series by series.

    Args:
        store: where they are.
        rows: the slices that are to be predicted.
        left_to_do: returns the ids of those of some slices that the same run has to predict elsewhere. They
            are not looked at here, lest what is wrong with one spoils what is said of others.
    """
    by_series: dict[int, dict[int, list[SliceRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_series[row.series_id][row.phase].append(row)
    for series_id, by_phase in by_series.items():
        every: dict[int, list[SliceRow]] = defaultdict(list)
        base = BaseEnd.UNKNOWN
        if settings().trim_base:
            base = series_row(store, series_id).base
            for row in list_slices(store, Filter(series_id=series_id), limit=None):
                every[row.phase].append(row)
        for phase, wanted in by_phase.items():
            ids = {row.id for row in wanted}
            around = tuple(row for row in every[phase] if row.id not in ids)
            if not MIN_SLICES <= len(every[phase]) <= MOST_IN_STACK:
                yield from (Stack((row,)) for row in wanted)
            elif around and left_to_do(around):
                yield Stack(tuple(wanted))
            else:
                yield Stack(tuple(wanted), around, is_whole=True, base=base)


def batches(stacks: Iterable[Stack]) -> Iterator[list[Stack]]:
    """Yield whole stacks, about so many slices at a time as are worth one step."""
    batch: list[Stack] = []
    for stack in stacks:
        batch.append(stack)
        if sum(len(each.rows) for each in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def predict_stacks(
    store: Store, predictor: "Predictor", stacks: Sequence[Stack], *, with_flip: bool = False
) -> tuple[list[tuple[SliceRow, Prediction]], list[str]]:
    """Return the slices with their predictions, and a sentence for each that cannot be predicted."""
    try:
        return _predicted(store, predictor, stacks, with_flip), []
    except BadInput as error:  # one of them; the others shall not suffer from it
        if len(stacks) > 1:
            parts: list[Stack] = list(stacks)
        elif len(stacks[0].rows) > 1:
            parts = [Stack((row,)) for row in stacks[0].rows]
        else:
            (row,) = stacks[0].rows
            return [], [f"slice {row.id} of {row.patient} cannot be predicted: {error}"]
    done = [predict_stacks(store, predictor, [part], with_flip=with_flip) for part in parts]
    return [pair for found, _ in done for pair in found], [said for _, left_out in done for said in left_out]


def _predicted(
    store: Store, predictor: "Predictor", stacks: Sequence[Stack], with_flip: bool
) -> list[tuple[SliceRow, Prediction]]:
    rows = [row for stack in stacks for row in stack.rows]
    around = [row for stack in stacks for row in stack.around]
    every = [*rows, *around]
    spacings = [row.spacing_mm or DEFAULT_SPACING for row in every]
    try:
        predictions = predictor.predict(pixels_of(store, every), spacings, BATCH, with_flip=with_flip)
    except (BadInput, DamagedFile):
        if not around:
            raise
        alone = [stack if not stack.around else Stack(stack.rows) for stack in stacks]
        return _predicted(store, predictor, alone, with_flip)
    by_id = {row.id: prediction for row, prediction in zip(every, predictions, strict=True)}
    for stack in stacks:
        if stack.is_whole:
            ids = {(row.position, row.phase): row.id for row in (*stack.rows, *stack.around)}
            said = {place: by_id[slice_id] for place, slice_id in ids.items()}
            for place, mask in trimmed_predictions(said, stack.base).items():
                by_id[ids[place]] = replace(said[place], mask=mask)
    return [(row, by_id[row.id]) for row in rows]


def trimmed_predictions(said: Mapping[Place, Prediction], base: BaseEnd) -> dict[Place, np.ndarray]:
    """Return `trimmed` masks of whole predictions; what they say is summed up here."""
    masks = {place: one.mask for place, one in said.items()}
    return trimmed(masks, {place: said_of(one.mask, one.probabilities) for place, one in said.items()}, base)


def trimmed(
    masks: Mapping[Place, np.ndarray], said: Mapping[Place, SliceSaid], base: BaseEnd
) -> dict[Place, np.ndarray]:
    """Return those masks of a series in which something lies beyond the base, without it.

    Where nobody has told at which end the base is, it is where the heart is larger; where that does not tell
    either, nothing lies beyond.

    Args:
        masks: all slices of one phase or more.
        said: what the model said of each.
        base: at which end of the positions it is.
    """
    changed: dict[Place, np.ndarray] = {}
    for phase in {phase for _, phase in masks}:
        places = sorted(place for place in masks if place[1] == phase)
        heart = np.array([said[place].areas[list(FOREGROUND)].sum() for place in places])
        end = larger_end(heart) if base is BaseEnd.UNKNOWN else base
        if end is BaseEnd.UNKNOWN or len(places) > MOST_IN_STACK:
            continue
        from_base = places if end is BaseEnd.FIRST else places[::-1]
        for place, labels in zip(from_base, beyond_base([said[place] for place in from_base]), strict=True):
            if labels:
                changed[place] = without(masks[place], labels)
    return changed

"""One heart out of the store: its series, the areas of its slices, and what readers decided on it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.metrics.counts import N_LABELS
from core.metrics.function.rates import step_between
from core.metrics.function.stack import SliceStack, stack_of
from core.records.exports import EVERYTHING, MaskChoice, Selection
from core.records.hearts import BODY_BOUNDS, Body, HeartChoices
from core.records.masks import Origin
from core.records.slices import SeriesRow, Split, Status
from core.store.database import Store
from core.store.hearts.areas import SliceArea, slice_areas
from core.store.hearts.choices import heart_choices
from core.store.masks.chosen_masks import chosen_masks
from core.store.masks.drafts import load_drafts
from core.store.series.series import list_series, series_row

Pixels = tuple[int, ...]  # of each label in a mask
NO_COUNTS: Mapping[int, Pixels] = {}


@dataclass(frozen=True)
class Vouched:
    """Who stands behind the masks of a heart: how many of its slices are what, and whose masks they are."""

    n_slices: int
    n_masks: int
    n_approved: int
    authors: tuple[tuple[str, int], ...]  # (reader or model, masks), those with most first
    n_strokes: int = 0  # slices with strokes of the reader that are no version yet


@dataclass(frozen=True, eq=False)
class LoadedHeart:
    """All that the function of a heart is measured from."""

    series: SeriesRow
    areas: Sequence[SliceArea]
    choices: HeartChoices
    stack: SliceStack
    reader: str = ""  # whose strokes that are no version yet are in it; "" for nobody's
    drawn: frozenset[int] = frozenset()  # slices with such strokes

    @property
    def body(self) -> Body:
        """What is known of the person: what a reader gave before what the source says, where that can be."""
        known = {}
        for fact, (low, high) in BODY_BOUNDS.items():
            given = self.choices.facts.get(fact)
            value = getattr(self.series.provenance, fact.value) if given is None else given.value
            known[fact.value] = value if value is not None and low <= value <= high else None
        return Body(**known)

    @property
    def step_ms(self) -> float | None:
        """Time from one phase to the next."""
        times = np.full(self.stack.drawn.shape, np.nan)
        for area in self.areas:
            if area.trigger_time_ms is not None:
                times[area.position, area.phase] = area.trigger_time_ms
        return step_between(times, self.body.heart_rate_bpm)

    @property
    def vouched(self) -> Vouched:
        """Who stands behind the masks."""
        masked = [area for area in self.areas if area.pixels is not None]
        return Vouched(
            n_slices=len(self.areas),
            n_masks=len(masked),
            n_approved=sum(area.status == Status.APPROVED for area in masked),
            authors=tuple(Counter(area.author for area in masked).most_common()),
            n_strokes=len(self.drawn),
        )


def load_heart(
    store: Store,
    series_id: int,
    selection: Selection = EVERYTHING,
    counts: Mapping[int, Pixels] = NO_COUNTS,
    reader: str = "",
) -> LoadedHeart:
    """Return one heart.

    Args:
        store: where it is.
        series_id: which series.
        selection: whose masks.
        counts: pixels of each label by slice, in masks that are not saved yet; they go before those that are.
        reader: who drew those.

    Raises:
        NotFound: when there is no such series.
    """
    with store.snapshot():
        series = series_row(store, series_id)
        areas = slice_areas(store, series_id, selection)
        choices = heart_choices(store, series_id)
    drawn = frozenset(area.slice_id for area in areas if area.slice_id in counts)
    areas = [_with_strokes(area, counts, reader) for area in areas]
    return LoadedHeart(series, areas, choices, _stack(series, areas), reader, drawn)


def counted(mask: np.ndarray) -> Pixels:
    """Return how many pixels of each label a mask (height, width) has."""
    return tuple(np.bincount(mask.ravel(), minlength=N_LABELS).tolist())


def masks_of(
    store: Store, slice_ids: Sequence[int], selection: Selection, reader: str = ""
) -> dict[int, np.ndarray]:
    """Return the masks of these slices, (height, width) uint8, those without one left out.

    Args:
        store: where they are.
        slice_ids: which slices.
        selection: whose masks.
        reader: whose strokes that are no version yet go before them; "" for nobody's.
    """
    chosen = {number: one.mask for number, one in chosen_masks(store, slice_ids, selection).items()}
    own = load_drafts(store, slice_ids, reader) if reader else {}
    return chosen | {number: draft.mask for number, draft in own.items()}


def chosen_series(store: Store, selection: Selection) -> list[SeriesRow]:
    """Return the series that a selection names, or all of patients; the demo's where there are no others."""
    if selection.series_ids:
        return [series_row(store, number) for number in selection.series_ids]
    rows = list_series(store, limit=None)[::-1]
    if selection.patients:
        return [row for row in rows if row.patient in selection.patients]
    of_patients = [row for row in rows if row.split != Split.DEMO]
    return rows if selection.demo or not of_patients else of_patients


def whose(selection: Selection) -> str:
    """Return whose masks a selection means, in words."""
    words = {
        MaskChoice.LATEST: "the newest mask of each slice",
        MaskChoice.APPROVED: "approved masks",
        MaskChoice.REFERENCE: "reference masks",
        MaskChoice.MODEL: "a model's masks",
        MaskChoice.READER: f"masks by {selection.reader or 'a reader'}",
    }
    return words[selection.masks]


def _with_strokes(area: SliceArea, counts: Mapping[int, Pixels], reader: str) -> SliceArea:
    """The area as drawn on; an approval was of the mask before."""
    if area.slice_id not in counts:
        return area
    status = Status.IN_PROGRESS if area.status == Status.APPROVED else area.status
    author = reader or area.author
    return replace(area, pixels=counts[area.slice_id], status=status, origin=Origin.READER, author=author)


def _stack(series: SeriesRow, areas: Sequence[SliceArea]) -> SliceStack:
    masked = [area for area in areas if area.pixels is not None]
    geometry = series.geometry
    return stack_of(
        np.array([area.position for area in masked], np.intp),
        np.array([area.phase for area in masked], np.intp),
        np.array([area.pixels for area in masked], np.int64).reshape(-1, N_LABELS),
        geometry.spacing_mm,
        geometry.slice_distance_mm,
        shape=(
            1 + max((area.position for area in areas), default=-1),
            1 + max((area.phase for area in areas), default=-1),
        ),
        places=geometry.slice_indices,
        base=series.base,
    )

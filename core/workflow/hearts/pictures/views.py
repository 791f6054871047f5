"""ED and ES side by side, and the long axis cut out of the stack, of one heart as its reader finds it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.imaging.grids.long_axis import Along, LongAxis, cut
from core.labels import HEART, SHORT_NAMES, Label, Role
from core.metrics.function.moments import Moments, moments_of
from core.records.hearts import LeftOut
from core.records.slices import COURSE_SPACING_MM, DEFAULT_SPACING, SeriesRow, SliceRow
from core.store.database import open_store
from core.store.masks.drafts import load_drafts
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.loading import LoadedHeart, counted, load_heart
from core.workflow.hearts.pictures.stacks import PhaseStack, load_stack
from core.workflow.hearts.pictures.surroundings import Box, Point, cropped, inside, middle_of, surroundings

ASSUMED_DISTANCE_MM = 10.0  # of a source that does not say how far its slices are apart
NO_SPACING = f"The source tells no size of pixels: {COURSE_SPACING_MM} mm are assumed."
NO_DISTANCE = f"The source does not tell how far slices are apart: {ASSUMED_DISTANCE_MM:g} mm are assumed."


class Moment(StrEnum):
    """A phase that one looks at."""

    ED = "ed"
    ES = "es"
    OPEN = "open"  # that of the open slice


@dataclass(frozen=True, eq=False)
class Place:
    """One place of the stack, at the phase of the long axis."""

    row: SliceRow | None  # None where the source has no slice
    left_out: tuple[Label, ...] = ()  # cavities for which a reader took it out


@dataclass(frozen=True, eq=False)
class ShortAxis:
    """A slice at the open position, at ED or ES."""

    moment: Moment
    row: SliceRow | None  # None where the phase is not known or has no slice here
    grey: np.ndarray | None = None  # (height, width) uint8
    labels: np.ndarray | None = None  # (height, width) uint8 of Label values


@dataclass(frozen=True, eq=False)
class HeartViews:
    """All that is drawn of them, cut to the heart's surroundings; rows and columns count from there."""

    series: SeriesRow
    moment: Moment  # of the long axis
    known: tuple[Moment, ...]  # that can be chosen for it
    phases: dict[Moment, int]
    short_axes: tuple[ShortAxis, ShortAxis]
    long_axes: dict[Along, LongAxis]
    places: tuple[Place, ...]
    at: Point  # where the long axis is cut
    box: Box  # top, left, bottom, right, of the picture as it is shown
    spacing_mm: tuple[float, float]  # (row, column)
    notes: tuple[str, ...]

    @property
    def slice_ids(self) -> frozenset[int]:
        """The slices that are seen."""
        rows = [*(one.row for one in self.short_axes), *(place.row for place in self.places)]
        return frozenset(row.id for row in rows if row is not None)


def heart_views(
    opened: SliceRow, reader: str, moment: Moment = Moment.OPEN, at: Point | None = None
) -> HeartViews:
    """Return the views around the open slice.

    Args:
        opened: the slice that is open.
        reader: whose strokes go before what is saved.
        moment: at which the long axis is cut; where it is not known, at the open phase.
        at: row and column of the whole picture as shown, where it is cut; None for the middle of the LV.

    Raises:
        NotFound: when the series is gone.
        StoreUnavailable: when an image is missing or damaged.
    """
    store = open_store()
    with store.snapshot():
        of_series = list_slices(store, Filter(series_id=opened.series_id), limit=None)
        size = (opened.height, opened.width)
        rows = [row for row in of_series if (row.height, row.width) == size]
        drafts = load_drafts(store, [row.id for row in rows], reader)
        counts = {number: counted(draft.mask) for number, draft in drafts.items()}
        heart = load_heart(store, opened.series_id, counts=counts, reader=reader)
        phases = phases_of(heart, opened.phase, {row.phase for row in rows})
        shown = moment if moment in phases else Moment.OPEN
        stacks = {
            phase: load_stack(store, heart.series, [row for row in rows if row.phase == phase], reader)
            for phase in set(phases.values())
        }
    stack = stacks[phases[shown]]
    spacing, distance, notes = sizes_of(heart.series)
    shown_size = size[::-1] if heart.series.turn.quarters % 2 else size
    box = surroundings([mask for one in stacks.values() for mask in one.masks], shown_size, spacing)
    centre = inside(at or middle_of(stack.masks, shown_size), box)
    grey, masks = cropped(stack.grey, box), cropped(stack.masks, box)
    return HeartViews(
        series=heart.series,
        moment=shown,
        known=tuple(one for one in Moment if one in phases),
        phases=phases,
        short_axes=(
            short_axis(Moment.ED, phases, stacks, opened, box),
            short_axis(Moment.ES, phases, stacks, opened, box),
        ),
        long_axes={
            Along.ROW: cut(grey, masks, Along.ROW, centre[0], spacing, distance),
            Along.COLUMN: cut(grey, masks, Along.COLUMN, centre[1], spacing, distance),
        },
        places=tuple(Place(row, left_out(row, heart.choices.left_out)) for row in stack.rows),
        at=centre,
        box=box,
        spacing_mm=spacing,
        notes=notes,
    )


def phases_of(heart: LoadedHeart, open_phase: int, present: Collection[int]) -> dict[Moment, int]:
    """Return the phases that are known and have slices; the open one always."""
    found: Moments = moments_of(heart.stack, heart.choices, heart.series.phase_names)
    named = {Moment.ED: found.ed.phase, Moment.ES: found.es.phase, Moment.OPEN: open_phase}
    return {moment: phase for moment, phase in named.items() if phase is not None and phase in present}


def sizes_of(series: SeriesRow) -> tuple[tuple[float, float], float, tuple[str, ...]]:
    """Return (row, column) of a pixel as it is shown, the distance of slices, and what of them is assumed."""
    spacing, distance = series.geometry.spacing_mm, series.geometry.slice_distance_mm
    notes = [note for known, note in ((spacing, NO_SPACING), (distance, NO_DISTANCE)) if not known]
    row, column = spacing or DEFAULT_SPACING
    shown = (column, row) if series.turn.quarters % 2 else (row, column)
    return shown, distance or ASSUMED_DISTANCE_MM, tuple(notes)


def short_axis(
    moment: Moment,
    phases: dict[Moment, int],
    stacks: dict[int, PhaseStack],
    opened: SliceRow,
    box: Box,
) -> ShortAxis:
    """Return the slice of a moment at the open position."""
    if moment not in phases:
        return ShortAxis(moment, None)
    stack = stacks[phases[moment]]
    here = [place for place, row in enumerate(stack.rows) if row and row.position == opened.position]
    if not here:
        return ShortAxis(moment, None)
    grey, masks = cropped(stack.grey, box), cropped(stack.masks, box)
    return ShortAxis(moment, stack.rows[here[0]], grey[here[0]], masks[here[0]])


def left_out(row: SliceRow | None, chosen: frozenset[LeftOut]) -> tuple[Label, ...]:
    """Return the cavities for which a reader took a slice out."""
    if row is None:
        return ()
    cavities = (Label(label) for label in HEART.with_role(Role.CAVITY))
    return tuple(one for one in cavities if LeftOut(row.position, row.phase, one) in chosen)


def words_of(labels: Sequence[Label]) -> str:
    """Return cavities in words.

    >>> words_of((Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE))
    'LV and RV'
    """
    return " and ".join(SHORT_NAMES[label] for label in labels)

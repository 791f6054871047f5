"""The areas of all slices of a series in the masks that a selection means; most are read without a mask."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import and_, select

from core.metrics.counts import N_LABELS
from core.records.exports import MaskChoice, Selection
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import Store
from core.store.masks.chosen_masks import chosen_masks, chosen_versions
from core.store.slices.label_pixels import PIXELS, join_pixels
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SliceTable

SLICE = (
    SliceTable.id,
    SliceTable.position,
    SliceTable.phase,
    SliceTable.status,
    SliceTable.trigger_time_ms,
    SliceTable.disagreement,
)


@dataclass(frozen=True)
class SliceArea:
    """One slice with what the mask that is meant has of each label."""

    slice_id: int
    position: int
    phase: int
    status: Status
    trigger_time_ms: float | None
    disagreement: float | None  # 1 - Dice of the model with itself upside down
    pixels: tuple[int, ...] | None  # of each label; None where there is no such mask
    version_id: int | None = None  # None where there is none, and for what a model said beside the shown mask
    origin: Origin | None = None
    author: str = ""


def slice_areas(store: Store, series_id: int, selection: Selection) -> list[SliceArea]:
    """Return all slices of a series, those without such a mask too, by position and phase."""
    if selection.masks == MaskChoice.MODEL:
        return _of_model(store, series_id, selection)
    of_series = select(SliceTable.id).where(SliceTable.series_id == series_id)
    wanted = chosen_versions(selection, of_series)
    query = (
        select(*SLICE, MaskTable.id, MaskTable.origin, MaskTable.author, *PIXELS)
        .outerjoin(MaskTable, and_(MaskTable.slice_id == SliceTable.id, MaskTable.id.in_(wanted)))
        .where(SliceTable.series_id == series_id)
        .order_by(SliceTable.position, SliceTable.phase)
    )
    with store.reading() as session:
        rows = session.connection().execute(join_pixels(query, MaskTable.id, outer=True)).all()
    return [_record(row) for row in rows]


def _record(row: Sequence) -> SliceArea:
    facts, (version_id, origin, author), pixels = row[:6], row[6:9], row[9:]
    slice_id, position, phase, status, time_ms, disagreement = facts
    counted = version_id is not None and None not in pixels
    return SliceArea(
        slice_id,
        position,
        phase,
        Status(status),
        time_ms,
        disagreement,
        tuple(pixels) if counted else None,
        version_id,
        Origin(origin) if origin else None,
        author or "",
    )


def _of_model(store: Store, series_id: int, selection: Selection) -> list[SliceArea]:
    """What a model said may stand beside the versions, where nothing is counted: its masks are read."""
    query = (
        select(*SLICE)
        .where(SliceTable.series_id == series_id)
        .order_by(SliceTable.position, SliceTable.phase)
    )
    with store.reading() as session:
        rows = session.execute(query).tuples().all()
        found = chosen_masks(store, [row[0] for row in rows], selection)
    areas = []
    for row in rows:
        chosen = found.get(row[0])
        if chosen is None:
            areas.append(_record((*row, None, None, None, *[None] * N_LABELS)))
        else:
            pixels = np.bincount(chosen.mask.ravel(), minlength=N_LABELS).tolist()
            area = _record((*row, 0, chosen.origin, chosen.author, *pixels))
            areas.append(SliceArea(**(vars(area) | {"version_id": chosen.version_id})))
    return areas

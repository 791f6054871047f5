"""Slices as columns for dashboards: a hundred thousand of them in one query, without a record for each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from sqlalchemy import func, select

from core.records.orientation import BaseEnd
from core.records.slices import Split
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.slices.columns import columns_of, integers, words
from core.store.slices.conditions import has_truth
from core.store.slices.label_pixels import PIXELS, join_pixels
from core.store.tables.derived import StatusChangeTable
from core.store.tables.hearts import HeartFactTable, SliceDecisionTable
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SeriesTable, SliceTable

FACTS = (
    SliceTable.id,
    SliceTable.series_id,
    SliceTable.patient,
    SliceTable.split,
    SliceTable.status,
    SliceTable.position,
    SliceTable.from_base,
    SliceTable.phase,
)


class Columns:
    """Arrays of n slices each, `ids` among them: the fields of whatever dataclass this is."""

    ids: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, chosen: np.ndarray) -> Self:
        """Return only the slices that are chosen, by a bool each or by their indices."""
        return type(self)(*(column[chosen] for column in vars(self).values()))


@dataclass(frozen=True, eq=False)
class SliceColumns(Columns):
    """Facts of n slices that show a mask, in the order of their ids."""

    ids: np.ndarray  # (n,) int64
    series_ids: np.ndarray  # (n,) int64
    patients: np.ndarray  # (n,) str
    splits: np.ndarray  # (n,) str, values of Split
    statuses: np.ndarray  # (n,) str, values of Status
    positions: np.ndarray  # (n,) int64, as the source has them
    places: np.ndarray  # (n,) int64, from the base, as SliceRow.from_base
    phases: np.ndarray  # (n,) int64
    pixels: np.ndarray  # (n, 4) int64, of each label in the mask that is shown

    def apart_from_demo(self) -> "SliceColumns":
        """Return the slices of patients; where there are none, those of the demo."""
        of_patients = self.splits != Split.DEMO
        return self.where(of_patients) if of_patients.any() else self


@dataclass(frozen=True)
class SeriesFacts:
    """What dashboards say of a series."""

    id: int
    patient: str
    name: str
    spacing_mm: tuple[float, float] | None
    slice_distance_mm: float | None
    places: tuple[int, ...] = ()  # of each position in the stack, where some places have no slice

    @property
    def pixel_cm2(self) -> float | None:
        """Area of a pixel; None where nobody knows its size."""
        return self.spacing_mm[0] * self.spacing_mm[1] / 100 if self.spacing_mm else None


def masked_slices(
    store: Store, split: Split | None = None, series_ids: Sequence[int] = (), vouched: bool = True
) -> SliceColumns:
    """Return slices that show a mask, with its pixels.

    Args:
        store: where they are.
        split: only those of it; None means all.
        series_ids: only those of them; empty means all.
        vouched: only where somebody vouches for the mask, a reference or an approved one.
    """
    query = join_pixels(select(*FACTS, *PIXELS), SliceTable.newest_version_id).order_by(SliceTable.id)
    if split is not None:
        query = query.where(SliceTable.split == split)
    if vouched:
        query = query.where(has_truth())
    queries = [query.where(SliceTable.series_id.in_(part)) for part in parts(series_ids)] or [query]
    with store.reading() as session:
        converts = [integers, integers, words(), words(), words(), *[integers] * (3 + len(PIXELS))]
        columns = columns_of(session.connection(), converts, *queries)
    columns[len(FACTS) :] = [np.stack(columns[len(FACTS) :], axis=1)]
    found = SliceColumns(*columns)
    return found.where(np.argsort(found.ids)) if len(queries) > 1 else found


def masks_stamp(store: Store) -> str:
    """Return another text whenever masks, statuses, splits, bases or hearts' choices change or series go."""
    series = select(func.max(SeriesTable.id), func.count()).select_from(SeriesTable)
    counted_back = select(func.count(), func.sum(SeriesTable.id)).where(SeriesTable.base == BaseEnd.LAST)
    of_demo = select(func.count()).select_from(SliceTable).where(SliceTable.split == Split.DEMO)
    with store.reading() as session:
        newest = session.scalar(select(func.max(MaskTable.id)))
        changed = session.scalar(select(func.max(StatusChangeTable.id)))
        given = session.scalar(select(func.max(HeartFactTable.id)))
        decided = session.scalar(select(func.max(SliceDecisionTable.id)))
        last, n_series = session.execute(series).one()
        back = session.execute(counted_back).one()
        demo = session.scalar(of_demo)
        return f"{newest} {changed} {given} {decided} {last} {n_series} {demo} {back[0]} {back[1]}"


def series_facts(store: Store) -> dict[int, SeriesFacts]:
    """Return all series, by id."""
    query = select(SeriesTable.id, SeriesTable.patient, SeriesTable.name, SeriesTable.geometry)
    facts = {}
    with store.reading() as session:
        for row in session.execute(query):
            geometry = json.loads(row.geometry)
            spacing = geometry["spacing_mm"]
            facts[row.id] = SeriesFacts(
                id=row.id,
                patient=row.patient,
                name=row.name,
                spacing_mm=(spacing[0], spacing[1]) if spacing else None,
                slice_distance_mm=geometry["slice_distance_mm"],
                places=tuple(geometry.get("slice_indices", ())),  # which the first releases did not keep
            )
    return facts

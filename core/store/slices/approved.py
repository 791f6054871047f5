"""Approved slices as columns: what a training may learn from, half a million of them in one query."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from core.records.slices import Split, Status
from core.store.database import Store
from core.store.slices.columns import columns_of, floats, integers, words
from core.store.slices.label_pixels import PIXELS, join_pixels
from core.store.slices.slice_arrays import Columns, series_facts
from core.store.tables.slices import SliceTable

FACTS = (
    SliceTable.id,
    SliceTable.newest_version_id,
    SliceTable.series_id,
    SliceTable.patient,
    SliceTable.split,
    SliceTable.newest_origin,
    SliceTable.height * SliceTable.width,
)


@dataclass(frozen=True, eq=False)
class ApprovedSlices(Columns):
    """n slices that somebody approved, with the version of their mask, in the order of their ids."""

    ids: np.ndarray  # (n,) int64
    version_ids: np.ndarray  # (n,) int64
    patients: np.ndarray  # (n,) str
    splits: np.ndarray  # (n,) str, values of Split
    origins: np.ndarray  # (n,) str, values of Origin
    sizes: np.ndarray  # (n,) int64, pixels of the image
    pixel_mm2: np.ndarray  # (n,) area of a pixel; NaN where nobody knows
    label_pixels: np.ndarray  # (n, 4) of each label; NaN where a damaged store has not counted them

    @property
    def n_patients(self) -> int:
        """How many patients they are of."""
        return len(set(self.patients.tolist()))


def approved_slices(store: Store, splits: Sequence[Split]) -> ApprovedSlices:
    """Return the approved slices of some splits that have a mask."""
    query = select(*FACTS, *PIXELS).where(
        SliceTable.status == Status.APPROVED,
        SliceTable.split.in_(splits),
        SliceTable.newest_version_id.is_not(None),
    )
    with store.snapshot():
        with store.reading() as session:
            columns = columns_of(
                session.connection(),
                [*[integers] * 3, words(), words(), words(), integers, *[floats] * len(PIXELS)],
                join_pixels(query, SliceTable.newest_version_id, outer=True).order_by(SliceTable.id),
            )
        facts = series_facts(store)
    ids, versions, series_ids, patients, of_splits, origins, sizes = columns[: len(FACTS)]
    known = {number: 100 * (one.pixel_cm2 or np.nan) for number, one in facts.items()}
    return ApprovedSlices(
        ids,
        versions,
        patients,
        of_splits,
        origins,
        sizes,
        floats([known[number] for number in series_ids.tolist()]),
        np.stack(columns[len(FACTS) :], axis=1),
    )

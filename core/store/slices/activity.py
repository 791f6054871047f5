"""What readers did, and when: changes of status by the hour, and every correction."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import extract, func, select

from core.metrics.counts import N_LABELS
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import Store
from core.store.slices.columns import columns_of, floats, integers, objects, tables, words
from core.store.slices.label_pixels import PIXELS, join_pixels
from core.store.tables.derived import CorrectionTable, StatusChangeTable
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SliceTable


@dataclass(frozen=True)
class HourOfChanges:
    """How many slices went from one status to another within an hour."""

    hour: datetime  # its beginning
    before: Status | None  # None: they came into the store
    after: Status
    n_slices: int


@dataclass(frozen=True, eq=False)
class SavedCorrections:
    """n versions that readers saved, in the order in which they did."""

    slice_ids: np.ndarray  # (n,) int64
    saved_at: np.ndarray  # (n,) datetime
    seconds: np.ndarray  # (n,) of active work; NaN where nobody measured


@dataclass(frozen=True, eq=False)
class ApprovedProposals:
    """n slices that a model proposed a mask for and a reader approved, in the order of their approval."""

    slice_ids: np.ndarray  # (n,) int64
    patients: np.ndarray  # (n,) str
    approved_at: np.ndarray  # (n,) datetime
    confusions: np.ndarray  # (n, 4, 4) int64, row the approved label, column the model's


def changes_by_hour(store: Store) -> list[HourOfChanges]:
    """Return all changes of status, added up hour by hour."""
    day = func.date(StatusChangeTable.changed_at)
    hour = extract("hour", StatusChangeTable.changed_at)
    keys = (day, hour, StatusChangeTable.before, StatusChangeTable.after)
    query = select(*keys, func.count()).group_by(*keys).order_by(day, hour)
    with store.reading() as session:
        return [
            HourOfChanges(
                hour=datetime.fromisoformat(str(date)).replace(hour=int(number), tzinfo=UTC),
                before=Status(before) if before else None,
                after=Status(after),
                n_slices=n,
            )
            for date, number, before, after, n in session.execute(query)
        ]


def saved_corrections(store: Store) -> SavedCorrections:
    """Return every version of a reader."""
    query = (
        select(MaskTable.slice_id, MaskTable.created_at, MaskTable.seconds)
        .where(MaskTable.origin == Origin.READER)
        .order_by(MaskTable.id)
    )
    with store.reading() as session:
        return SavedCorrections(*columns_of(session.connection(), [integers, objects, floats], query))


def approved_proposals(store: Store) -> ApprovedProposals:
    """Return how the masks of approved slices differ from the model's before them; unchanged ones differ not.

    Slices on which no model had said anything are left out: nobody judged one there.
    """
    approved = (
        select(StatusChangeTable.slice_id, func.max(StatusChangeTable.changed_at).label("approved_at"))
        .where(StatusChangeTable.after == Status.APPROVED)
        .group_by(StatusChangeTable.slice_id)
        .subquery()
    )
    query = (
        select(
            SliceTable.id,
            SliceTable.patient,
            approved.c.approved_at,
            CorrectionTable.confusion,
            *PIXELS,
        )
        .join(approved, approved.c.slice_id == SliceTable.id)
        .outerjoin(CorrectionTable, CorrectionTable.mask_id == SliceTable.newest_version_id)
        .where(
            SliceTable.status == Status.APPROVED,
            (SliceTable.newest_origin == Origin.MODEL) | CorrectionTable.mask_id.is_not(None),
        )
        .order_by(approved.c.approved_at, SliceTable.id)
    )
    with store.reading() as session:
        slice_ids, patients, approved_at, compared, *pixels = columns_of(
            session.connection(),
            [integers, words(), objects, objects, *[integers] * len(PIXELS)],
            join_pixels(query, SliceTable.newest_version_id),
        )
    is_changed = np.array([one is not None for one in compared], bool)
    confusions = np.stack(pixels, axis=1)[:, :, None] * np.eye(N_LABELS, dtype=np.int64)
    confusions[is_changed] = tables("<i4", N_LABELS, N_LABELS)(compared[is_changed])
    return ApprovedProposals(slice_ids, patients, approved_at, confusions)

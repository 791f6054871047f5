"""Masks that come to slices which are there: they become references where nobody vouches for another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records.masks import Origin, check_mask
from core.records.slices import Status
from core.store.codec import pack, unpack
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.slices.base import find_base
from core.store.slices.history import add_versions, change_status
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SeriesTable, SliceTable

VOUCHERS = (Origin.READER, Origin.REFERENCE)
Pairs = Sequence[tuple[SliceTable, np.ndarray]]


@dataclass(frozen=True)
class Attached:
    """What became of masks."""

    n_attached: int  # became references
    n_left: int  # were left out: a reader, or an earlier reference, says otherwise
    n_same: int  # were there already


def attach_masks(
    store: Store, series_id: int, masks: Mapping[tuple[int, int], np.ndarray], author: str = "import"
) -> Attached:
    """Give slices of a series masks to which they had none, or only a model's; all or nothing.

    A slice with a new reference is approved, as at an import, unless a reader has rejected it. What a reader
    drew or approved, or an earlier reference, is never replaced. Drafts stay as they are; their readers are
    told of the new version when they save.

    Args:
        store: where the series is.
        series_id: whose masks they are.
        masks: (height, width) uint8 of Label values, by (position, phase).
        author: written beside the versions.

    Raises:
        NotFound: when there is no such series, or no slice at one of the places.
    """
    with store.unit_of_work() as session:
        if session.get(SeriesTable, series_id) is None:
            raise NotFound(f"there is no series {series_id} in the store; it may be in another one")
        query = select(SliceTable).where(SliceTable.series_id == series_id).with_for_update()
        rows = {(row.position, row.phase): row for row in session.scalars(query)}
        missing = next((key for key in masks if key not in rows), None)
        if missing is not None:
            raise NotFound(f"series {series_id} has no slice at position {missing[0]} of phase {missing[1]}")
        return attach(session, [(rows[key], mask) for key, mask in masks.items()], author)


def attach(session: Session, pairs: Pairs, author: str) -> Attached:
    """Do so inside a unit of work, which holds the slices' rows."""
    wanted, counts = plan_attachment(session, pairs)
    add_references(session, wanted, author)
    for series_id in {row.series_id for row, _ in wanted}:
        find_base(session, series_id)
    return counts


def plan_attachment(session: Session, pairs: Pairs) -> tuple[Pairs, Attached]:
    """Return the masks that would become references, and the counts of all; nothing is stored."""
    shown = shown_pixels(session, [row for row, _ in pairs])
    wanted, n_left, n_same = [], 0, 0
    for row, mask in pairs:
        check_mask(mask, (row.height, row.width))
        if not is_vouched(row):
            wanted.append((row, mask))
        elif np.array_equal(unpack(shown[row.id], mask.shape), mask):
            n_same += 1
        else:
            n_left += 1
    return wanted, Attached(len(wanted), n_left, n_same)


def is_vouched(row: SliceTable) -> bool:
    """Return whether somebody vouches for the mask that a slice shows: drew, brought or approved it."""
    if row.newest_version_id is None:
        return False
    return row.newest_origin in VOUCHERS or row.status == Status.APPROVED


def shown_pixels(session: Session, rows: Sequence[SliceTable]) -> dict[int, bytes]:
    """Return the packed mask that each slice shows, by slice; one that shows none is left out."""
    ids = [row.newest_version_id for row in rows if row.newest_version_id is not None]
    by_slice: dict[int, bytes] = {}
    for part in parts(ids):
        query = select(MaskTable.slice_id, MaskTable.pixels).where(MaskTable.id.in_(part))
        by_slice |= dict(session.execute(query).tuples().all())
    return by_slice


def add_references(session: Session, pairs: Pairs, author: str) -> None:
    """Give each slice a reference that comes after whatever it shows."""
    versions = [
        MaskTable(
            slice_id=row.id,
            parent_id=row.newest_version_id,
            origin=Origin.REFERENCE,
            author=author,
            pixels=pack(mask),
        )
        for row, mask in pairs
    ]
    add_versions(session, [row for row, _ in pairs], versions)
    for row, _ in pairs:
        if row.status != Status.REJECTED:
            change_status(session, row, Status.APPROVED)

"""Slices that several readers drew on, each by himself or after the other."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from core.records.masks import Origin
from core.store.codec import unpack
from core.store.database import Store
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SliceTable


@dataclass(frozen=True, eq=False)
class ReaderMask:
    """The newest mask of one reader on one slice."""

    slice_id: int
    patient: str
    reader: str
    version_id: int
    mask: np.ndarray  # (height, width) uint8 of Label values


def shared_slices(store: Store, most: int = 500) -> list[ReaderMask]:
    """Return every reader's newest mask of the slices that more than one drew on, newest slices first.

    Args:
        store: where they are.
        most: slices at most, so that the page that compares them stays quick.
    """
    shared = (
        select(MaskTable.slice_id)
        .where(MaskTable.origin == Origin.READER)
        .group_by(MaskTable.slice_id)
        .having(func.count(MaskTable.author.distinct()) > 1)
        .order_by(MaskTable.slice_id.desc())
        .limit(most)
    )
    newest = (
        select(func.max(MaskTable.id))
        .where(MaskTable.origin == Origin.READER, MaskTable.slice_id.in_(shared))
        .group_by(MaskTable.slice_id, MaskTable.author)
    )
    query = (
        select(MaskTable, SliceTable)
        .join(SliceTable, MaskTable.slice_id == SliceTable.id)
        .where(MaskTable.id.in_(newest))
        .order_by(MaskTable.slice_id, MaskTable.author)
    )
    with store.reading() as session:
        return [
            ReaderMask(
                slice_id=image.id,
                patient=image.patient,
                reader=row.author,
                version_id=row.id,
                mask=unpack(row.pixels, (image.height, image.width)),
            )
            for row, image in session.execute(query)
        ]

"""Figures that come with every save: written by the save itself, in its transaction, whoever it is from."""

import zlib

import numpy as np
from sqlalchemy import Connection, event, insert, inspect, select
from sqlalchemy.orm import Mapper

from core.metrics.counts import N_LABELS, count
from core.records import Origin
from core.store.figure_tables import CorrectionTable, MaskPixelsTable, StatusChangeTable
from core.store.tables import MaskTable, SliceTable, now


def labels_in(packed: bytes) -> np.ndarray:
    """The labels of a packed mask in one row, (pixels,) uint8."""
    return np.frombuffer(zlib.decompress(packed), np.uint8)


@event.listens_for(MaskTable, "after_insert")
def count_version(mapper: Mapper[MaskTable], connection: Connection, version: MaskTable) -> None:
    """Count the pixels of a new version, and what a reader changed of the model's mask before it."""
    labels = labels_in(version.pixels)
    background, right, myocardium, left = np.bincount(labels, minlength=N_LABELS).tolist()
    connection.execute(
        insert(MaskPixelsTable).values(
            mask_id=version.id,
            background=background,
            right_ventricle=right,
            myocardium=myocardium,
            left_ventricle=left,
        )
    )
    if version.origin != Origin.READER:
        return
    proposal = connection.execute(
        select(MaskTable.id, MaskTable.pixels)
        .where(
            MaskTable.slice_id == version.slice_id,
            MaskTable.origin == Origin.MODEL,
            MaskTable.id < version.id,
        )
        .order_by(MaskTable.id.desc())
        .limit(1)
    ).first()
    if proposal is not None:
        connection.execute(
            insert(CorrectionTable).values(
                mask_id=version.id,
                model_mask_id=proposal.id,
                confusion=count(labels, labels_in(proposal.pixels)).astype("<i4").tobytes(),
            )
        )


@event.listens_for(SliceTable, "after_insert")
def note_arrival(mapper: Mapper[SliceTable], connection: Connection, image: SliceTable) -> None:
    """Note that a slice came in, and as what."""
    note(connection, image.id, None, image.status)


@event.listens_for(SliceTable, "after_update")
def note_change(mapper: Mapper[SliceTable], connection: Connection, image: SliceTable) -> None:
    """Note that a slice became something else."""
    changed = inspect(image).attrs.status.history
    if changed.has_changes() and changed.deleted:
        note(connection, image.id, changed.deleted[0], image.status)


def note(connection: Connection, slice_id: int, before: str | None, after: str) -> None:
    """Add a change of status; one to the same status is none."""
    if before != after:
        connection.execute(
            insert(StatusChangeTable).values(slice_id=slice_id, before=before, after=after, changed_at=now())
        )

"""What comes with every change of a slice, in its transaction: its status noted, its new versions counted.

Whoever changes a status, adds slices or adds versions calls these functions; nothing else writes the figures.
"""

import zlib
from collections.abc import Sequence

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.metrics.counts import N_LABELS, count
from core.records import Origin, Status
from core.store.figure_tables import CorrectionTable, MaskPixelsTable, StatusChangeTable
from core.store.tables import MaskTable, SliceTable, now


def become(session: Session, image: SliceTable, status: Status) -> None:
    """Let a slice have another status, and note when and what it was; to be the same again is no change."""
    if image.status != status:
        _note(session, [(image.id, image.status, status)])
        image.status = status


def add_slices(session: Session, images: Sequence[SliceTable]) -> None:
    """Add slices, all at once since a cine has hundreds, and note that they came in, and as what."""
    session.add_all(images)
    session.flush()
    _note(session, [(image.id, None, Status(image.status)) for image in images])


def add_versions(session: Session, images: Sequence[SliceTable], versions: Sequence[MaskTable]) -> None:
    """Add a version to each slice, whose row then repeats it, and keep its figures."""
    session.add_all(versions)
    session.flush()
    for image, version in zip(images, versions, strict=True):
        image.newest_version_id, image.newest_origin = version.id, version.origin
    if versions:
        session.execute(insert(MaskPixelsTable), [_pixels(version) for version in versions])
    for version in versions:
        if version.origin == Origin.READER:
            _compare_with_model(session, version)


def labels_in(packed: bytes) -> np.ndarray:
    """The labels of a packed mask in one row, (pixels,) uint8."""
    return np.frombuffer(zlib.decompress(packed), np.uint8)


def _pixels(version: MaskTable) -> dict[str, int]:
    counts = np.bincount(labels_in(version.pixels), minlength=N_LABELS).tolist()
    names = ("background", "right_ventricle", "myocardium", "left_ventricle")
    return {"mask_id": version.id} | dict(zip(names, counts, strict=True))


def _compare_with_model(session: Session, version: MaskTable) -> None:
    """Keep what a reader changed of the model's mask that came before."""
    proposals = (
        select(MaskTable.id, MaskTable.pixels)
        .where(
            MaskTable.slice_id == version.slice_id,
            MaskTable.origin == Origin.MODEL,
            MaskTable.id < version.id,
        )
        .order_by(MaskTable.id.desc())
    )
    proposal = session.execute(proposals.limit(1)).first()
    if proposal is not None:
        confusion = count(labels_in(version.pixels), labels_in(proposal.pixels)).astype("<i4").tobytes()
        session.add(CorrectionTable(mask_id=version.id, model_mask_id=proposal.id, confusion=confusion))


def _note(session: Session, changes: Sequence[tuple[int, str | None, Status]]) -> None:
    time = now()
    rows = [
        {"slice_id": slice_id, "before": before, "after": after, "changed_at": time}
        for slice_id, before, after in changes
    ]
    if rows:
        session.execute(insert(StatusChangeTable), rows)

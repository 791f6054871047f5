"""Versions of masks: inserted, never changed; a save from an outdated start is a conflict."""

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.records.decisions import Decision
from core.records.masks import Origin, Version, check_mask
from core.records.slices import Status
from core.store.codec import pack, unpack
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.names import stored_text
from core.store.slices.history import add_versions, change_status
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SliceTable


def save_version(
    store: Store,
    slice_id: int,
    mask: np.ndarray,
    *,
    origin: Origin,
    author: str,
    parent_id: int | None,
    model_id: int | None = None,
    note: str = "",
    seconds: float | None = None,
    status: Status | None = None,
) -> int:
    """Add a version and return its id; it is on the disk when this returns.

    Args:
        mask: (height, width) uint8 of Label values, of the slice's size.
        parent_id: the version this one started from, None where there was none.
        status: what the slice becomes with it; None leaves it, but ends an approval.

    Raises:
        Conflict: when somebody saved since; nothing is overwritten, and the mask stays with the caller.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        check_mask(mask, (row.height, row.width))
        require_newest(session, row, parent_id)
        return insert_version(
            session,
            row,
            MaskTable(
                slice_id=slice_id,
                parent_id=parent_id,
                origin=origin,
                author=author,
                model_id=model_id,
                pixels=pack(mask),
                note=note,
                seconds=seconds,
            ),
            status,
        )


def require_newest(session: Session, row: SliceTable, parent_id: int | None) -> None:
    """Raise Conflict unless the parent is the newest version of the slice."""
    if row.newest_version_id != parent_id:
        newest = session.get(MaskTable, row.newest_version_id) if row.newest_version_id else None
        if newest is None:
            raise Conflict("the version that you started from is not on this slice; open the slice again")
        raise Conflict(
            f"{newest.author} saved version {newest.id} of this slice after version "
            f"{parent_id or 'none'} that you started from; compare the two and keep one, or merge them"
        )


def insert_version(session: Session, row: SliceTable, version: MaskTable, status: Status | None) -> int:
    """Add the version and let the slice's row repeat what the queue shows of it.

    An approval is of one mask: where no status is given, a slice with another mask is in progress.
    """
    version.note = stored_text(version.note or "")
    add_versions(session, [row], [version])
    if status is None and row.status == Status.APPROVED:
        status = Status.IN_PROGRESS
    if status is not None:
        person = version.author if version.origin == Origin.READER else ""
        change_status(session, row, status, Decision(person))
    return version.id


def locked_slice(session: Session, slice_id: int) -> SliceTable:
    """Return the slice's row, held until the unit of work ends.

    Raises:
        NotFound: when there is none of that id.
    """
    row = session.get(SliceTable, slice_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no slice {slice_id} in the store; choose one from the queue")
    return row


def locked_slices(session: Session, slice_ids: list[int]) -> dict[int, SliceTable]:
    """Return the rows of a few slices by their ids, held until the unit of work ends.

    Raises:
        NotFound: when there is none of an id.
    """
    wanted = select(SliceTable).where(SliceTable.id.in_(slice_ids)).order_by(SliceTable.id)
    rows = {row.id: row for row in session.scalars(wanted.with_for_update())}
    for slice_id in set(slice_ids) - rows.keys():
        raise NotFound(f"there is no slice {slice_id} in the store; choose one from the queue")
    return rows


def version(store: Store, version_id: int) -> Version:
    """Return one version.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(MaskTable, version_id)
        if row is None:
            raise NotFound(f"there is no version {version_id} in the store; open the slice again")
        return _record(row, session.get_one(SliceTable, row.slice_id))


def newest_version(store: Store, slice_id: int) -> Version | None:
    """Return the version that is shown, or None before the first."""
    with store.reading() as session:
        image = session.get(SliceTable, slice_id)
        if image is None or image.newest_version_id is None:
            return None
        return _record(session.get_one(MaskTable, image.newest_version_id), image)


def versions(store: Store, slice_id: int) -> list[Version]:
    """Return all versions of a slice, newest first."""
    query = select(MaskTable).where(MaskTable.slice_id == slice_id).order_by(MaskTable.id.desc())
    with store.reading() as session:
        image = session.get(SliceTable, slice_id)
        return [_record(row, image) for row in session.scalars(query)] if image else []


def newest_versions(store: Store, slice_ids: list[int]) -> dict[int, Version]:
    """Return the shown version of each slice that has one, by slice."""
    query = select(MaskTable, SliceTable).join(SliceTable, SliceTable.newest_version_id == MaskTable.id)
    with store.reading() as session:
        asked = (query.where(SliceTable.id.in_(part)) for part in parts(slice_ids))
        return {image.id: _record(row, image) for one in asked for row, image in session.execute(one)}


def versions_by_id(store: Store, version_ids: list[int]) -> dict[int, Version]:
    """Return versions by their ids; those that are not there are left out."""
    query = select(MaskTable, SliceTable).join(SliceTable, SliceTable.id == MaskTable.slice_id)
    with store.reading() as session:
        asked = (query.where(MaskTable.id.in_(part)) for part in parts(version_ids))
        return {row.id: _record(row, image) for one in asked for row, image in session.execute(one)}


def _record(row: MaskTable, image: SliceTable) -> Version:
    return Version(
        id=row.id,
        slice_id=row.slice_id,
        parent_id=row.parent_id,
        origin=Origin(row.origin),
        author=row.author,
        model_id=row.model_id,
        mask=unpack(row.pixels, (image.height, image.width)),
        created_at=row.created_at,
        note=row.note,
        seconds=row.seconds,
    )

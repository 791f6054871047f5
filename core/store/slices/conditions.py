"""Conditions in SQL on what people did with a slice: who drew on it, what changed since, who disagrees."""

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.records.masks import Origin
from core.records.slices import Status
from core.store.tables.masks import DraftTable, MaskTable
from core.store.tables.slices import SliceTable

OF_READERS = MaskTable.origin == Origin.READER


def has_truth() -> ColumnElement[bool]:
    """Return the condition that somebody vouches for a slice: a reference is shown, or it was approved."""
    reference = and_(SliceTable.newest_origin == Origin.REFERENCE, SliceTable.status != Status.REJECTED)
    return and_(
        SliceTable.newest_version_id.is_not(None), or_(reference, SliceTable.status == Status.APPROVED)
    )


def drawn_by(reader: str) -> ColumnElement[bool]:
    """Return the condition that a reader has saved a mask of a slice, or has strokes on it."""
    saved = select(MaskTable.slice_id).where(OF_READERS, MaskTable.author == reader)
    begun = select(DraftTable.slice_id).where(DraftTable.reader == reader)
    return or_(SliceTable.id.in_(saved), SliceTable.id.in_(begun))


def changed_since_approved() -> ColumnElement[bool]:
    """Return the condition that a slice has another mask, or strokes, since somebody approved it."""
    drawn_on = (
        select(DraftTable.slice_id)
        .join(SliceTable, SliceTable.id == DraftTable.slice_id)
        .join(MaskTable, MaskTable.id == SliceTable.newest_version_id)
        .where(DraftTable.pixels != MaskTable.pixels)
        .correlate(None)
    )
    return and_(
        SliceTable.approved_version_id.is_not(None),
        SliceTable.status.in_((Status.APPROVED, Status.IN_PROGRESS)),
        or_(SliceTable.approved_version_id != SliceTable.newest_version_id, SliceTable.id.in_(drawn_on)),
    )


def disagreed_on() -> ColumnElement[bool]:
    """Return the condition that the newest masks of two readers differ on a slice."""
    shared = (
        select(MaskTable.slice_id)
        .where(OF_READERS)
        .group_by(MaskTable.slice_id)
        .having(func.min(MaskTable.author) != func.max(MaskTable.author))
    )
    newest = (
        select(func.max(MaskTable.id))
        .where(OF_READERS, MaskTable.slice_id.in_(shared))
        .group_by(MaskTable.slice_id, MaskTable.author)
    )
    differing = (
        select(MaskTable.slice_id)
        .where(MaskTable.id.in_(newest))
        .group_by(MaskTable.slice_id)
        .having(func.count(MaskTable.pixels.distinct()) > 1)
    )
    # As a truth it is found once; a bare IN is joined by a server, which may go through it at each slice.
    return SliceTable.id.in_(differing).is_(True)

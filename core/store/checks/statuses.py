"""Whether slices say of themselves what their versions and their history say."""

from collections.abc import Iterator

from sqlalchemy import ScalarSelect, func, or_, select

from core.store.checks.rows import RESTORE, describe_slice, in_parts
from core.store.database import Store
from core.store.tables.derived import StatusChangeTable
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SliceTable


def status_problems(store: Store) -> Iterator[str]:
    """Yield a sentence for each slice whose history does not end with the status that it has."""
    query = (
        select(SliceTable.id, SliceTable.status, StatusChangeTable.after)
        .outerjoin(StatusChangeTable, StatusChangeTable.id == newest_id(StatusChangeTable))
        .where(or_(StatusChangeTable.id.is_(None), StatusChangeTable.after != SliceTable.status))
    )
    for rows in in_parts(store, query, SliceTable.id):
        for slice_id, status, noted in rows:
            history = f"ends with {noted}" if noted else "has no beginning"
            yield f"{describe_slice(store, slice_id)} is {status}, but its history {history}; {RESTORE}"


def newest_problems(store: Store) -> Iterator[str]:
    """Yield a sentence for each slice that shows another version than its newest, or misstates its origin."""
    query = (
        select(SliceTable.id, SliceTable.newest_version_id, MaskTable.id)
        .outerjoin(MaskTable, MaskTable.id == newest_id(MaskTable))
        .where(
            or_(
                func.coalesce(SliceTable.newest_version_id, 0) != func.coalesce(MaskTable.id, 0),
                func.coalesce(SliceTable.newest_origin, "") != func.coalesce(MaskTable.origin, ""),
            )
        )
    )
    for rows in in_parts(store, query, SliceTable.id):
        for slice_id, shown, newest in rows:
            yield (
                f"{describe_slice(store, slice_id)} shows version {shown or 'none'}, but its newest is "
                f"{newest or 'none'}, or of another origin than it says; {RESTORE}"
            )


def newest_id(table: type[StatusChangeTable] | type[MaskTable]) -> ScalarSelect[int]:
    """Return the newest row's id of a table for each slice, as a part of a query of slices."""
    of_slice = select(func.max(table.id)).where(table.slice_id == SliceTable.id)
    return of_slice.correlate(SliceTable).scalar_subquery()

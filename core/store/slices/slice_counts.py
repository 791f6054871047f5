"""How many slices, patients and series there are, as the start page tells."""

from datetime import datetime

from sqlalchemy import func, select

from core.records.masks import Origin
from core.records.slices import Split, Status
from core.store.database import Store
from core.store.slices.filters import ALL, Filter
from core.store.tables.masks import MaskTable
from core.store.tables.slices import PatientTable, SeriesTable, SliceTable


def count_by_split_and_status(store: Store) -> dict[tuple[Split, Status], int]:
    """Return how many slices there are of each split and status."""
    query = select(SliceTable.split, SliceTable.status, func.count()).group_by(
        SliceTable.split, SliceTable.status
    )
    with store.reading() as session:
        return {(Split(split), Status(status)): n for split, status, n in session.execute(query)}


def count_corrected(store: Store, since: datetime | None = None, chosen: Filter = ALL) -> int:
    """Return how many slices show a reader's mask, or one that was saved since then."""
    query = (
        select(func.count())
        .select_from(SliceTable)
        .where(SliceTable.newest_origin == Origin.READER, *chosen.conditions())
    )
    if since is not None:  # ids come in the order of time, and the newest are few
        before = (
            select(MaskTable.id).where(MaskTable.created_at <= since).order_by(MaskTable.id.desc()).limit(1)
        )
        query = query.where(SliceTable.newest_version_id > func.coalesce(before.scalar_subquery(), 0))
    with store.reading() as session:
        return session.scalar(query) or 0


def count_references(store: Store) -> int:
    """Return how many slices show a mask that came along with the image."""
    query = select(func.count()).where(SliceTable.newest_origin == Origin.REFERENCE)
    with store.reading() as session:
        return session.scalar(query) or 0


def count_patients_and_series(store: Store) -> tuple[int, int]:
    """Return (patients, series) in the store."""
    with store.reading() as session:
        patients = session.scalar(select(func.count()).select_from(PatientTable)) or 0
        return patients, session.scalar(select(func.count()).select_from(SeriesTable)) or 0

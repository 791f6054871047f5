"""Which series came in together, told by when they came."""

from datetime import timedelta

from sqlalchemy import select

from core.records.slices import Split
from core.store.database import Store
from core.store.tables.slices import PatientTable, SeriesTable

PAUSE = timedelta(
    minutes=10
)  # between two series of one import; what comes after a longer one is another import
READ_AT_ONCE = 500


def newest_import(store: Store) -> list[int]:
    """Return the ids of the series that came in last, one soon after the other, newest first; not the demo's.

    An import that adds slices to a series, or masks to slices, makes no new series and is none here.
    """
    query = (
        select(SeriesTable.id, SeriesTable.imported_at)
        .join(PatientTable, SeriesTable.patient == PatientTable.name)
        .where(PatientTable.split != Split.DEMO)
        .order_by(SeriesTable.id.desc())
        .execution_options(yield_per=READ_AT_ONCE)
    )
    found: list[int] = []
    with store.reading() as session:
        later = None
        for series_id, imported_at in session.execute(query).tuples():
            if later is not None and later - imported_at > PAUSE:
                break
            found.append(series_id)
            later = imported_at
    return found


def has_import(store: Store) -> bool:
    """Return whether any series but those of the demo ever came in, and is still there."""
    query = select(PatientTable.name).where(PatientTable.split != Split.DEMO).limit(1)
    with store.reading() as session:
        return session.scalar(query) is not None

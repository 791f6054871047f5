"""Who has which slice open, told by the pages every few seconds."""

from datetime import timedelta

from sqlalchemy import select

from core.store.database import Store
from core.store.tables import PresenceTable, SliceTable, now

SEEN_WITHIN = timedelta(seconds=30)  # three times as long as a page stays silent


def touch(store: Store, slice_id: int, reader: str) -> list[str]:
    """Say that the reader has the slice open; returns the names of the others who do."""
    with store.unit_of_work() as session:
        if session.get(SliceTable, slice_id) is None:  # it was deleted while the page was open
            return []
        session.merge(PresenceTable(slice_id=slice_id, reader=reader, seen_at=now()))
        others = select(PresenceTable.reader).where(
            PresenceTable.slice_id == slice_id,
            PresenceTable.reader != reader,
            PresenceTable.seen_at > now() - SEEN_WITHIN,
        )
        return sorted(session.scalars(others))

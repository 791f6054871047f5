"""Who has which slice open, told by the pages every few seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.store.database import Store
from core.store.tables import PresenceTable, SliceTable, now

SEEN_WITHIN = timedelta(seconds=30)  # three times as long as a page stays silent


@dataclass(frozen=True)
class Here:
    """Who else is at a slice, as one page is told."""

    told_at: datetime | None = None  # when this page last said that it is there; None: never
    others: tuple[str, ...] = ()  # names of the other readers who have it open
    twin: bool = False  # whether another window has it open under the same name


NOBODY = Here()


def touch(store: Store, slice_id: int, reader: str, last: Here = NOBODY) -> Here:
    """Say that the reader has the slice open; returns who else does.

    Args:
        store: where the slice is.
        slice_id: which.
        reader: who has it open.
        last: what this page was told before: if its reader was here since, another window was it.
    """
    with store.unit_of_work() as session:
        # Its row is held, so that two windows of one reader come one after the other.
        if session.get(SliceTable, slice_id, with_for_update=True) is None:
            return NOBODY  # it was deleted while the page was open
        time = now()
        mine = session.get(PresenceTable, (slice_id, reader))
        twin = (
            mine is not None
            and last.told_at is not None
            and mine.seen_at > max(last.told_at, time - SEEN_WITHIN)
        )
        session.merge(PresenceTable(slice_id=slice_id, reader=reader, seen_at=time))
        others = select(PresenceTable.reader).where(
            PresenceTable.slice_id == slice_id,
            PresenceTable.reader != reader,
            PresenceTable.seen_at > time - SEEN_WITHIN,
        )
        return Here(time, tuple(sorted(session.scalars(others))), twin)

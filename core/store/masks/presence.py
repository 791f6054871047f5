"""Who has which slice open, told by the pages every few seconds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.store.connection.parts import parts
from core.store.connection.server import shared_time
from core.store.database import Store
from core.store.tables.masks import DraftTable, PresenceTable
from core.store.tables.slices import SliceTable

SEEN_WITHIN = timedelta(seconds=30)  # three times as long as a page stays silent


@dataclass(frozen=True)
class Presence:
    """Who else is at a slice, as one page is told."""

    told_at: datetime | None = None  # when this page last said that it is there; None: never
    others: tuple[str, ...] = ()  # names of the other readers who have it open
    twin: bool = False  # whether another window has it open under the same name


NOBODY = Presence()


def record_presence(store: Store, slice_id: int, reader: str, last: Presence = NOBODY) -> Presence:
    """Say that the reader has the slice open; returns who else does.

    Args:
        store: where the slice is.
        slice_id: which.
        reader: who has it open.
        last: what this page was told before: if its reader was here since, another window was it.
    """
    with store.row_work() as session:
        # Its row is held, so that two windows of one reader come one after the other.
        if session.get(SliceTable, slice_id, with_for_update=True) is None:
            return NOBODY  # it was deleted while the page was open
        time = shared_time(session)
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
        return Presence(time, tuple(sorted(session.scalars(others))), twin)


def others_at_work(store: Store, slice_ids: Sequence[int], reader: str) -> dict[int, tuple[str, ...]]:
    """Return who else has one of the slices open, or strokes on it that are no version yet, by slice."""
    names: dict[int, set[str]] = defaultdict(set)
    with store.reading() as session:
        lately = PresenceTable.seen_at > shared_time(session) - SEEN_WITHIN
        for part in parts(slice_ids):
            open_there = select(PresenceTable.slice_id, PresenceTable.reader).where(
                PresenceTable.slice_id.in_(part), PresenceTable.reader != reader, lately
            )
            drawn_there = select(DraftTable.slice_id, DraftTable.reader).where(
                DraftTable.slice_id.in_(part), DraftTable.reader != reader
            )
            for query in (open_there, drawn_there):
                for slice_id, name in session.execute(query).tuples():
                    names[slice_id].add(name)
    return {slice_id: tuple(sorted(some)) for slice_id, some in names.items()}

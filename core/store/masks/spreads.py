"""Spreads: a correction of many slices kept as drafts of the reader, all or none, taken back as one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.records.masks import check_mask
from core.records.slices import Status
from core.records.spreads import Spread, SpreadKind, SpreadSlice
from core.store.codec import pack
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.masks.draft_rows import NO_STROKES, UNFINISHED, settle_status, strokes_of
from core.store.masks.set_aside import PREFIX, new_name, put_aside, put_aside_for, what_is
from core.store.slices.history import change_status
from core.store.tables.base import now
from core.store.tables.derived import StatusChangeTable
from core.store.tables.masks import DraftTable, MaskTable
from core.store.tables.slices import SliceTable
from core.text import plural

NOTHING = "nothing was changed"


def save_spread(
    store: Store, reader: str, kind: SpreadKind, slices: Sequence[SpreadSlice], seconds: float = 0.0
) -> str:
    """Make the masks the reader's drafts, all or none; returns the name by which it is taken back.

    Args:
        store: where the slices are.
        reader: whose drafts.
        kind: what is done.
        slices: those that get another mask, and those that were looked at for it.
        seconds: of active work on all of it, which the changed slices share.

    Raises:
        Conflict: when one of the slices is another one than the reader saw; nothing is changed then.
    """
    changed = {one.slice_id: one.mask for one in slices if one.mask is not None}
    name, time = new_name(kind, len(changed)), now()
    with store.unit_of_work() as session:
        rows = _locked(session, [one.slice_id for one in slices])
        for one in slices:
            _require_as_seen(session, rows.get(one.slice_id), reader, one)
        for slice_id, mask in changed.items():
            row = rows[slice_id]
            check_mask(mask, (row.height, row.width))
            draft = session.get(DraftTable, (slice_id, reader))
            if draft is None:
                draft = DraftTable(slice_id=slice_id, reader=reader, seq=0, seconds=0.0)
                draft.parent_id = row.newest_version_id
            else:
                put_aside(session, draft, name)
            draft.tab, draft.seq, draft.pixels, draft.changed_at = name, draft.seq + 1, pack(mask), time
            draft.seconds += seconds / len(changed)
            session.add(draft)
            if row.status in UNFINISHED:
                change_status(session, row, Status.IN_PROGRESS)
    return name


def newest_spread(store: Store, reader: str, series_id: int) -> Spread | None:
    """Return the reader's last spread over slices of a series of which anything is left, or None."""
    of_reader = (
        select(DraftTable)
        .join(SliceTable, SliceTable.id == DraftTable.slice_id)
        .where(SliceTable.series_id == series_id, DraftTable.reader == reader)
        .where(DraftTable.tab.startswith(PREFIX))
        .order_by(DraftTable.changed_at.desc(), DraftTable.slice_id)
    )
    with store.reading() as session:
        drafts = [draft for draft in session.scalars(of_reader) if what_is(draft.tab)]
    return _spread(drafts[0].tab, drafts) if drafts else None


def find_spread(store: Store, reader: str, name: str) -> Spread | None:
    """Return what is left of a spread of this name; None where no slice is as it left it."""
    with store.reading() as session:
        drafts = list(session.scalars(_drafts_of(reader, name)))
    return _spread(name, drafts) if drafts else None


def undo_spread(store: Store, reader: str, name: str, words: Mapping[int, str]) -> tuple[int, ...]:
    """Let the slices of a spread be what they were before it, all or none; returns which they are.

    Args:
        store: where the slices are.
        reader: whose spread.
        name: of it, as `save_spread` returned it.
        words: which slice each is, for people.

    Raises:
        Conflict: when one of them has been drawn on, saved or approved since; nothing is changed then.
    """
    known = what_is(name)
    if known is None:
        raise ValueError(f"name must be that of a spread, got {name!r}")
    with store.unit_of_work() as session:
        asked = select(DraftTable.slice_id).where(DraftTable.reader == reader, DraftTable.tab == name)
        rows = _locked(session, session.scalars(asked).all())
        drafts = [draft for draft in session.scalars(_drafts_of(reader, name)) if draft.slice_id in rows]
        gone = known[1] - len(drafts)
        if gone:
            have = "has" if gone == 1 else "have"
            raise Conflict(
                f"{gone} of the {plural(known[1], 'slice')} {have} been drawn on, saved or approved since; "
                f"{NOTHING}"
            )
        for draft in drafts:
            _require_newest(session, rows[draft.slice_id], draft, words)
        for draft in drafts:
            _bring_back(session, rows[draft.slice_id], draft)
    return tuple(draft.slice_id for draft in drafts)


def _locked(session: Session, slice_ids: Sequence[int]) -> dict[int, SliceTable]:
    """Return the rows of slices, held in the order of their ids, so that no two wait for each other."""
    rows: dict[int, SliceTable] = {}
    for part in parts(sorted(set(slice_ids))):
        held = select(SliceTable).where(SliceTable.id.in_(part)).order_by(SliceTable.id).with_for_update()
        rows |= {row.id: row for row in session.scalars(held)}
    return rows


def _require_as_seen(session: Session, row: SliceTable | None, reader: str, one: SpreadSlice) -> None:
    """Raise Conflict unless a slice has the mask and the status that the reader saw."""
    if row is None:
        raise Conflict(f"{one.words} is not there any more; {NOTHING}")
    draft = session.get(DraftTable, (row.id, reader))
    strokes = strokes_of(draft) if draft is not None else NO_STROKES
    parent_id = draft.parent_id if draft is not None else row.newest_version_id
    now_is = (parent_id, strokes, row.newest_version_id)
    if now_is != (one.seen.parent_id, one.seen.strokes, one.seen.newest_id):
        raise Conflict(f"{one.words} has another mask than the preview showed; {NOTHING}: look again")
    if row.status != one.status:
        raise Conflict(f"{one.words} is {row.status} by now, and was {one.status}; {NOTHING}: look again")


def _require_newest(session: Session, row: SliceTable, draft: DraftTable, words: Mapping[int, str]) -> None:
    """Raise Conflict where somebody has saved a version of the slice since."""
    if row.newest_version_id == draft.parent_id:
        return
    newest = session.get_one(MaskTable, row.newest_version_id)
    raise Conflict(f"{newest.author} has saved {words.get(row.id, 'a slice')} since; {NOTHING}")


def _bring_back(session: Session, row: SliceTable, draft: DraftTable) -> None:
    """Let a slice be what it was before the spread that made this draft."""
    aside, done_at = put_aside_for(session, draft), draft.changed_at
    if aside is None:
        session.delete(draft)
    else:
        # Nowhere is this a state that a browser knows, or it would take its own mask for the stored one.
        draft.tab = aside.tab if what_is(aside.tab) else f"before {draft.tab.rpartition(' ')[2]}"
        draft.seq += 1
        draft.parent_id, draft.pixels = aside.parent_id, aside.pixels
        draft.seconds, draft.changed_at = aside.seconds, aside.changed_at
        session.delete(aside)
    session.flush()
    if _began_it(session, row, done_at):
        settle_status(session, row)


def _began_it(session: Session, row: SliceTable, done_at: datetime) -> bool:
    """Return whether the slice is in progress since the spread, and was not before."""
    last = select(StatusChangeTable).where(StatusChangeTable.slice_id == row.id)
    change = session.scalar(last.order_by(StatusChangeTable.id.desc()).limit(1))
    return change is not None and change.before in UNFINISHED and change.changed_at >= done_at


def _drafts_of(reader: str, name: str) -> Select[DraftTable]:
    own = select(DraftTable).where(DraftTable.reader == reader, DraftTable.tab == name)
    return own.order_by(DraftTable.slice_id)


def _spread(name: str, drafts: Sequence[DraftTable]) -> Spread:
    kind, n_slices = what_is(name) or (SpreadKind.COPY, 0)
    own = [draft for draft in drafts if draft.tab == name]
    return Spread(name, kind, n_slices, tuple(draft.slice_id for draft in own), own[0].changed_at)

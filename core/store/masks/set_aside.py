"""Drafts that a spread has put aside, so that it can be taken back.

A spread's drafts have its name where strokes name their browser tab. The draft that a slice had before is
kept under the spread's code, and goes with the first change that ends the spread.
"""

import re
from uuid import uuid4

from sqlalchemy.orm import Session

from core.records.spreads import SpreadKind
from core.store.tables.masks import DraftTable, SetAsideTable

PREFIX = "spread "
NAME = re.compile(rf"{PREFIX}({'|'.join(SpreadKind)}) (\d{{1,6}}) ([0-9a-f]{{32}})")


def new_name(kind: SpreadKind, n_slices: int) -> str:
    """Return a name for a spread, by which its drafts are found: what it does, to how many, and a code."""
    return f"{PREFIX}{kind} {n_slices} {uuid4().hex}"


def what_is(name: str) -> tuple[SpreadKind, int] | None:
    """Return what a spread of this name does, to how many slices; None for what is no name of one."""
    parsed = NAME.fullmatch(name)
    return (SpreadKind(parsed[1]), int(parsed[2])) if parsed else None


def put_aside(session: Session, draft: DraftTable, name: str) -> None:
    """Keep a draft as it is under a spread's name."""
    session.add(
        SetAsideTable(
            slice_id=draft.slice_id,
            spread=_code(name),
            parent_id=draft.parent_id,
            tab=draft.tab,
            seq=draft.seq,
            pixels=draft.pixels,
            seconds=draft.seconds,
            changed_at=draft.changed_at,
        )
    )


def put_aside_for(session: Session, draft: DraftTable | SetAsideTable) -> SetAsideTable | None:
    """Return the draft that the spread which made this one has put aside; None where there was none."""
    if what_is(draft.tab) is None:
        return None
    return session.get(SetAsideTable, (draft.slice_id, _code(draft.tab)))


def forget_set_aside(session: Session, draft: DraftTable) -> None:
    """Drop what spreads put aside for a draft that is to go; they can't be taken back then."""
    aside = put_aside_for(session, draft)
    while aside is not None:
        before = put_aside_for(session, aside)
        session.delete(aside)
        aside = before


def delete_draft(session: Session, draft: DraftTable) -> None:
    """Delete a draft with what was put aside for it."""
    forget_set_aside(session, draft)
    session.delete(draft)


def _code(name: str) -> str:
    """Return the code of a spread, under which it puts drafts aside."""
    return name.rpartition(" ")[2]

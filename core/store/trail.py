"""The trail: who did what to which run, model or series, written with the change itself and never changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.database import Store
from core.store.tables.base import NEVER_AGAIN, Base, UtcTime, now

SUBJECT_LENGTH = 255  # letters, as in the table


class Action(StrEnum):
    """What was done; the value is what is stored."""

    RUN_ASKED = "run asked"
    RUN_STOPPED = "run stopped"
    RUN_RESUMED = "run resumed"
    RUN_DELETED = "run deleted"
    SERIES_DELETED = "series deleted"
    SERIES_TURNED = "series turned"  # how its pictures are shown; none was changed
    SERIES_COUNTED = "series counted"  # from which end readers count its slices
    DEMO_COUNTED = "demo counted"  # from then on in trainings and hold-outs
    DEMO_SET_APART = "demo set apart"
    MODEL_ADDED = "model added"
    MODEL_PROMOTED = "model promoted"
    MODEL_ROLLED_BACK = "model rolled back"
    MODEL_REMOVED = "model removed"


class EventTable(Base):
    """One thing that a person did; inserted, never changed, and there after what it was done to is gone."""

    __tablename__ = "event"
    __table_args__ = (NEVER_AGAIN,)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    person: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), index=True)
    detail: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Event:
    """One thing that a person did."""

    at: datetime
    person: str  # "" where nobody said who it was, as on the command line
    action: Action
    subject: str  # such as "run 7" or "series 12"
    detail: str


def record_event(session: Session, person: str, action: Action, subject: str, detail: str = "") -> None:
    """Add what a person does to the trail, within the unit of work that does it."""
    row = EventTable(person=person, action=action, subject=subject[:SUBJECT_LENGTH], detail=detail)
    session.add(row)


def events(store: Store, limit: int = 100, *, subject: str = "") -> list[Event]:
    """Return what was done, newest first; to one subject, or to all."""
    query = select(EventTable).order_by(EventTable.id.desc()).limit(limit)
    if subject:
        query = query.where(EventTable.subject == subject)
    with store.reading() as session:
        return [
            Event(row.at, row.person, Action(row.action), row.subject, row.detail)
            for row in session.scalars(query)
        ]

"""Tables of whole hearts: what readers decide on them, the newest row of a kind holds, and their rank."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import NEVER_AGAIN, Base, UtcTime, now


class HeartFactTable(Base):
    """A number of a heart that a reader gave, such as the phase of ED or the height of the person."""

    __tablename__ = "heart_fact"
    __table_args__ = (NEVER_AGAIN,)
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    fact: Mapped[str] = mapped_column(String(40))  # a key of core.records.hearts.HeartFact
    value: Mapped[float | None] = mapped_column(Float)  # null: taken back
    reader: Mapped[str] = mapped_column(String(255))
    given_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class SliceDecisionTable(Base):
    """Whether a slice counts for a cavity and its wall, as a reader decided it."""

    __tablename__ = "slice_decision"
    __table_args__ = (Index("slice_decision_by_slice", "slice_id", "structure"), NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"))
    structure: Mapped[str] = mapped_column(String(40))  # a key of the label set
    counts: Mapped[bool]
    reader: Mapped[str] = mapped_column(String(255))
    decided_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class HeartStakeTable(Base):
    """What corrections of a heart would change in its EF; no row where anything of it changed since."""

    __tablename__ = "heart_stake"
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True)
    ef_points: Mapped[float] = mapped_column(Float)

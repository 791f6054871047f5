"""Tables of what was imported: patients, series and slices; what each column means stands beside it."""

from datetime import datetime

from sqlalchemy import (
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.records.orientation import AS_SOURCE, BaseEnd, BaseTold
from core.store.tables.base import NEVER_AGAIN, Base, UtcTime, now
from core.store.tables.source_columns import SeriesSource, SliceSource


class PatientTable(Base):
    """Who; the split is decided when a patient first comes in and never changes."""

    __tablename__ = "patient"
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    split: Mapped[str] = mapped_column(String(20))
    group: Mapped[str] = mapped_column(String(100), default="")


class SeriesTable(SeriesSource, Base):
    """What was imported together."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("patient", "name", "content_sha256"), NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    patient: Mapped[str] = mapped_column(ForeignKey("patient.name"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    content_sha256: Mapped[str] = mapped_column(String(64), index=True)  # of places and pixels
    geometry: Mapped[str] = mapped_column(Text)  # JSON of core.records.Geometry
    notes: Mapped[str] = mapped_column(Text)  # JSON list
    n_positions: Mapped[int]
    n_phases: Mapped[int]
    turn: Mapped[str] = mapped_column(String(8), default=AS_SOURCE.key)  # key of a Turn
    base: Mapped[str] = mapped_column(String(8), default=BaseEnd.UNKNOWN)  # value of BaseEnd
    base_told: Mapped[str] = mapped_column(String(8), default=BaseTold.NOBODY)  # value of BaseTold
    imported_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class SliceTable(SliceSource, Base):
    """One image; `newest_*` repeat the newest version, so that the queue reads one table."""

    __tablename__ = "slice"
    __table_args__ = (
        UniqueConstraint("series_id", "position", "phase"),
        Index("slice_by_status", "status", "id"),
        Index("slice_by_uncertainty", text("(uncertainty IS NULL)"), text("uncertainty DESC"), "id"),
        Index("slice_by_worth", text("(worth IS NULL)"), text("worth DESC"), "id"),
        Index("slice_by_heart", "patient", "series_id", "phase", "from_base", "status"),
        Index("slice_by_split", "split", "status"),
        Index("slice_by_origin", "newest_origin", "split", "newest_version_id"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    patient: Mapped[str] = mapped_column(String(255))
    split: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]  # in the source's order
    from_base: Mapped[int]  # the same counted from the base where it is known; repeats what the series says
    phase: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    height: Mapped[int]
    width: Mapped[int]
    image_sha256: Mapped[str] = mapped_column(String(64), index=True)
    trigger_time_ms: Mapped[float | None] = mapped_column(Float)
    source: Mapped[str] = mapped_column(Text, default="")
    newest_version_id: Mapped[int | None]
    newest_origin: Mapped[str | None] = mapped_column(String(20))
    approved_version_id: Mapped[int | None]  # that was approved last; null where no approval holds
    uncertainty: Mapped[float | None] = mapped_column(Float)  # nats
    disagreement: Mapped[float | None] = mapped_column(Float)  # 1 - Dice with the prediction upside down
    worth: Mapped[float | None] = mapped_column(Float)  # of a correction; orders the queue
    reasons: Mapped[str] = mapped_column(Text, default="[]")  # JSON list of core.records.reasons.Reason

"""Tables of masks: versions, predictions, drafts, and who has which slice open."""

from datetime import datetime

from sqlalchemy import (
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import NEVER_AGAIN, Base, UtcTime, now


class MaskTable(Base):
    """One version of a mask; inserted, never changed."""

    __tablename__ = "mask"
    __table_args__ = (Index("mask_by_origin", "origin", "slice_id", "author"), NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("mask.id"), index=True)
    origin: Mapped[str] = mapped_column(String(20))
    author: Mapped[str] = mapped_column(String(255))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    pixels: Mapped[bytes] = mapped_column(LargeBinary)  # zlib of (height, width) uint8
    note: Mapped[str] = mapped_column(Text, default="")
    seconds: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class PredictionTable(Base):
    """The newest prediction of a slice: how sure the network was, pixel by pixel."""

    __tablename__ = "prediction"
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    mask: Mapped[bytes] = mapped_column(LargeBinary)  # as in mask.pixels
    probabilities: Mapped[bytes] = mapped_column(LargeBinary)  # zlib of (4, height, width) uint8, 255 is 1.0
    predicted_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class DraftTable(Base):
    """Strokes of a reader that are not saved as a version yet, as the mask they make."""

    __tablename__ = "draft"
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(255), primary_key=True)
    parent_id: Mapped[int | None]
    tab: Mapped[str] = mapped_column(String(64), default="")  # the browser tab, or spread, that drew last
    seq: Mapped[int]  # counts the strokes; an older one never replaces a newer
    pixels: Mapped[bytes] = mapped_column(LargeBinary)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class SetAsideTable(Base):
    """A draft as it was before a spread went over it, for as long as the spread can be taken back."""

    __tablename__ = "set_aside"
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    spread: Mapped[str] = mapped_column(String(32), primary_key=True)  # the code at the end of its name
    parent_id: Mapped[int | None]
    tab: Mapped[str] = mapped_column(String(64), default="")
    seq: Mapped[int]
    pixels: Mapped[bytes] = mapped_column(LargeBinary)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class PresenceTable(Base):
    """Who had which slice open last, so that two readers know of each other."""

    __tablename__ = "presence"
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(255), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcTime, default=now)

"""The tables that dashboards read: figures written once beside what they are about, and never recomputed."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import BY_KEY, Base, UtcTime, now


class ScoreTable(Base):
    """How a model's mask of a slice compares with the version that was the truth then."""

    __tablename__ = "score"
    __table_args__ = (Index("score_by_model", "model_id", "version_id"),)  # a stamp reads it alone
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True, index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("mask.id"), index=True)  # the truth; stale after it
    confusion: Mapped[bytes] = mapped_column(LargeBinary)  # (4, 4) int32, row the truth's label
    distances_mm: Mapped[bytes] = mapped_column(LargeBinary)  # (2, 4) float64: HD95, mean surface distance
    reliability: Mapped[bytes] = mapped_column(LargeBinary)  # zlib of (4, 3, bins) float32, see scores.py


class ScoredMaskTable(Base):
    """The model's mask that was scored, so that it can be looked at without the model."""

    __tablename__ = "scored_mask"
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True, index=True)
    pixels: Mapped[bytes] = mapped_column(LargeBinary)  # as in mask.pixels


class MaskLabelTable(Base):
    """How many pixels of one label a version has; a row for each label of the store's set, also for none."""

    __tablename__ = "mask_label"
    __table_args__ = BY_KEY
    mask_id: Mapped[int] = mapped_column(ForeignKey("mask.id"), primary_key=True)
    label: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # its number in the set
    pixels: Mapped[int]


class CorrectionTable(Base):
    """What a reader's version changed of the model's mask that came before it."""

    __tablename__ = "correction"
    mask_id: Mapped[int] = mapped_column(ForeignKey("mask.id"), primary_key=True)
    model_mask_id: Mapped[int] = mapped_column(ForeignKey("mask.id"), index=True)
    confusion: Mapped[bytes] = mapped_column(LargeBinary)  # (4, 4) int32, row the reader's label


class StatusChangeTable(Base):
    """When a slice became what it is, what it was before, by whom, and why."""

    __tablename__ = "status_change"
    __table_args__ = (Index("status_change_by_time", "changed_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), index=True)
    before: Mapped[str | None] = mapped_column(String(20))  # null: it was not in the store
    after: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    person: Mapped[str] = mapped_column(String(255), default="")  # "" where Septum itself did
    reason: Mapped[str | None] = mapped_column(String(40))  # a key of core.records.decisions.RejectReason
    words: Mapped[str] = mapped_column(Text, default="")  # the person's own


class ImageFigureTable(Base):
    """What an image looks like in numbers, in scanner units; taken once, at its import."""

    __tablename__ = "image_figure"
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    mean: Mapped[float] = mapped_column(Float)
    sd: Mapped[float] = mapped_column(Float)
    low: Mapped[float] = mapped_column(Float)  # 1st percentile
    high: Mapped[float] = mapped_column(Float)  # 99th percentile
    look: Mapped[str] = mapped_column(String(16), index=True)  # alike for images that look alike; "" if plain

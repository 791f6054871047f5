"""The tables; what each column means stands beside it."""

from datetime import UTC, datetime

from sqlalchemy import (
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from core.store.source_columns import SeriesSource, SliceSource

NEVER_AGAIN = {"sqlite_autoincrement": True}  # a deleted row's id names nothing else: pages cache by ids


class UtcTime(TypeDecorator[datetime]):
    """Times with their zone; SQLite forgets it, so it is put back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From naive UTC."""
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """What all tables share."""


class SettingTable(Base):
    """Values that belong to this store for good, such as the seed of its split."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


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
    imported_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class SliceTable(SliceSource, Base):
    """One image; `newest_*` repeat the newest version, so that the queue reads one table."""

    __tablename__ = "slice"
    __table_args__ = (
        UniqueConstraint("series_id", "position", "phase"),
        Index("slice_by_status", "status", "id"),
        Index("slice_by_uncertainty", "uncertainty", "id"),
        Index("slice_by_worth", "worth", "id"),
        Index("slice_by_patient", "patient", "id"),
        Index("slice_by_split", "split", "status"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    patient: Mapped[str] = mapped_column(String(255))
    split: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    phase: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    height: Mapped[int]
    width: Mapped[int]
    image_sha256: Mapped[str] = mapped_column(String(64), index=True)
    trigger_time_ms: Mapped[float | None] = mapped_column(Float)
    source: Mapped[str] = mapped_column(Text, default="")
    newest_version_id: Mapped[int | None]
    newest_origin: Mapped[str | None] = mapped_column(String(20))
    uncertainty: Mapped[float | None] = mapped_column(Float)  # nats
    disagreement: Mapped[float | None] = mapped_column(Float)  # 1 - Dice with the prediction upside down
    worth: Mapped[float | None] = mapped_column(Float)  # of a correction; orders the queue
    reasons: Mapped[str] = mapped_column(Text, default="[]")  # JSON list of phrases


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
    tab: Mapped[str] = mapped_column(String(64), default="")  # the browser tab that drew last
    seq: Mapped[int]  # counts the strokes; an older one never replaces a newer
    pixels: Mapped[bytes] = mapped_column(LargeBinary)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class PresenceTable(Base):
    """Who had which slice open last, so that two readers know of each other."""

    __tablename__ = "presence"
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(255), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class ModelTable(Base):
    """A trained network."""

    __tablename__ = "model"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(Text)
    card: Mapped[str] = mapped_column(Text)  # the checkpoint's configuration as JSON
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))  # whose weights it started from
    active: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)  # its file went; what it made keeps its name


class SweepTable(Base):
    """Trainings that belong together: every combination of a few choices."""

    __tablename__ = "sweep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    configuration: Mapped[str] = mapped_column(Text)  # JSON of core.workflow.sweep_request.SweepAxes
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class RunTable(Base):
    """Long work; the row is the only channel between the worker and everybody else."""

    __tablename__ = "run"
    __table_args__ = (Index("run_by_state", "kind", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    configuration: Mapped[str] = mapped_column(Text)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    token: Mapped[str | None] = mapped_column(String(32))  # of the worker that holds the run
    beats: Mapped[int] = mapped_column(default=0)  # how often it said that it is alive
    name: Mapped[str] = mapped_column(String(255), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    device: Mapped[str] = mapped_column(String(100), default="")
    peak_memory_mb: Mapped[float | None] = mapped_column(Float)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))  # the newest that it produced
    asked_by: Mapped[str] = mapped_column(String(255), default="")  # a person; "" where nobody said who
    stopped_by: Mapped[str] = mapped_column(String(255), default="")
    sweep_id: Mapped[int | None] = mapped_column(ForeignKey("sweep.id"), index=True)  # which it belongs to


class EpochTable(Base):
    """One epoch of a training run; figures that do not exist are null."""

    __tablename__ = "epoch"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    training_loss: Mapped[float | None] = mapped_column(Float)
    validation_loss: Mapped[float | None] = mapped_column(Float)
    dice_right_ventricle: Mapped[float | None] = mapped_column(Float)
    dice_myocardium: Mapped[float | None] = mapped_column(Float)
    dice_left_ventricle: Mapped[float | None] = mapped_column(Float)
    iou_right_ventricle: Mapped[float | None] = mapped_column(Float)
    iou_myocardium: Mapped[float | None] = mapped_column(Float)
    iou_left_ventricle: Mapped[float | None] = mapped_column(Float)
    learning_rate: Mapped[float] = mapped_column(Float)
    seconds: Mapped[float] = mapped_column(Float)
    best: Mapped[bool]


class PromotionTable(Base):
    """Who made which model active, when and why; inserted, never changed."""

    __tablename__ = "promotion"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    kind: Mapped[str] = mapped_column(String(20))
    reader: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text, default="")  # in the person's own words
    verdict: Mapped[str] = mapped_column(Text, default="")  # what the hold-out said
    holdout_patients: Mapped[int] = mapped_column(default=0)
    holdout_sha256: Mapped[str] = mapped_column(String(64), default="")
    promoted_at: Mapped[datetime] = mapped_column(UtcTime, default=now)

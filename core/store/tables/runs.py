"""Tables of long work: runs, their epochs, and the sweeps that they belong to."""

from datetime import datetime

from sqlalchemy import (
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import BY_KEY, Base, UtcTime, now


class SweepTable(Base):
    """Trainings that belong together: every combination of a few choices."""

    __tablename__ = "sweep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    configuration: Mapped[str] = mapped_column(Text)  # JSON of core.workflow.sweeps.grid.SweepAxes
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
    device: Mapped[str] = mapped_column(String(100), default="")  # name of the processor that it ran on
    n_nodes: Mapped[int] = mapped_column(default=0)  # of a cluster, that have done shards of it
    n_shards: Mapped[int] = mapped_column(default=0)  # that these have done
    peak_memory_mb: Mapped[float | None] = mapped_column(Float)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))  # the newest that it produced
    asked_by: Mapped[str] = mapped_column(String(255), default="")  # a person; "" where nobody said who
    stopped_by: Mapped[str] = mapped_column(String(255), default="")
    sweep_id: Mapped[int | None] = mapped_column(ForeignKey("sweep.id"), index=True)  # which it belongs to


class RunFileTable(Base):
    """A file that a run keeps beside the images, so that a worker on any machine can go on with it."""

    __tablename__ = "run_file"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)


class EpochTable(Base):
    """One epoch of a training run; figures that do not exist are null."""

    __tablename__ = "epoch"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    training_loss: Mapped[float | None] = mapped_column(Float)
    validation_loss: Mapped[float | None] = mapped_column(Float)
    learning_rate: Mapped[float] = mapped_column(Float)
    seconds: Mapped[float] = mapped_column(Float)
    best: Mapped[bool]


class EpochLabelTable(Base):
    """How one label was segmented on an epoch's validation slices; figures that do not exist are null."""

    __tablename__ = "epoch_label"
    __table_args__ = (ForeignKeyConstraint(("run_id", "number"), ("epoch.run_id", "epoch.number")), BY_KEY)
    run_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[int] = mapped_column(primary_key=True)  # its number in the store's label set
    dice: Mapped[float | None] = mapped_column(Float)
    iou: Mapped[float | None] = mapped_column(Float)

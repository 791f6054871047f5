"""Tables of models, and of how they became active."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base, UtcTime, now


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

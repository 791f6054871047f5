"""What all tables share: the base, times with their zone, ids that never come again."""

from datetime import UTC, datetime

from sqlalchemy import (
    DateTime,
    Dialect,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NEVER_AGAIN = {"sqlite_autoincrement": True}  # a deleted row's id names nothing else: pages cache by ids
BY_KEY = {"sqlite_with_rowid": False}  # rows lie in the order of their key: half the time of a look at each


class UtcTime(TypeDecorator[datetime]):
    """Times with their zone; SQLite forgets it, so it is put back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return naive UTC for the database."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time with its zone."""
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """What all tables share."""


class SettingTable(Base):
    """Values that belong to this store for good, such as the seed of its split."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[str] = mapped_column(Text)

"""Tables beside the images: the way back to an archive, and what a deletion has still to clear away."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base


class OriginalUidTable(Base):
    """The identifiers of a source whose place others have taken; exports and logs never read it."""

    __tablename__ = "original_uid"
    kept: Mapped[str] = mapped_column(String(64), primary_key=True)  # the one that stands in the store
    original: Mapped[str] = mapped_column(Text)


class UnusedArrayTable(Base):
    """Images whose slices were deleted and whose files may still be there; emptied when they are gone."""

    __tablename__ = "unused_array"
    image_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)

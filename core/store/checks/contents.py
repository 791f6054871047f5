"""How much there is in a store."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.store.database import Store
from core.store.tables.base import Base
from core.store.tables.derived import ScoreTable
from core.store.tables.masks import DraftTable, MaskTable, PredictionTable, SetAsideTable
from core.store.tables.models import ModelTable
from core.store.tables.slices import SliceTable


@dataclass(frozen=True)
class Contents:
    """How many of each there are."""

    slices: int
    images: int  # different ones
    versions: int
    drafts: int
    predictions: int
    scores: int
    models: int  # with those that were removed

    @property
    def to_read(self) -> int:
        """How many images and masks there are to be read in all."""
        return self.images + self.versions + self.drafts + self.predictions + self.scores


def contents(store: Store) -> Contents:
    """Return how much is in the store now."""
    with store.reading() as session:
        return Contents(
            slices=_count(session, SliceTable),
            images=session.scalar(select(func.count(SliceTable.image_sha256.distinct()))) or 0,
            versions=_count(session, MaskTable),
            drafts=_count(session, DraftTable) + _count(session, SetAsideTable),
            predictions=_count(session, PredictionTable),
            scores=_count(session, ScoreTable),
            models=_count(session, ModelTable),
        )


def _count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0

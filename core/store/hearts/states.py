"""What masks of a heart are now, without reading any: whoever counted one need not do so again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.records.masks import Origin
from core.store.database import Store
from core.store.tables.masks import DraftTable, MaskTable, PredictionTable
from core.store.tables.slices import SliceTable


@dataclass(frozen=True)
class DraftState:
    """One state of a reader's strokes on a slice; the same state is the same mask."""

    slice_id: int
    parent_id: int | None
    tab: str
    seq: int
    changed_at: datetime


@dataclass(frozen=True)
class ModelState:
    """What models have said of the slices of a series, so far that a new prediction changes it."""

    said: tuple[tuple[int, int | None, float | None, float | None], ...]
    newest_version: int | None

    @property
    def is_silent(self) -> bool:
        """Whether no model has said anything."""
        return not self.said and self.newest_version is None


def draft_states(store: Store, series_id: int, reader: str) -> list[DraftState]:
    """Return what a reader's strokes on the slices of a series are now, without their masks."""
    query = (
        select(
            DraftTable.slice_id, DraftTable.parent_id, DraftTable.tab, DraftTable.seq, DraftTable.changed_at
        )
        .join(SliceTable, SliceTable.id == DraftTable.slice_id)
        .where(SliceTable.series_id == series_id, DraftTable.reader == reader)
    )
    with store.reading() as session:
        return [DraftState(*row) for row in session.execute(query).tuples()]


def model_state(store: Store, series_id: int) -> ModelState:
    """Return what models have said of a series, without their masks.

    How unsure a model was stands with the slice and is another number for another mask; when it spoke lies
    behind its probabilities, which would have to be read.
    """
    said = (
        select(
            PredictionTable.slice_id,
            PredictionTable.model_id,
            SliceTable.uncertainty,
            SliceTable.disagreement,
        )
        .join(PredictionTable, PredictionTable.slice_id == SliceTable.id)
        .where(SliceTable.series_id == series_id)
        .order_by(SliceTable.id)
    )
    newest = (
        select(func.max(MaskTable.id))
        .join(SliceTable, SliceTable.id == MaskTable.slice_id)
        .where(SliceTable.series_id == series_id, MaskTable.origin == Origin.MODEL)
    )
    with store.reading() as session:
        return ModelState(
            tuple((one, model, unsure, differs) for one, model, unsure, differs in session.execute(said)),
            session.scalar(newest),
        )

"""Scores: what each model made of each slice, beside the version that was the truth then."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from core.metrics.calibration import N_BINS, Reliability
from core.metrics.columns import DISTANCES, ScoreColumns
from core.metrics.counts import N_LABELS
from core.records import Origin, SliceRow, Split, Status
from core.store.database import Store
from core.store.figure_tables import ScoredMaskTable, ScoreTable
from core.store.packing import pack, unpack
from core.store.parts import parts
from core.store.slices import rows_where
from core.store.tables import ModelTable, SliceTable


@dataclass(frozen=True, eq=False)
class SliceScore:
    """How a model's mask of one slice compares with one version of it."""

    slice_id: int
    version_id: int  # the truth
    mask: np.ndarray  # (height, width) uint8, the model's
    confusion: np.ndarray  # (4, 4) int64, row the truth's label, column the model's
    distances_mm: np.ndarray  # (2, 4) float64 in the order of DISTANCES; NaN where there is none
    reliability: tuple[Reliability, ...]  # of the chosen label, then of RV, myocardium and LV; near the heart


@dataclass(frozen=True, eq=False)
class StoredScores:
    """Scores of one model on n slices, in the order of their ids; those of an outdated truth are left out."""

    slice_ids: np.ndarray  # (n,) int64
    version_ids: np.ndarray  # (n,) int64
    columns: ScoreColumns


def has_truth() -> ColumnElement[bool]:
    """Which slices somebody vouches for: a reference is shown, or a reader has approved what is."""
    reference = and_(SliceTable.newest_origin == Origin.REFERENCE, SliceTable.status != Status.REJECTED)
    return and_(
        SliceTable.newest_version_id.is_not(None), or_(reference, SliceTable.status == Status.APPROVED)
    )


def slices_to_score(store: Store, model_id: int, splits: Sequence[Split] = ()) -> list[SliceRow]:
    """Slices that have a truth which this model was not scored against yet; no splits means all."""
    with store.reading() as session:
        return rows_where(session, *_waiting(model_id, splits))


def count_to_score(store: Store, model_id: int, splits: Sequence[Split] = ()) -> int:
    """How many `slices_to_score` would list."""
    query = select(func.count()).select_from(SliceTable).where(*_waiting(model_id, splits))
    with store.reading() as session:
        return session.scalar(query) or 0


def save_scores(store: Store, model_id: int, scores: Sequence[SliceScore]) -> None:
    """Keep scores of a model, all or none; they replace those of the same slices."""
    with store.unit_of_work() as session:
        session.get(ModelTable, model_id, with_for_update=True)  # two that score by one model take turns
        for part in parts(scores):
            ids = [score.slice_id for score in part]
            for table in (ScoreTable, ScoredMaskTable):
                session.execute(delete(table).where(table.model_id == model_id, table.slice_id.in_(ids)))
        session.add_all(
            ScoredMaskTable(model_id=model_id, slice_id=score.slice_id, pixels=pack(score.mask))
            for score in scores
        )
        session.add_all(
            ScoreTable(
                model_id=model_id,
                slice_id=score.slice_id,
                version_id=score.version_id,
                confusion=score.confusion.astype("<i4").tobytes(),
                distances_mm=score.distances_mm.astype("<f8").tobytes(),
                reliability=pack_reliability(score.reliability),
            )
            for score in scores
        )


def load_scores(store: Store, model_id: int, split: Split | None = None) -> StoredScores:
    """All scores of a model that are still of the truth, in one query; no split means all."""
    query = (
        select(ScoreTable.slice_id, ScoreTable.version_id, ScoreTable.confusion, ScoreTable.distances_mm)
        .join(SliceTable, ScoreTable.slice_id == SliceTable.id)
        .where(*_current(model_id, split))
        .order_by(ScoreTable.slice_id)
    )
    with store.reading() as session:
        rows = session.execute(query).all()
    confusions = np.frombuffer(b"".join(row.confusion for row in rows), "<i4").astype(np.int64)
    distances = np.frombuffer(b"".join(row.distances_mm for row in rows), "<f8")
    return StoredScores(
        np.array([row.slice_id for row in rows], np.int64),
        np.array([row.version_id for row in rows], np.int64),
        ScoreColumns(
            confusions.reshape(-1, N_LABELS, N_LABELS), distances.reshape(-1, len(DISTANCES), N_LABELS)
        ),
    )


def scored_masks(store: Store, model_id: int, slice_ids: Sequence[int]) -> dict[int, np.ndarray]:
    """The model's masks (height, width) uint8 that were scored, by slice; one without a score is left out."""
    query = (
        select(ScoredMaskTable.slice_id, ScoredMaskTable.pixels, SliceTable.height, SliceTable.width)
        .join(SliceTable, ScoredMaskTable.slice_id == SliceTable.id)
        .where(ScoredMaskTable.model_id == model_id)
    )
    with store.reading() as session:
        asked = (query.where(ScoredMaskTable.slice_id.in_(part)) for part in parts(slice_ids))
        rows = (row for one in asked for row in session.execute(one))
        return {row.slice_id: unpack(row.pixels, (row.height, row.width)) for row in rows}


def load_reliability(store: Store, model_id: int, split: Split | None = None) -> tuple[Reliability, ...]:
    """Reliability summed over the scored slices: of the chosen label, then of RV, myocardium and LV."""
    query = (
        select(ScoreTable.reliability)
        .join(SliceTable, ScoreTable.slice_id == SliceTable.id)
        .where(*_current(model_id, split))
    )
    total = np.zeros((N_LABELS, 3, N_BINS))
    with store.reading() as session:
        for packed in session.scalars(query):
            total += np.frombuffer(zlib.decompress(packed), "<f4").reshape(total.shape)
    return tuple(
        Reliability(table[0].astype(np.int64), table[1].astype(np.int64), table[2]) for table in total
    )


def count_scores(store: Store) -> dict[tuple[int, Split], int]:
    """How many slices each model has scores on, by split; those of an outdated truth do not count."""
    query = (
        select(ScoreTable.model_id, SliceTable.split, func.count())
        .join(SliceTable, ScoreTable.slice_id == SliceTable.id)
        .where(has_truth(), ScoreTable.version_id == SliceTable.newest_version_id)
        .group_by(ScoreTable.model_id, SliceTable.split)
    )
    with store.reading() as session:
        return {(model_id, Split(split)): n for model_id, split, n in session.execute(query)}


def count_scores_ever(store: Store) -> dict[int, int]:
    """How many slices each model was ever scored on, also against a truth that has changed since; fast."""
    query = select(ScoreTable.model_id, func.count()).group_by(ScoreTable.model_id)
    with store.reading() as session:
        return dict(session.execute(query).tuples().all())


def scores_stamp(store: Store, model_id: int) -> str:
    """Another text whenever scores of the model have changed, without reading them."""
    query = select(func.count(), func.sum(ScoreTable.version_id)).where(ScoreTable.model_id == model_id)
    with store.reading() as session:
        return " ".join(str(value) for value in session.execute(query).one())


def pack_reliability(tables: Sequence[Reliability]) -> bytes:
    """Tables of one slice as bytes; float32 is exact for its pixel counts, which are below 2^24."""
    planes = [np.stack([table.pixels, table.right, table.probability]) for table in tables]
    return zlib.compress(np.stack(planes).astype("<f4").tobytes(), 1)


def _current(model_id: int, split: Split | None) -> list[ColumnElement[bool]]:
    found = [
        ScoreTable.model_id == model_id,
        has_truth(),
        ScoreTable.version_id == SliceTable.newest_version_id,
    ]
    return found if split is None else [*found, SliceTable.split == split]


def _waiting(model_id: int, splits: Sequence[Split]) -> list[ColumnElement[bool]]:
    scored = select(ScoreTable.slice_id).where(
        ScoreTable.slice_id == SliceTable.id,
        ScoreTable.model_id == model_id,
        ScoreTable.version_id == SliceTable.newest_version_id,
    )
    found = [has_truth(), ~scored.exists()]
    return [*found, SliceTable.split.in_(splits)] if splits else found

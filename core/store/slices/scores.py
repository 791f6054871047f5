"""Scores: what each model made of each slice, beside the version that was the truth then."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, delete, func, select

from core.metrics.counts import N_LABELS
from core.metrics.registry import DISTANCES
from core.metrics.score_arrays import ScoreArrays
from core.metrics.statistics.calibration import N_BINS, Reliability
from core.records.slices import SliceIds, SliceRow, Split
from core.store.codec import pack, unpack
from core.store.connection.parts import parts
from core.store.database import Guard, Store
from core.store.slices.columns import columns_of, integers, tables
from core.store.slices.conditions import has_truth
from core.store.slices.slices import ids_where, rows_where
from core.store.tables.derived import ScoredMaskTable, ScoreTable
from core.store.tables.models import ModelTable
from core.store.tables.slices import SliceTable


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
    columns: ScoreArrays


def slices_to_score(
    store: Store, model_id: int, splits: Sequence[Split] = (), among: Sequence[int] | None = None
) -> list[SliceRow]:
    """Return slices that have a truth which this model was not scored against yet.

    Args:
        store: which.
        model_id: the model.
        splits: whose patients; empty means all.
        among: the ids of those that are looked at; None means all.
    """
    waiting = _waiting(model_id, splits)
    with store.reading() as session:
        if among is None:
            return rows_where(session, *waiting)
        conditions = ((*waiting, SliceTable.id.in_(part)) for part in parts(among))
        return [row for each in conditions for row in rows_where(session, *each)]


def ids_to_score(store: Store, model_id: int, splits: Sequence[Split] = ()) -> SliceIds:
    """Return what `slices_to_score` would list, by numbers alone."""
    with store.reading() as session:
        return ids_where(session, *_waiting(model_id, splits))


def count_to_score(store: Store, model_id: int, splits: Sequence[Split] = ()) -> int:
    """Return how many `slices_to_score` would list."""
    query = select(func.count()).select_from(SliceTable).where(*_waiting(model_id, splits))
    with store.reading() as session:
        return session.scalar(query) or 0


def save_scores(
    store: Store, model_id: int, scores: Sequence[SliceScore], guard: Guard | None = None
) -> None:
    """Keep scores of a model, all or none, unless the guard raises; they replace those of the same slices."""
    with store.unit_of_work() as session:
        if guard is not None:
            guard(session)
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
    """Return all scores of a model that are still of the truth, in one query; no split means all."""
    query = (
        select(ScoreTable.slice_id, ScoreTable.version_id, ScoreTable.confusion, ScoreTable.distances_mm)
        .join(SliceTable, ScoreTable.slice_id == SliceTable.id)
        .where(*_current(model_id, split))
        .order_by(ScoreTable.slice_id)
    )
    with store.reading() as session:
        slice_ids, version_ids, confusions, distances_mm = columns_of(
            session.connection(),
            [integers, integers, tables("<i4", N_LABELS, N_LABELS), tables("<f8", len(DISTANCES), N_LABELS)],
            query,
        )
    return StoredScores(slice_ids, version_ids, ScoreArrays(confusions.astype(np.int64), distances_mm))


def scored_masks(store: Store, model_id: int, slice_ids: Sequence[int]) -> dict[int, np.ndarray]:
    """Return the model's masks (height, width) uint8 that were scored, by slice; others are left out."""
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
    """Return the reliability summed over scored slices: of the chosen label, then of each in the heart."""
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


def models_with_scores(store: Store) -> set[int]:
    """Return the models that were ever scored on a slice, also against a truth that has changed."""
    scored = select(ScoreTable.slice_id).where(ScoreTable.model_id == ModelTable.id)  # one is looked for
    with store.reading() as session:
        return set(session.scalars(select(ModelTable.id).where(scored.exists())))


def scores_stamp(store: Store, model_id: int) -> str:
    """Return another text whenever scores of the model have changed, without reading them."""
    query = select(func.count(), func.sum(ScoreTable.version_id)).where(ScoreTable.model_id == model_id)
    with store.reading() as session:
        return " ".join(str(value) for value in session.execute(query).one())


def pack_reliability(tables: Sequence[Reliability]) -> bytes:
    """Return tables of one slice as bytes; float32 is exact for its pixel counts, which are below 2^24."""
    planes = [np.stack([table.pixels, table.right, table.probability]) for table in tables]
    return zlib.compress(np.stack(planes).astype("<f4").tobytes(), 1)


def _current(model_id: int, split: Split | None) -> list[ColumnElement[bool]]:
    conditions = [
        ScoreTable.model_id == model_id,
        has_truth(),
        ScoreTable.version_id == SliceTable.newest_version_id,
    ]
    return [*conditions, _in_splits(() if split is None else (split,))]


def _waiting(model_id: int, splits: Sequence[Split]) -> list[ColumnElement[bool]]:
    scored = select(ScoreTable.slice_id).where(
        ScoreTable.slice_id == SliceTable.id,
        ScoreTable.model_id == model_id,
        ScoreTable.version_id == SliceTable.newest_version_id,
    )
    return [has_truth(), ~scored.exists(), _in_splits(splits)]


def _in_splits(splits: Sequence[Split]) -> ColumnElement[bool]:
    """Return the condition of these splits; no splits mean every patient's, so the demo has to be named."""
    return SliceTable.split.in_(splits) if splits else SliceTable.split != Split.DEMO

"""What a small store holds, as plain values that no later form of its tables may change."""

import hashlib
import math

import numpy as np

from core.labels import FOREGROUND
from core.records.runs import Epoch
from core.store.database import Store
from core.store.masks.drafts import load_draft
from core.store.masks.masks import versions
from core.store.masks.predictions import load_prediction
from core.store.models.models import list_models
from core.store.models.promotions import promotions
from core.store.runs.epochs import epochs_of
from core.store.runs.runs import list_runs
from core.store.series.series import list_series
from core.store.slices.scores import load_scores
from core.store.slices.slices import list_slices, slice_pixels

READER = "Ann"


def contents(store: Store) -> dict[str, object]:
    """Everything that people put into a store or waited for, read through the functions that pages use."""
    slices = list_slices(store, limit=None)
    at = {row.id: f"{row.patient} {row.position} {row.phase}" for row in slices}
    models = sorted(list_models(store), key=lambda row: row.id)
    names = {row.id: row.name for row in models}
    return {
        "series": [
            [row.patient, row.name, row.split.value, row.n_positions, row.n_phases, *row.geometry.shape]
            for row in sorted(list_series(store), key=lambda row: row.id)
        ],
        "images": {at[row.id]: _hash(slice_pixels(store, row)) for row in slices},
        "statuses": {at[row.id]: row.status.value for row in slices},
        "versions": {at[row.id]: _versions(store, row.id) for row in slices},
        "drafts": {at[row.id]: _draft(store, row.id) for row in slices},
        "predictions": {at[row.id]: _prediction(store, row.id) for row in slices},
        "models": [[row.name, row.sha256, row.active, names.get(row.parent_id or 0, "")] for row in models],
        "promotions": [
            [names[row.model_id], names.get(row.previous_id or 0, ""), row.kind.value, row.reader, row.reason]
            for row in promotions(store)
        ],
        "runs": _runs(store),
        "scores": {names[number]: _scores(store, number, at) for number in names},
    }


def _versions(store: Store, slice_id: int) -> list[object]:
    return [
        [row.origin.value, row.author, row.note, row.seconds, row.parent_id is not None, _hash(row.mask)]
        for row in versions(store, slice_id)
    ]


def _draft(store: Store, slice_id: int) -> list[object]:
    draft = load_draft(store, slice_id, READER)
    return [] if draft is None else [draft.tab, draft.seq, draft.seconds, _hash(draft.mask)]


def _prediction(store: Store, slice_id: int) -> list[str]:
    kept = load_prediction(store, slice_id)
    return (
        [] if kept is None else [_hash(kept.mask), _hash(np.round(kept.probabilities * 255).astype(np.uint8))]
    )


def _runs(store: Store) -> list[object]:
    rows = sorted(list_runs(store), key=lambda row: row.id)
    epochs = epochs_of(store, [row.id for row in rows])
    return [
        [row.kind.value, row.state.value, row.name, row.note, row.message, row.done, row.total, row.device]
        + [_epoch(epoch) for epoch in epochs[row.id]]
        for row in rows
    ]


def _epoch(epoch: Epoch) -> list[object]:
    values = (epoch.training_loss, epoch.validation_loss, epoch.learning_rate, epoch.seconds)
    values += (*epoch.validation_dice, *epoch.validation_iou)
    return [epoch.number, epoch.best, *(_number(value) for value in values)]


def _scores(store: Store, model_id: int, at: dict[int, str]) -> dict[str, object]:
    """Dice and HD95 of each label of the heart, by slice."""
    kept = load_scores(store, model_id)
    dice, hd95 = (kept.columns.values(metric)[:, [*FOREGROUND]] for metric in ("dice", "hd95_mm"))
    return {
        at[slice_id]: [[_number(value) for value in row] for row in (dice[index], hd95[index])]
        for index, slice_id in enumerate(kept.slice_ids.tolist())
    }


def _number(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _hash(array: np.ndarray) -> str:
    """Of an array's shape and values, whatever whole numbers they are kept as."""
    return hashlib.sha256(repr(array.shape).encode() + array.astype("<i8").tobytes()).hexdigest()[:16]

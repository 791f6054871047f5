"""Ways to order unread slices, beside which the queue's own is measured."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.labels import FOREGROUND
from core.records.slices import SliceRow
from core.store.database import open_store
from core.store.masks.predictions import StoredPrediction, load_prediction

Way = Callable[[Sequence[SliceRow], int], list[int]]  # of unread slices and a seed: ids, first first


def at_random(rows: Sequence[SliceRow], seed: int) -> list[int]:
    """In no order; the same for the same slices and seed."""
    ids = sorted(row.id for row in rows)
    random.Random(seed).shuffle(ids)
    return ids


def by_doubt(rows: Sequence[SliceRow], seed: int) -> list[int]:
    """Most entropy in the heart first."""
    return by_value({row.id: row.uncertainty or 0.0 for row in rows})


def by_worth(rows: Sequence[SliceRow], seed: int) -> list[int]:
    """The queue as pages show it."""
    return by_value({row.id: row.worth or 0.0 for row in rows})


def worth_in_turn(rows: Sequence[SliceRow], seed: int) -> list[int]:
    """The worthiest of every patient, then the second of each, and so on."""
    return in_turn(rows, by_worth(rows, seed))


def by_expected_dice(rows: Sequence[SliceRow], seed: int) -> list[int]:
    """Where the model itself expects the lowest Dice first."""
    return by_value({row.id: 1 - expected_dice(prediction_of(row)) for row in rows})


def expected_dice_in_turn(rows: Sequence[SliceRow], seed: int) -> list[int]:
    """The same, patients taking turns."""
    return in_turn(rows, by_expected_dice(rows, seed))


def change_in_turn(rows: Sequence[SliceRow], seed: int) -> list[int]:
    """Where the model expects most wrong pixels, in square millimetres, patients taking turns."""
    return in_turn(rows, by_value({row.id: expected_wrong_mm2(row, prediction_of(row)) for row in rows}))


WAYS: Mapping[str, Way] = {
    "random": at_random,
    "doubt": by_doubt,
    "worth": by_worth,
    "worth-in-turn": worth_in_turn,
    "expected-dice": by_expected_dice,
    "expected-dice-in-turn": expected_dice_in_turn,
    "change-in-turn": change_in_turn,
}


def by_value(values: Mapping[int, float]) -> list[int]:
    """Keys, the largest value first.

    >>> by_value({7: 0.5, 8: 2.0})
    [8, 7]
    """
    return sorted(values, key=lambda key: (-values[key], key))


def in_turn(rows: Sequence[SliceRow], order: Sequence[int]) -> list[int]:
    """An order in which patients take turns, each with the slices in the order given."""
    patients = {row.id: row.patient for row in rows}
    seen: dict[str, int] = defaultdict(int)
    turns: dict[int, int] = {}
    for slice_id in order:
        turns[slice_id] = seen[patients[slice_id]]
        seen[patients[slice_id]] += 1
    return sorted(order, key=lambda slice_id: turns[slice_id])  # within a turn as they were


def prediction_of(row: SliceRow) -> StoredPrediction:
    """What the active model said of a slice."""
    found = load_prediction(open_store(), row.id)
    assert found is not None
    return found


def expected_dice(prediction: StoredPrediction) -> float:
    """The mean over the heart labels of 2 sum(p in mask) / (sum(mask) + sum(p)); 1 where there is no heart.

    It is about the Dice that a model expects of its own mask, where its probabilities are right.
    """
    values = []
    for label in FOREGROUND:
        mask, likely = prediction.mask == label, prediction.probabilities[label]
        if total := mask.sum() + likely.sum():
            values.append(2 * likely[mask].sum() / total)
    return float(np.mean(values)) if values else 1.0


def expected_wrong_mm2(row: SliceRow, prediction: StoredPrediction) -> float:
    """The area that a model expects to be wrong in its mask."""
    row_mm, column_mm = row.spacing_mm or (1.0, 1.0)
    return float((1 - prediction.confidence).sum()) * row_mm * column_mm

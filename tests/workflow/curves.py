"""Trainings whose curves are made up: runs in the store that nobody had to train."""

import math

from core.records.runs import Epoch, RunKind, RunState
from core.store.database import open_store
from core.store.runs import epochs, runs
from tests.workflow.hearts import tiny_request


def made_up_epochs(height: float, n: int = 8, kept: int | None = None) -> tuple[Epoch, ...]:
    """Epochs of 30 seconds whose Dice climbs to the height at the kept epoch; RV lowest, LV highest."""
    kept = kept or n
    found = []
    for number in range(1, n + 1):
        reached = height * min(number, kept) / kept
        dice = (reached - 0.1, reached, reached + 0.05)
        iou = tuple(value / (2 - value) for value in dice)
        loss = 1 - reached if number <= kept else 1 - height + 0.01 * (number - kept)
        found.append(Epoch(number, loss - 0.05, loss, dice, 1e-3, 30.0, number <= kept, iou))
    return tuple(found)


def add_run(name: str, height: float, n: int = 8, kept: int | None = None, **choices: object) -> int:
    """A finished run with these choices in the store; returns its id."""
    store = open_store()
    request = tiny_request(epochs=30, **choices)
    runs.enqueue(store, RunKind.TRAINING, request.to_json(), n, name=name)
    row, token = runs.claim(store, RunKind.TRAINING)
    epochs.replace_epochs(store, row.id, token, made_up_epochs(height, n, kept))
    runs.end(store, row.id, token, RunState.FINISHED, "made up")
    return row.id


def not_validated(number: int) -> Epoch:
    """An epoch after which nobody looked at the validation slices."""
    return Epoch(number, 0.5, math.nan, (math.nan,) * 3, 1e-3, 30.0, False)

"""Every model with its standing: what the Models page lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isnan
from pathlib import Path

from core.errors import NotFound
from core.labels import FOREGROUND, Label
from core.metrics.summary import mean_of_present
from core.records import ModelRow, RunKind, Split
from core.store import models, promotions, runs
from core.store.database import open_store
from core.store.scores import load_scores
from core.workflow.model_cards import read_card
from core.workflow.models import shipped_or_active

HELD_OUT = (Split.TEST, Split.VALIDATION)
MOST_RUNS = 1000  # of which the models are told


class Standing(StrEnum):
    """What a model is to the app."""

    ACTIVE = "active"
    CANDIDATE = "candidate"
    RETIRED = "was active"


@dataclass(frozen=True)
class ModelLine:
    """One model as the list shows it."""

    row: ModelRow
    standing: Standing
    parent: str  # name of the model whose weights it started from; "" where none is known
    run: str  # name of the run that produced it; "" where it came from elsewhere
    megabytes: float | None  # None where its file is gone


@dataclass(frozen=True)
class HoldoutDice:
    """Mean Dice per slice of one model on one part of the hold-out."""

    split: Split
    n_slices: int
    by_label: Mapping[Label, float]
    heart: float


def model_lines() -> list[ModelLine]:
    """All models, the active one first, then the newest."""
    active = shipped_or_active()  # makes the shipped default known
    store = open_store()
    rows = models.list_models(store)
    names = models.model_names(store)
    once_active = {row.model_id for row in promotions.promotions(store)}
    once_active |= {row.previous_id for row in promotions.promotions(store) if row.previous_id is not None}
    made_by = {
        run.model_id: run.name or f"Run {run.id}"
        for run in runs.list_runs(store, RunKind.TRAINING, MOST_RUNS)
    }
    lines = []
    for row in rows:
        standing = Standing.RETIRED if row.id in once_active else Standing.CANDIDATE
        path = Path(row.path)
        lines.append(
            ModelLine(
                row,
                Standing.ACTIVE if active is not None and row.id == active.id else standing,
                names.get(row.parent_id or 0) or read_card(row).parent,
                made_by.get(row.id, ""),
                path.stat().st_size / 1e6 if path.is_file() else None,
            )
        )
    return sorted(lines, key=lambda line: (line.standing != Standing.ACTIVE, -line.row.id))


def holdout_dice(model_id: int) -> list[HoldoutDice]:
    """What a model scored on the test and on the validation patients, where it was scored."""
    found = []
    for split in HELD_OUT:
        stored = load_scores(open_store(), model_id, split)
        if not len(stored.slice_ids):
            continue
        dice = stored.columns.values("dice")
        by_label = {label: mean_of_present(dice[:, label].tolist()).value for label in FOREGROUND}
        present = [value for value in by_label.values() if not isnan(value)]
        heart = sum(present) / len(present) if present else float("nan")
        found.append(HoldoutDice(split, len(stored.slice_ids), by_label, heart))
    return found


def named(wanted: str) -> ModelRow:
    """The model of that name or number; the newest of several with one name.

    Raises:
        NotFound: when there is none, naming those that there are.
    """
    rows = [line.row for line in model_lines()]
    by_number = [row for row in rows if str(row.id) == wanted]
    by_name = sorted((row for row in rows if row.name == wanted), key=lambda row: -row.id)
    found = by_name or by_number
    if not found:
        known = ", ".join(row.name for row in rows) or "none"
        raise NotFound(f"there is no model {wanted!r} in the store; there are: {known}")
    return found[0]

"""Every model with its standing, as the Models page lists them, and a model by its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import NotFound
from core.labels import Label
from core.metrics.statistics.means import label_means, mean_of_means
from core.records.models import ModelRow
from core.records.runs import RunKind
from core.records.slices import HELD_OUT, Split
from core.store.database import open_store
from core.store.models import models, promotions
from core.store.runs import runs
from core.store.slices.scores import load_scores
from core.workflow.models.cards import read_card
from core.workflow.models.registry import shipped_or_active

MAX_RUNS = 1000  # whose models are named after them


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
    """Return all models, the active one first, then the newest."""
    active = shipped_or_active()  # makes the shipped default known
    store = open_store()
    rows = models.list_models(store)
    names = models.model_names(store)
    once_active = {row.model_id for row in promotions.promotions(store)}
    once_active |= {row.previous_id for row in promotions.promotions(store) if row.previous_id is not None}
    made_by = {
        run.model_id: run.name or f"Run {run.id}" for run in runs.list_runs(store, RunKind.TRAINING, MAX_RUNS)
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
    """Return the mean Dice of a model on the test and on the validation patients, where it was scored."""
    parts = []
    for split in HELD_OUT:
        stored = load_scores(open_store(), model_id, split)
        if not len(stored.slice_ids):
            continue
        means = label_means(stored.columns.values("dice"))
        by_label = {label: mean.value for label, mean in means.items()}
        heart = mean_of_means(list(means.values())).value
        parts.append(HoldoutDice(split, len(stored.slice_ids), by_label, heart))
    return parts


def find_model(wanted: str) -> ModelRow:
    """Return the model of that name or number; the newest of several with one name.

    Raises:
        NotFound: when there is none, naming those that there are.
    """
    rows = [line.row for line in model_lines()]
    by_number = [row for row in rows if str(row.id) == wanted]
    by_name = sorted((row for row in rows if row.name == wanted), key=lambda row: -row.id)
    matches = by_name or by_number
    if not matches:
        known = ", ".join(row.name for row in rows) or "none"
        raise NotFound(f"there is no model {wanted!r} in the store; there are: {known}")
    return matches[0]

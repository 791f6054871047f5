"""Runs to take away: their choices, curves and scores, as a table and as JSON."""

import json
from collections.abc import Sequence
from math import isnan

from core.labels import FOREGROUND, SHORT_NAMES
from core.metrics.statistics.means import label_means
from core.records.runs import Epoch
from core.records.slices import Split
from core.store.database import Store, open_store
from core.store.models import models
from core.store.slices.scores import load_scores
from core.workflow.csv_files import as_csv
from core.workflow.training.runs import TrainingRun


def runs_csv(chosen: Sequence[TrainingRun]) -> bytes:
    """One line an epoch, with the run's name and what it was asked for; a run without epochs has one line."""
    lines = []
    for run in chosen:
        choices = {"run": run.row.id, "name": run.name, "state": run.row.state.value, **choices_of(run)}
        lines += [{**choices, **epoch_values(epoch)} for epoch in run.epochs] or [choices]
    return as_csv(lines)


def runs_json(chosen: Sequence[TrainingRun]) -> bytes:
    """Everything that is known of the runs; a figure that does not exist is null."""
    store = open_store()
    records = [
        {
            "run": run.row.id,
            "name": run.name,
            "note": run.row.note,
            "state": run.row.state.value,
            "message": run.row.message,
            "configuration": json.loads(run.row.configuration),
            "created": run.row.created_at.isoformat(),
            "started": run.row.started_at.isoformat() if run.row.started_at else None,
            "ended": run.row.ended_at.isoformat() if run.row.ended_at else None,
            "device": run.row.device,
            "peak_memory_mb": run.row.peak_memory_mb,
            "epochs": [epoch_values(epoch) for epoch in run.epochs],
            "model": model_values(store, run.row.model_id),
        }
        for run in chosen
    ]
    return json.dumps(records, indent=1, allow_nan=False).encode()


def choices_of(run: TrainingRun) -> dict[str, object]:
    """The recipe as plain values, with where it started from."""
    request = run.request.to_json()
    config = dict(request["config"])  # type: ignore[call-overload]
    config["widths"] = "-".join(str(width) for width in run.request.config.widths)
    return {**config, "start_from": request["start_from"], "replay": request["replay"]}


def epoch_values(epoch: Epoch) -> dict[str, object]:
    """One epoch as plain values."""
    dice = {
        f"validation_dice_{SHORT_NAMES[label]}": _or_none(value)
        for label, value in zip(FOREGROUND, epoch.validation_dice, strict=True)
    }
    iou = {
        f"validation_iou_{SHORT_NAMES[label]}": _or_none(value)
        for label, value in zip(FOREGROUND, epoch.validation_iou, strict=True)
    }
    return {
        "epoch": epoch.number,
        "training_loss": _or_none(epoch.training_loss),
        "validation_loss": _or_none(epoch.validation_loss),
        **dice,
        **iou,
        "learning_rate": epoch.learning_rate,
        "seconds": round(epoch.seconds, 3),
        "best": epoch.best,
    }


def model_values(store: Store, model_id: int | None) -> dict[str, object] | None:
    """The model of a run with its mean Dice by split and label; None where the run has none."""
    if model_id is None:
        return None
    row = models.model_row(store, model_id)
    scores: dict[str, object] = {}
    for split in (Split.VALIDATION, Split.TEST):
        columns = load_scores(store, model_id, split).columns
        means = label_means(columns.values("dice"))
        scores[split.value] = {
            SHORT_NAMES[label]: {"dice": _or_none(mean.value), "slices": mean.n}
            for label, mean in means.items()
        }
    return {"id": row.id, "name": row.name, "sha256": row.sha256, "mean_scores_per_slice": scores}


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value

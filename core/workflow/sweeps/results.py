"""What a sweep found: a line a run, and a line a setting with its spread over the seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from statistics import fmean

from core.labels import FOREGROUND, SHORT_NAMES
from core.records.runs import RunState
from core.workflow.sweeps.grid import setting
from core.workflow.sweeps.sweeps import Sweep, mean_dice
from core.workflow.training.runs import TrainingRun

WORDS = {"learning_rate": "Learning rate", "weight_decay": "Weight decay"}


@dataclass(frozen=True)
class SettingResult:
    """One combination of the choices besides the seed, on the validation slices."""

    setting: str
    n_runs: int  # that have a kept epoch
    mean: float  # Dice, mean over the heart's labels and the seeds
    lowest: float
    highest: float


def run_lines(sweep: Sweep) -> list[dict[str, object]]:
    """Every run as the table shows it, the best first, then those without a score in their order."""
    best = sweep.best
    lines = [run_line(sweep, run, best is not None and run.row.id == best.row.id) for run in sweep.runs]
    order = [(mean_dice(run.best), index) for index, run in enumerate(sweep.runs)]
    ranked = sorted(order, key=lambda pair: (isnan(pair[0]), -pair[0] if not isnan(pair[0]) else 0, pair[1]))
    return [lines[index] for _, index in ranked]


def run_line(sweep: Sweep, run: TrainingRun, is_best: bool) -> dict[str, object]:
    """One run: the choices that vary, how far it is, and what its kept epoch reached."""
    config, kept = run.request.config, run.best
    choices: dict[str, object] = {
        WORDS.get(name, name.capitalize()): str(getattr(config, name))
        if isinstance(getattr(config, name), str)
        else getattr(config, name)
        for name in sweep.axes.varied
    }
    dice = kept.validation_dice if kept else (float("nan"),) * len(FOREGROUND)
    scores = {
        f"Dice {SHORT_NAMES[label]}": _or_none(value) for label, value in zip(FOREGROUND, dice, strict=True)
    }
    return {
        "Best": "★" if is_best else "",
        **choices,
        "State": "stopping" if _is_stopping(run) else str(run.row.state),
        "Epochs": f"{len(run.epochs)} of {config.epochs}",
        "Kept epoch": kept.number if kept else None,
        "Validation loss": _or_none(kept.validation_loss) if kept else None,
        **scores,
        "Mean Dice": _or_none(mean_dice(kept)),
        "Minutes": round(sum(epoch.seconds for epoch in run.epochs) / 60, 2),
        "Run": run.row.id,
    }


def by_setting(sweep: Sweep) -> list[SettingResult]:
    """The combinations over their seeds, best mean first; empty unless the seed is one of several choices."""
    names = tuple(name for name in sweep.axes.varied if name != "seed")
    if not names or "seed" not in sweep.axes.varied:
        return []
    groups: dict[str, list[float]] = {}
    for run in sweep.runs:
        groups.setdefault(setting(run.request.config, names), []).append(mean_dice(run.best))
    results = [SettingResult(name, *spread(values)) for name, values in groups.items()]
    return sorted(results, key=lambda item: (isnan(item.mean), -item.mean))


def spread(values: Sequence[float]) -> tuple[int, float, float, float]:
    """How many there are, their mean, the lowest and the highest; NaN is left out.

    >>> spread([0.75, float("nan"), 0.25])
    (2, 0.5, 0.25, 0.75)
    """
    present = [value for value in values if not isnan(value)]
    if not present:
        return 0, float("nan"), float("nan"), float("nan")
    return len(present), fmean(present), min(present), max(present)


def _is_stopping(run: TrainingRun) -> bool:
    return run.row.cancel_asked and run.row.state == RunState.RUNNING


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value

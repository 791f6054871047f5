"""Curves of several trainings beside each other."""

from collections.abc import Sequence
from math import isnan

from core.workflow.training.curves import value
from core.workflow.training.runs import TrainingRun
from pages.shared.charts.base import Chart, chart
from pages.shared.charts.runs.lines import RUN_COLOURS
from pages.shared.charts.runs.titles import SCALES_DIFFER
from pages.shared.charts.training import CURVE_HEIGHT, curve

MAX_COMPARED = len(RUN_COLOURS)


def have_several_losses(chosen: Sequence[TrainingRun]) -> bool:
    """Whether the runs minimise different losses, whose values do not compare."""
    return len({run.request.config.loss for run in chosen}) > 1


def compared_chart(chosen: Sequence[TrainingRun], what: str) -> Chart:
    """One curve a run: `validation loss` or `mean Dice`."""
    traces, rows, reached_by_run = [], [], []
    for run, colour in zip(chosen, RUN_COLOURS, strict=False):
        values = [value(epoch, what) for epoch in run.epochs]
        traces.append(curve([epoch.number for epoch in run.epochs], values, run.name, colour))
        rows += [
            {"run": run.name, "epoch": epoch.number, what: value}
            for epoch, value in zip(run.epochs, values, strict=True)
        ]
        reached = [value for value in values if not isnan(value)]
        if reached:
            reached_by_run.append((max(reached) if what == "mean Dice" else min(reached), run.name))
    best = (max(reached_by_run) if what == "mean Dice" else min(reached_by_run)) if reached_by_run else None
    side = "highest" if what == "mean Dice" else "lowest"
    title = f"{best[1]} reached the {side} {what}, {best[0]:.3f}" if best else "No epoch was validated yet"
    if what != "mean Dice" and have_several_losses(chosen):
        title = SCALES_DIFFER
    return chart(
        f"compared-{what.replace(' ', '-')}",
        title,
        "On each run's own validation slices",
        traces,
        rows,
        x="Epoch",
        y=what.capitalize() if what != "mean Dice" else "Mean Dice",
        height=CURVE_HEIGHT,
    )

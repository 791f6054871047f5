"""Curves of trainings: loss and Dice by epoch, where it stopped and why, and runs beside each other."""

from collections.abc import Sequence
from math import isnan

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, NAMES, SHORT_NAMES
from core.records import EpochRow, RunState
from core.workflow.run_comparison import value
from core.workflow.training_runs import TrainingRun
from pages.shared.charts import Chart, Rows, chart, rule
from pages.shared.plain import plain_in_charts

CURVE_HEIGHT = 340  # pixels
ACTIVE = (RunState.QUEUED, RunState.RUNNING)
TRAINING, VALIDATION = "#8c8c8c", "#8f7cf0"  # no label's colours, seen on black and on white
RUNS = (VALIDATION, "#c9a800", "#cc79a7", "#8c8c8c", "#a65628")  # of runs beside each other
MOST_COMPARED = len(RUNS)


def loss_chart(run: TrainingRun) -> Chart:
    """Training and validation loss by epoch; the kept epoch is marked."""
    numbers = [epoch.number for epoch in run.epochs]
    traces = [
        curve(numbers, [epoch.training_loss for epoch in run.epochs], "training", TRAINING, dash="dot"),
        curve(numbers, [epoch.validation_loss for epoch in run.epochs], "validation", VALIDATION),
    ]
    shapes = []
    if run.best is not None:
        shapes.append(rule(run.best.number, across=False))
        traces.append(
            go.Scatter(
                x=[run.best.number],
                y=[run.best.validation_loss],
                mode="markers",
                name="kept",
                marker={"color": VALIDATION, "size": 11, "symbol": "star"},
                hovertemplate="kept: epoch %{x}, %{y:.4f}<extra></extra>",
            )
        )
    return chart(
        "training-loss",
        loss_finding(run),
        f"{run.name}, loss {run.request.config.loss.value}",
        traces,
        curve_rows(run.epochs),
        x="Epoch",
        y="Loss",
        height=CURVE_HEIGHT,
        shapes=shapes,
        uirevision=run.row.id,  # a zoom survives the next epoch
        xaxis={"range": epochs_shown(run)},
    )


def dice_chart(run: TrainingRun) -> Chart:
    """Dice of each heart label on the validation slices by epoch."""
    numbers = [epoch.number for epoch in run.epochs]
    traces = [
        curve(
            numbers,
            [epoch.validation_dice[place] for epoch in run.epochs],
            NAMES[label],
            COLOURS[label],
        )
        for place, label in enumerate(FOREGROUND)
    ]
    return chart(
        "training-dice",
        dice_finding(run),
        "Mean per validation slice that has the label",
        traces,
        curve_rows(run.epochs),
        x="Epoch",
        y="Dice",
        height=CURVE_HEIGHT,
        shapes=[rule(run.best.number, across=False)] if run.best else [],
        uirevision=run.row.id,
        yaxis={"range": [0, 1]},
        xaxis={"range": epochs_shown(run)},
    )


def epochs_shown(run: TrainingRun) -> list[float]:
    """Ends of the axis: while it runs, all epochs asked for, so that the curve grows in its place."""
    last = run.request.config.epochs if run.row.state in ACTIVE else len(run.epochs)
    return [0.5, max(2, last) + 0.5]


def compared_chart(chosen: Sequence[TrainingRun], what: str) -> Chart:
    """One curve a run: `validation loss` or `mean Dice`."""
    traces, rows, found = [], [], []
    for run, colour in zip(chosen, RUNS, strict=False):
        values = [value(epoch, what) for epoch in run.epochs]
        traces.append(curve([epoch.number for epoch in run.epochs], values, run.name, colour))
        rows += [
            {"run": run.name, "epoch": epoch.number, what: value}
            for epoch, value in zip(run.epochs, values, strict=True)
        ]
        reached = [value for value in values if not isnan(value)]
        if reached:
            found.append((max(reached) if what == "mean Dice" else min(reached), run.name))
    best = (max(found) if what == "mean Dice" else min(found)) if found else None
    side = "highest" if what == "mean Dice" else "lowest"
    title = f"{best[1]} reached the {side} {what}, {best[0]:.3f}" if best else "No epoch was validated yet"
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


def curve(
    numbers: Sequence[int], values: Sequence[float], name: str, colour: str, dash: str = "solid"
) -> go.Scatter:
    """A line through the epochs that have a value."""
    pairs = [(number, value) for number, value in zip(numbers, values, strict=True) if not isnan(value)]
    return go.Scatter(
        x=[number for number, _ in pairs],
        y=[value for _, value in pairs],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": dash},
        marker={"size": 5},
        hovertemplate=f"{plain_in_charts(name)}: epoch %{{x}}, %{{y:.4f}}<extra></extra>",
    )


def loss_finding(run: TrainingRun) -> str:
    """Where it is, or where it stopped and why."""
    if not run.epochs:
        return "No epoch is done yet"
    done, asked = len(run.epochs), run.request.config.epochs
    if run.best is None:
        kept = "nothing validated yet" if not run.request.config.final else "the last weights are kept"
        return f"{done} of {asked} epochs, {kept}"
    lowest = f"validation loss lowest in epoch {run.best.number} ({run.best.validation_loss:.3f})"
    if run.row.state in ACTIVE:
        return f"Epoch {done} of {asked}: {lowest}"
    if run.row.state == RunState.FINISHED and done < asked:
        return f"Stopped after epoch {done}, {done - run.best.number} after the best: {lowest}"
    if run.row.state == RunState.FINISHED:
        return f"All {done} epochs: {lowest}"
    return f"{run.row.state.capitalize()} after epoch {done}: {lowest}"


def dice_finding(run: TrainingRun) -> str:
    """What the kept epoch reached."""
    shown = run.best or next(
        (epoch for epoch in reversed(run.epochs) if not isnan(epoch.validation_dice[-1])), None
    )
    if shown is None:
        return "Dice on the validation slices"
    told = ", ".join(
        f"{SHORT_NAMES[label]} {value:.3f}"
        for label, value in zip(FOREGROUND, shown.validation_dice, strict=True)
        if not isnan(value)
    )
    return f"Epoch {shown.number} reaches {told}"


def curve_rows(epochs: Sequence[EpochRow]) -> Rows:
    """The curves as a table."""
    return [
        {
            "epoch": epoch.number,
            "training loss": epoch.training_loss,
            "validation loss": epoch.validation_loss,
            **{
                f"Dice {SHORT_NAMES[label]}": value
                for label, value in zip(FOREGROUND, epoch.validation_dice, strict=True)
            },
            "learning rate": epoch.learning_rate,
            "seconds": epoch.seconds,
        }
        for epoch in epochs
    ]

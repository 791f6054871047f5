"""Curves of trainings: loss and Dice by epoch, where it stopped and why."""

from collections.abc import Sequence
from math import ceil, isnan
from statistics import fmean

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, NAMES, SHORT_NAMES
from core.records.runs import ACTIVE, Epoch, RunState
from core.text import plural
from core.workflow.training.runs import TrainingRun
from pages.shared.charts.base import Chart, Rows, chart, rule
from pages.shared.charts.runs.lines import RUN_COLOURS
from pages.shared.charts.start_model import start_lines
from pages.shared.plain import plain_in_charts

CURVE_HEIGHT = 340  # pixels
MAX_TICKS = 10  # of an axis of epochs
VALIDATION, TRAINING = RUN_COLOURS[0], RUN_COLOURS[3]


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
        xaxis=epoch_axis(run),
    )


def dice_chart(run: TrainingRun) -> Chart:
    """Dice of each heart label on the validation slices by epoch."""
    numbers = [epoch.number for epoch in run.epochs]
    traces = [
        curve(
            numbers,
            [epoch.validation_dice[index] for epoch in run.epochs],
            NAMES[label],
            COLOURS[label],
        )
        for index, label in enumerate(FOREGROUND)
    ]
    traces += start_lines(run, epochs_shown(run))
    start = "; broken lines: the model that it started from" if run.start_dice else ""
    return chart(
        "training-dice",
        dice_finding(run),
        f"Mean per validation slice that has the label{start}",
        traces,
        curve_rows(run.epochs),
        x="Epoch",
        y="Dice",
        height=CURVE_HEIGHT,
        shapes=[rule(run.best.number, across=False)] if run.best else [],
        uirevision=run.row.id,
        yaxis={"range": [0, 1]},
        xaxis=epoch_axis(run),
    )


def epoch_axis(run: TrainingRun) -> dict[str, object]:
    """The axis of whole epochs, none between two of them."""
    ends = epochs_shown(run)
    return {
        "range": ends,
        "tick0": 1,
        "dtick": max(1, ceil((ends[1] - ends[0]) / MAX_TICKS)),
        "tickformat": "d",
    }


def epochs_shown(run: TrainingRun) -> list[float]:
    """Ends of the axis: while it runs, all epochs asked for, so that the curve grows in its place."""
    last = run.request.config.epochs if run.row.state in ACTIVE else len(run.epochs)
    return [0.5, max(2, last) + 0.5]


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
    done, n_epochs = len(run.epochs), run.request.config.epochs
    if run.best is None:
        kept = "nothing validated yet" if not run.request.config.final else "the last weights are kept"
        return f"{done} of {n_epochs} epochs, {kept}"
    lowest = f"validation loss lowest in epoch {run.best.number} ({run.best.validation_loss:.3f})"
    if run.row.state in ACTIVE:
        return f"Epoch {done} of {n_epochs}: {lowest}"
    if run.row.state == RunState.FINISHED and done < n_epochs:
        return f"Stopped after epoch {done}, {done - run.best.number} after the best: {lowest}"
    if run.row.state == RunState.FINISHED:
        return f"{'All' if done > 1 else 'The only'} {plural(done, 'epoch').removeprefix('1 ')}: {lowest}"
    return f"{run.row.state.capitalize()} after epoch {done}: {lowest}"


def dice_finding(run: TrainingRun) -> str:
    """What the kept epoch reached."""
    shown = run.best or next(
        (epoch for epoch in reversed(run.epochs) if not isnan(epoch.validation_dice[-1])), None
    )
    if shown is None:
        return "Dice on the validation slices"
    scores = ", ".join(
        f"{SHORT_NAMES[label]} {value:.3f}"
        for label, value in zip(FOREGROUND, shown.validation_dice, strict=True)
        if not isnan(value)
    )
    return f"Epoch {shown.number} reaches {scores}{since_start(run, shown)}"


def since_start(run: TrainingRun, epoch: Epoch) -> str:
    """By how much that is more or less than the start model has, mean over the labels."""
    if run.start_dice is None:
        return ""
    gains = [
        after - before
        for after, before in zip(epoch.validation_dice, run.start_dice, strict=True)
        if not isnan(after - before)
    ]
    return f"; {fmean(gains):+.3f} on average since the start" if gains else ""


def curve_rows(epochs: Sequence[Epoch]) -> Rows:
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

"""The model that a training started from, in its curves: a line a label, and what each is about."""

from collections.abc import Sequence
from math import isnan

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, NAMES, SHORT_NAMES
from core.workflow.training.runs import TrainingRun
from pages.shared.charts.marks import line_beside

NAME_SHARE = 0.09  # of the width of a chart of half a page, for a short name


def start_lines(run: TrainingRun, ends: Sequence[float]) -> list[go.Scatter]:
    """The Dice that the start model has on the same slices, across all epochs: is it better than before?

    Args:
        run: the training.
        ends: of the axis of epochs.
    """
    if run.start_dice is None:
        return []
    return [
        go.Scatter(
            x=ends,
            y=[dice, dice],
            name=f"{NAMES[label]} at the start",
            mode="lines",
            line=line_beside(label),
            showlegend=False,
            hovertemplate=f"{NAMES[label]}: %{{y:.4f}} at the start<extra></extra>",
        )
        for label, dice in zip(FOREGROUND, run.start_dice, strict=True)
        if not isnan(dice)
    ]


def start_names(run: TrainingRun) -> list[dict[str, object]]:
    """What each of these lines is about, above it: beside each other, as the lines may lie close together."""
    return [
        {
            "x": 1 - NAME_SHARE * place,
            "xref": "x domain",
            "y": dice,
            "yanchor": "bottom",
            "xanchor": "right",
            "text": SHORT_NAMES[label],
            "font": {"color": COLOURS[label]},
        }
        for place, (label, dice) in enumerate(zip(FOREGROUND, run.start_dice or (), strict=False))
        if not isnan(dice)
    ]

"""The model that a training started from, in its curves: a line a label."""

from collections.abc import Sequence
from math import isnan

import plotly.graph_objects as go

from core.labels import FOREGROUND, NAMES, SHORT_NAMES
from core.workflow.training.runs import TrainingRun
from pages.shared.charts.marks import line_beside


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
            name=f"{SHORT_NAMES[label]} at the start",
            mode="lines",
            line=line_beside(label),
            hovertemplate=f"{NAMES[label]}: %{{y:.4f}} at the start<extra></extra>",
        )
        for label, dice in zip(FOREGROUND, run.start_dice, strict=True)
        if not isnan(dice)
    ]

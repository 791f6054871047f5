"""By how much a candidate is better, label by label, and how sure that is."""

from math import isnan

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, NAMES
from core.workflow.candidate import Beside, Part
from core.workflow.model_verdict import MOST_LOST
from pages.shared.charts import Chart, chart, rule

HEART_COLOUR = "#8c8c8c"  # the mean of the labels is no label
PARTS: tuple[Part, ...] = (*FOREGROUND, None)


def dice_difference(found: Beside) -> Chart:
    """Paired differences of Dice with their intervals; left of the outer line a promotion is refused."""
    row = found.metrics[0]
    cells = [row.cells[part].difference for part in PARTS]
    names = ["Heart" if part is None else NAMES[part] for part in PARTS]
    colours = [HEART_COLOUR if part is None else COLOURS[part] for part in PARTS]
    traces = [
        go.Scatter(
            x=[cell.mean],
            y=[name],
            mode="markers",
            name=name,
            showlegend=False,
            marker={"color": colour, "size": 11},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [0 if isnan(cell.high) else cell.high - cell.mean],
                "arrayminus": [0 if isnan(cell.low) else cell.mean - cell.low],
                "color": colour,
                "thickness": 2,
            },
            hovertemplate=f"{name}: %{{x:+.4f}} [{cell.low:.4f}, {cell.high:.4f}], {cell.n} pairs"
            "<extra></extra>",
        )
        for cell, name, colour in zip(cells, names, colours, strict=True)
    ]
    shown = [name for cell, name in zip(cells, names, strict=True) if cell.shown]
    title = f"Shown to differ: {', '.join(shown)}" if shown else "No difference in Dice is shown"
    return chart(
        "candidate-dice",
        title,
        f"n = {found.n_slices:,} slices of {found.n_patients:,} patients; bars are 95 % intervals over "
        "patients; left of the outer line a loss refuses the promotion",
        traces,
        [
            {"label": name, "difference": cell.mean, "low": cell.low, "high": cell.high, "pairs": cell.n}
            for cell, name in zip(cells, names, strict=True)
        ],
        x="Dice, candidate minus active",
        y="",
        height=300,
        yaxis_autorange="reversed",
        shapes=[rule(0, across=False), rule(-MOST_LOST, across=False)],
    )

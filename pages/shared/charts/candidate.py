"""By how much a candidate is better, label by label, and how sure that is."""

import plotly.graph_objects as go

from core.labels import NAMES
from core.text import plural
from core.workflow.evaluation.candidate import ActiveComparison
from core.workflow.evaluation.comparison import MIN_PATIENTS
from core.workflow.evaluation.finding import MAX_DICE_LOSS
from core.workflow.evaluation.model_scores import PARTS
from pages.shared.charts.base import Chart, chart, rule
from pages.shared.charts.intervals import between, error_bars
from pages.shared.charts.metrics import part_colour


def dice_difference(changes: ActiveComparison) -> Chart:
    """Differences of Dice with their intervals; left of the outer line a promotion is refused."""
    both = changes.comparison
    row = both.metrics["dice"]
    cells = [row.cells[part].difference for part in PARTS]
    names = ["Heart" if part is None else NAMES[part] for part in PARTS]
    bars = "bars are 95 % intervals over patients"
    if row.n_patients < MIN_PATIENTS:
        bars = f"no intervals below {MIN_PATIENTS} patients"
    colours = [part_colour(part) for part in PARTS]
    traces = [
        go.Scatter(
            x=[cell.mean],
            y=[name],
            mode="markers",
            name=name,
            showlegend=False,
            marker={"color": colour, "size": 11},
            error_x=error_bars([cell], color=colour, thickness=2),
            hovertemplate=f"{name}: %{{x:+.4f}}{between(cell)}, {cell.n} slices<extra></extra>",
        )
        for cell, name, colour in zip(cells, names, colours, strict=True)
    ]
    return chart(
        "candidate-dice",
        changes.finding.headline,
        f"n = {plural(both.n_slices, 'slice')} of {plural(row.n_patients, 'patient')}; {bars}; left of the "
        "outer line a loss refuses the promotion",
        traces,
        [
            {"label": name, "difference": cell.mean, "low": cell.low, "high": cell.high, "slices": cell.n}
            for cell, name in zip(cells, names, strict=True)
        ],
        x="Dice, candidate minus active",
        y="",
        height=300,
        yaxis_autorange="reversed",
        shapes=[rule(0, across=False), rule(-MAX_DICE_LOSS, across=False)],
    )

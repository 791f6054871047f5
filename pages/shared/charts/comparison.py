"""Charts of two models on the same slices."""

import plotly.graph_objects as go

from core.text import plural
from core.workflow.evaluation.comparison import MIN_PATIENTS, Comparison, MetricComparison
from core.workflow.evaluation.model_scores import PARTS
from pages.shared.charts.base import INK, Chart, chart, rule
from pages.shared.charts.intervals import between, error_bars
from pages.shared.charts.metrics import axis_title, part_colour, part_name


def difference_chart(both: Comparison, one: MetricComparison, names: tuple[str, str]) -> Chart:
    """By how much the first model is better, label by label, with intervals."""
    rows = [one.cells[part].difference for part in PARTS]
    direction = "right" if one.higher_is_better else "left"
    return chart(
        f"difference-{one.key}",
        f"{names[0]} is better on the {direction} of the dotted line, {names[1]} on the other side",
        f"n = {plural(both.n_slices, 'slice')} of {plural(one.n_patients, 'patient')}, the same for both; "
        f"bars are 95 % intervals over {MIN_PATIENTS} patients or more",
        [
            go.Scatter(
                x=[row.mean for row in rows],
                y=[part_name(part) for part in PARTS],
                mode="markers",
                marker={"color": [part_colour(part) for part in PARTS], "size": 11},
                error_x=error_bars(rows, color=INK),
                customdata=[[between(row), row.n] for row in rows],
                hovertemplate="%{y}: %{x:+.4f}%{customdata[0]}, %{customdata[1]} slices<extra></extra>",
            )
        ],
        [
            {
                "label": part_name(part),
                "difference": row.mean,
                "low": row.low,
                "high": row.high,
                "slices": row.n,
                "one_sided": row.one_sided,
            }
            for part, row in zip(PARTS, rows, strict=True)
        ],
        x=f"Difference in {axis_title(one.title, one.unit)}",
        y="",
        yaxis_autorange="reversed",
        shapes=[rule(0, across=False)],
    )


def spread_chart(one: MetricComparison, names: tuple[str, str]) -> Chart:
    """How many slices gained and lost how much; those by less than anybody would see count for neither."""
    gained, lost = one.n_changed
    least = f"{one.noteworthy:g} {one.unit}".strip()
    return chart(
        f"differences-{one.key}",
        f"By {least} or more {names[0]} is better on {plural(gained, 'slice')}, {names[1]} on {lost:,}",
        f"n = {sum(one.n_slices):,} slices with {one.title} by both; mean over their labels",
        [
            go.Bar(
                x=[(low + high) / 2 for low, high in zip(one.low, one.high, strict=True)],
                y=one.n_slices,
                width=[high - low for low, high in zip(one.low, one.high, strict=True)],
                marker={"color": INK},
                customdata=list(zip(one.low, one.high, strict=True)),
                hovertemplate="%{y} slices: %{customdata[0]:+.3f} to %{customdata[1]:+.3f}<extra></extra>",
            )
        ],
        [
            {"from": low, "to": high, "slices": n}
            for low, high, n in zip(one.low, one.high, one.n_slices, strict=True)
        ],
        x=f"Difference in {axis_title(one.title, one.unit)} of a slice",
        y="Slices",
        shapes=[rule(0, across=False)],
    )

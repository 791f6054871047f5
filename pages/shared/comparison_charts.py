"""Charts of two models on the same slices."""

import plotly.graph_objects as go

from core.labels import FOREGROUND
from core.workflow.model_comparison import Comparison, MetricDifference
from core.workflow.scored import HIGHER_IS_BETTER
from core.workflow.scored import NAMES as METRIC_NAMES
from core.workflow.words import counted
from pages.shared.charts import INK, Chart, chart, rule
from pages.shared.metric_charts import axis, part_colour, part_name


def difference_chart(found: Comparison, one: MetricDifference, names: tuple[str, str]) -> Chart:
    """By how much the first model is better, label by label, with intervals."""
    parts = [*FOREGROUND, None]
    rows = [one.heart if part is None else one.by_label[part] for part in parts]
    direction = "right" if HIGHER_IS_BETTER[one.metric] else "left"
    return chart(
        f"difference-{one.metric}",
        f"{names[0]} is better on the {direction} of the dotted line, {names[1]} on the other side",
        f"n = {counted(found.n_slices, 'slice')} of {counted(found.n_patients, 'patient')}, compared slice "
        "by slice; bars are 95 % bootstrap intervals over patients",
        [
            go.Scatter(
                x=[row.mean for row in rows],
                y=[part_name(part) for part in parts],
                mode="markers",
                marker={"color": [part_colour(part) for part in parts], "size": 11},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [row.high - row.mean for row in rows],
                    "arrayminus": [row.mean - row.low for row in rows],
                    "color": INK,
                },
                customdata=[[row.low, row.high, row.n] for row in rows],
                hovertemplate="%{y}: %{x:+.4f} [%{customdata[0]:.4f}, %{customdata[1]:.4f}], "
                "%{customdata[2]} pairs<extra></extra>",
            )
        ],
        [
            {
                "label": part_name(part),
                "difference": row.mean,
                "low": row.low,
                "high": row.high,
                "pairs": row.n,
                "left_out": row.left_out,
            }
            for part, row in zip(parts, rows, strict=True)
        ],
        x=f"Difference in {axis(one.metric)}",
        y="",
        yaxis_autorange="reversed",
        shapes=[rule(0, across=False)],
    )


def spread_chart(found: Comparison, one: MetricDifference, names: tuple[str, str]) -> Chart:
    """How many slices gained and lost how much."""
    sides = {"first": 0, "second": 0}
    for low, high, n in zip(one.low, one.high, one.n_slices, strict=True):
        if low < 0 < high:
            continue
        sides["first" if (low >= 0) == HIGHER_IS_BETTER[one.metric] else "second"] += n
    return chart(
        f"differences-{one.metric}",
        f"{names[0]} is clearly better on {sides['first']:,} slices, {names[1]} on {sides['second']:,}",
        f"n = {sum(one.n_slices):,} slices with {METRIC_NAMES[one.metric]} by both; mean over their labels",
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
        x=f"Difference in {axis(one.metric)} of a slice",
        y="Slices",
        shapes=[rule(0, across=False)],
    )

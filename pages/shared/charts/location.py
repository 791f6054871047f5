"""Charts of where a model fails: by position and phase in the heart, and by the size of the label."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, SHORT_NAMES
from core.workflow.evaluation.distributions import AreaGroup, GroupMean, Where
from core.workflow.evaluation.model_scores import ModelScores
from core.workflow.evaluation.summary import METRICS
from pages.shared.charts.base import INK, Chart, chart, label_style
from pages.shared.charts.intervals import error_bars
from pages.shared.charts.metrics import axis, over, part_name


def group_chart(scored: ModelScores, metric: str, where: Where, means: Sequence[GroupMean]) -> Chart:
    """Means by position or phase, with intervals."""
    return chart(
        f"{metric}-by-{where}",
        f"Does {METRICS[metric].title} depend on the {where} in the heart?",
        f"{over(scored)}; bars are 95 % bootstrap intervals over patients",
        [
            go.Bar(
                **label_style(label),
                x=[one.group.capitalize() for one in rows],
                y=[one.interval.mean for one in rows],
                error_y=error_bars([one.interval for one in rows], color=INK),
                customdata=[one.interval.n for one in rows],
                hovertemplate="%{fullData.name}: %{y:.3f}, %{customdata} slices<extra>%{x}</extra>",
            )
            for label in FOREGROUND
            if (rows := [one for one in means if one.part == label])
        ],
        [
            {
                where.value: one.group,
                "label": part_name(one.part),
                "mean": one.interval.mean,
                "low": one.interval.low,
                "high": one.interval.high,
                "slices": one.interval.n,
            }
            for one in means
        ],
        x="",
        y=axis(metric),
        barmode="group",
        yaxis_rangemode="tozero",
    )


def area_chart(scored: ModelScores, metric: str, groups: Sequence[AreaGroup]) -> Chart:
    """The metric against the area of the label."""
    traces = []
    for label in FOREGROUND:
        rows = [one for one in groups if one.label == label]
        if not rows:
            continue
        areas = [one.area_cm2 for one in rows]
        red, green, blue = (int(COLOURS[label][at : at + 2], 16) for at in (1, 3, 5))
        traces.append(
            go.Scatter(
                name="quartiles",
                legendgroup=SHORT_NAMES[label],
                x=[*areas, *areas[::-1]],
                y=[*(one.upper for one in rows), *(one.lower for one in rows[::-1])],
                fill="toself",
                fillcolor=f"rgba({red}, {green}, {blue}, 0.15)",
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        traces.append(
            go.Scatter(
                **label_style(label),
                x=areas,
                y=[one.median for one in rows],
                mode="lines+markers",
                line={"color": COLOURS[label]},
                customdata=[[one.lower, one.upper, one.n] for one in rows],
                hovertemplate="about %{x:.1f} cm²: median %{y:.3f}, quartiles %{customdata[0]:.3f} to "
                "%{customdata[1]:.3f}, %{customdata[2]} slices<extra>%{fullData.name}</extra>",
            )
        )
    return chart(
        f"{metric}-by-area",
        f"Does {METRICS[metric].title} depend on the size of the label?",
        f"{over(scored)}; points are medians of slices of like size, bands are quartiles",
        traces,
        [
            {
                "label": SHORT_NAMES[one.label],
                "area_cm2": one.area_cm2,
                "median": one.median,
                "lower_quartile": one.lower,
                "upper_quartile": one.upper,
                "slices": one.n,
            }
            for one in groups
        ],
        x="Area in the reference (cm²)",
        y=axis(metric),
    )

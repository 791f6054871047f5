"""Charts of one metric of one model: means, distributions, and which label is taken for which."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, NAMES, SHORT_NAMES, Label
from core.text import plural
from core.workflow.evaluation.distributions import Spread
from core.workflow.evaluation.model_scores import ModelScores, Part
from core.workflow.evaluation.summary import METRICS, Intervals
from pages.shared.charts.base import INK, Chart, chart
from pages.shared.charts.intervals import error_bars

HALF = 50  # percent, from which a cell is dark enough for white letters


def part_name(part: Part) -> str:
    """A label's short name, or the heart."""
    return "Heart" if part is None else SHORT_NAMES[part]


def part_colour(part: Part) -> str:
    """A label's colour; the heart as a whole has none of them."""
    return INK if part is None else COLOURS[part]


def over(scored: ModelScores) -> str:
    """Over how much a chart is."""
    split = f"{scored.split} " if scored.split else ""
    return f"n = {plural(len(scored), f'{split}slice')} of {plural(scored.n_patients, 'patient')}"


def axis(metric: str) -> str:
    """Name and unit of a metric."""
    return axis_title(METRICS[metric].title, METRICS[metric].unit)


def axis_title(title: str, unit: str) -> str:
    """Name and unit of what an axis shows; a share has no unit."""
    return f"{title} ({unit})" if unit else title


def interval_chart(scored: ModelScores, metric: str, means: Intervals) -> Chart:
    """Means with their intervals."""
    worst = min(FOREGROUND, key=lambda label: means[label].mean)
    return chart(
        f"mean-{metric}",
        f"Mean {axis(metric)} is {means[None].mean:.3f} over the heart; {SHORT_NAMES[worst]} has the lowest",
        f"{over(scored)}; bars are 95 % bootstrap intervals over patients",
        [
            go.Bar(
                x=[part_name(part) for part in means],
                y=[one.mean for one in means.values()],
                marker={"color": [part_colour(part) for part in means]},
                error_y=error_bars(list(means.values()), color=INK),
                text=[f"{one.mean:.3f}" for one in means.values()],
                textposition="inside",
                insidetextanchor="start",
                customdata=[[one.low, one.high, one.n] for one in means.values()],
                hovertemplate="%{x}: %{y:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}], "
                "%{customdata[2]} slices<extra></extra>",
            )
        ],
        [
            {"label": part_name(part), "mean": one.mean, "low": one.low, "high": one.high, "slices": one.n}
            for part, one in means.items()
        ],
        x="",
        y=axis(metric),
        yaxis_rangemode="tozero",
    )


def confusion_chart(scored: ModelScores, percent: list[list[float]], pixels: list[list[int]]) -> Chart:
    """Which label is taken for which."""
    names = [SHORT_NAMES[label] for label in Label]
    wrong = [(percent[a][b], a, b) for a in Label for b in Label if a != b and percent[a][b] == percent[a][b]]
    share, true, said = max(wrong, default=(0.0, Label.BACKGROUND, Label.BACKGROUND))
    title = (
        f"{share:.1f} % of the {names[true]} is taken for {names[said].lower() if not said else names[said]}"
    )
    return chart(
        "confusion",
        f"{title}, the most frequent mistake" if share else "No pixel is taken for another label",
        f"{over(scored)}; every row adds up to 100 % of the pixels of that label",
        [
            go.Heatmap(
                z=percent,
                x=names,
                y=names,
                customdata=pixels,
                colorscale=[[0, "rgba(11, 110, 153, 0.04)"], [1, "rgba(11, 110, 153, 1)"]],
                zmin=0,
                zmax=100,
                showscale=False,
                xgap=2,
                ygap=2,
                hovertemplate="%{y} taken for %{x}: %{z:.2f} % (%{customdata:,} pixels)<extra></extra>",
            )
        ],
        [
            {"reference": NAMES[a], "prediction": NAMES[b], "percent": percent[a][b], "pixels": pixels[a][b]}
            for a in Label
            for b in Label
        ],
        x="Label of the model",
        y="Label of the reference",
        yaxis_autorange="reversed",
        xaxis_showgrid=False,
        yaxis_showgrid=False,
        annotations=[
            {
                "x": names[b],
                "y": names[a],
                "text": f"{percent[a][b]:.1f}",
                "font": {"color": "#ffffff" if percent[a][b] > HALF else INK, "size": 13},
            }
            for a in Label
            for b in Label
            if percent[a][b] == percent[a][b]
        ],
    )


def cumulative_chart(scored: ModelScores, metric: str, spreads: Sequence[Spread]) -> Chart:
    """How many slices are how good, label by label."""
    steps = len(spreads[0].quantiles) - 1 if spreads else 1
    middle = ", ".join(f"{part_name(one.part)} {one.at(0.5):.3f}" for one in spreads)
    return chart(
        f"distribution-{metric}",
        f"Half of the slices have a {METRICS[metric].title} of no more than {middle}",
        f"{over(scored)}; {', '.join(f'{part_name(one.part)} {one.n:,}' for one in spreads)} have the score",
        [
            go.Scatter(
                name=part_name(one.part),
                x=one.quantiles,
                y=[100 * step / steps for step in range(steps + 1)],
                mode="lines",
                line={"color": part_colour(one.part), "width": 2},
                hovertemplate="%{y:.0f} % of the slices: at most %{x:.3f}<extra>%{fullData.name}</extra>",
            )
            for one in spreads
        ],
        [
            {"label": part_name(one.part), "percent_of_slices": 100 * step / steps, metric: value}
            for one in spreads
            for step, value in enumerate(one.quantiles)
        ],
        x=axis(metric),
        y="Slices with at most so much (%)",
    )


def box_chart(scored: ModelScores, metric: str, spreads: Sequence[Spread]) -> Chart:
    """Quartiles, and the range of nine slices in ten."""
    widest = max(spreads, key=lambda one: one.at(0.75) - one.at(0.25), default=None)
    name = part_name(widest.part) if widest else "no label"
    return chart(
        f"quartiles-{metric}",
        f"{METRICS[metric].title} varies most on {name}",
        f"{over(scored)}; boxes are quartiles, whiskers hold 90 % of the slices",
        [
            go.Box(
                name=part_name(one.part),
                x=[part_name(one.part)],
                q1=[one.at(0.25)],
                median=[one.at(0.5)],
                q3=[one.at(0.75)],
                lowerfence=[one.at(0.05)],
                upperfence=[one.at(0.95)],
                marker={"color": part_colour(one.part)},
                showlegend=False,
            )
            for one in spreads
        ],
        [
            {"label": part_name(one.part), "slices": one.n}
            | {f"percentile_{round(100 * share)}": one.at(share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)}
            for one in spreads
        ],
        x="",
        y=axis(metric),
    )

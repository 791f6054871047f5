"""Charts of whether a model can be believed: its probabilities, and what it measures."""

from collections.abc import Sequence
from math import isnan

import plotly.graph_objects as go

from core.labels import COLOURS, SHORT_NAMES
from core.workflow.evaluation.clinical import MIN_FOR_LIMITS, THINGS, UNITS, Measured
from core.workflow.evaluation.model_calibration import Calibration
from core.workflow.evaluation.model_scores import ModelScores, Part
from core.workflow.evaluation.reader_agreement import Interval
from pages.shared.charts.base import INK, Chart, chart, rule
from pages.shared.charts.metrics import over, part_colour
from pages.shared.plain import plain_in_charts


def reliability_chart(scored: ModelScores, calibrations: Sequence[Calibration]) -> Chart:
    """How often the model is right when it says how sure it is."""
    chosen = calibrations[0]
    side = "more" if chosen.mean_confidence > chosen.mean_accuracy else "less"
    return chart(
        "reliability",
        f"Near the heart the model is {side} sure than right: {100 * chosen.mean_confidence:.1f} % "
        f"against {100 * chosen.mean_accuracy:.1f} %",
        f"{over(scored)}, {sum(chosen.pixels):,} pixels near the heart",
        [
            go.Scatter(
                name=calibrated(one.part),
                x=one.confidence,
                y=one.accuracy,
                mode="lines+markers",
                line={"color": part_colour(one.part), "width": 3 if one.part is None else 1.5},
                customdata=one.pixels,
                hovertemplate="said %{x:.2f}, so in %{y:.2f} of %{customdata:,} pixels"
                "<extra>%{fullData.name}</extra>",
            )
            for one in calibrations
        ],
        [
            {"of": calibrated(one.part), "said": said, "so": so, "pixels": pixels}
            for one in calibrations
            for said, so, pixels in zip(one.confidence, one.accuracy, one.pixels, strict=True)
        ],
        x="Mean probability that was said",
        y="Share of pixels where it is so",
        xaxis_range=[0, 1],
        yaxis_range=[0, 1],
        height=420,
        shapes=[
            {"x0": 0, "y0": 0, "x1": 1, "y1": 1, "line": {"color": INK, "width": 2}},
        ],
    )


def bland_altman_chart(points: Measured) -> Chart:
    """Model against reference, difference over mean."""
    unit, name = UNITS[points.measure], SHORT_NAMES[points.label]
    means = [(ours + theirs) / 2 for ours, theirs in zip(points.prediction, points.reference, strict=True)]
    differences = [ours - theirs for ours, theirs in zip(points.prediction, points.reference, strict=True)]
    agreed = points.agreement
    bias, lower, upper = agreed.bias.mean, agreed.lower.mean, agreed.upper.mean
    side = "too much" if bias > 0 else "too little"
    shown = f", {len(means):,} of them shown" if len(means) < points.n else ""
    dotted = "bias and 95 % limits of agreement"
    if isnan(lower):
        dotted = f"bias; limits of agreement from {MIN_FOR_LIMITS} on"
    limits = (
        (bias, f"bias {bias:+.2f}"),
        (lower, f"{lower:+.2f}"),
        (upper, f"{upper:+.2f}"),
    )
    return chart(
        f"bland-altman-{points.measure}-{name}".replace(" ", "-"),
        f"The model measures {abs(bias):.2f} {unit} {side} {points.measure} of the {name} on average",
        f"n = {points.n:,} {THINGS[points.measure]}{shown}; bias {spread(agreed.bias)}, mean absolute error "
        f"{spread(agreed.mae)} {unit} with 95 % intervals; dotted: {dotted}",
        [
            go.Scatter(
                name=name,
                x=means,
                y=differences,
                text=[plain_in_charts(name) for name in points.names],
                mode="markers",
                marker={"color": COLOURS[points.label], "size": 7, "opacity": 0.6},
                hovertemplate="%{text}<br>mean %{x:.2f}, difference %{y:+.2f} " + unit + "<extra></extra>",
            )
        ],
        [
            {"what": what, "reference": theirs, "model": ours, "unit": unit}
            for what, theirs, ours in zip(points.names, points.reference, points.prediction, strict=True)
        ],
        x=f"Mean of model and reference ({unit})",
        y=f"Model minus reference ({unit})",
        shapes=[rule(value) for value, _ in limits if value == value],
        annotations=[
            {
                "x": 1,
                "xref": "paper",
                "xanchor": "right",
                "y": value,
                "yanchor": "bottom",
                "text": text,
                "font": {"size": 11},
            }
            for value, text in limits
            if value == value
        ],
    )


def spread(interval: Interval) -> str:
    """Return a mean with its interval, where there is one."""
    if isnan(interval.low):
        return f"{interval.mean:.2f}"
    return f"{interval.mean:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def calibrated(part: Part) -> str:
    """Of what a calibration is."""
    return "chosen label" if part is None else SHORT_NAMES[part]

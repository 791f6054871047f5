"""Charts of whether a model can be believed: its probabilities, and what it measures."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.labels import COLOURS, SHORT_NAMES
from core.workflow.agreement import THINGS, UNITS, Measured
from core.workflow.model_metrics import Calibration, Part
from core.workflow.scored import Scored
from pages.shared.charts import INK, Chart, chart, rule
from pages.shared.metric_charts import over, part_colour
from pages.shared.plain import plain_in_charts


def reliability_chart(scored: Scored, found: Sequence[Calibration]) -> Chart:
    """How often the model is right when it says how sure it is."""
    chosen = found[0]
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
            for one in found
        ],
        [
            {"of": calibrated(one.part), "said": said, "so": so, "pixels": pixels}
            for one in found
            for said, so, pixels in zip(one.confidence, one.accuracy, one.pixels, strict=True)
        ],
        x="Mean probability that was said",
        y="Share of pixels where it is so",
        xaxis_range=[0, 1],
        yaxis_range=[0, 1],
        height=420,
        shapes=[
            {
                "type": "line",
                "layer": "below",
                "x0": 0,
                "y0": 0,
                "x1": 1,
                "y1": 1,
                "line": {"color": INK, "dash": "dot"},
            }
        ],
    )


def bland_altman_chart(found: Measured) -> Chart:
    """Model against reference, difference over mean."""
    unit, name = UNITS[found.measure], SHORT_NAMES[found.label]
    means = [(ours + theirs) / 2 for ours, theirs in zip(found.prediction, found.reference, strict=True)]
    differences = [ours - theirs for ours, theirs in zip(found.prediction, found.reference, strict=True)]
    side = "too much" if found.bias > 0 else "too little"
    shown = f", {len(means):,} of them shown" if len(means) < found.n else ""
    limits = (
        (found.bias, f"bias {found.bias:+.2f}"),
        (found.lower, f"{found.lower:+.2f}"),
        (found.upper, f"{found.upper:+.2f}"),
    )
    return chart(
        f"bland-altman-{found.measure}-{name}".replace(" ", "-"),
        f"The model measures {abs(found.bias):.2f} {unit} {side} {found.measure} of the {name} on average",
        f"n = {found.n:,} {THINGS[found.measure]}{shown}; dotted: bias and 95 % limits of agreement",
        [
            go.Scatter(
                name=name,
                x=means,
                y=differences,
                text=[plain_in_charts(name) for name in found.names],
                mode="markers",
                marker={"color": COLOURS[found.label], "size": 7, "opacity": 0.6},
                hovertemplate="%{text}<br>mean %{x:.2f}, difference %{y:+.2f} " + unit + "<extra></extra>",
            )
        ],
        [
            {"what": what, "reference": theirs, "model": ours, "unit": unit}
            for what, theirs, ours in zip(found.names, found.reference, found.prediction, strict=True)
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
                "showarrow": False,
                "font": {"size": 11, "color": INK},
            }
            for value, text in limits
            if value == value
        ],
    )


def calibrated(part: Part) -> str:
    """Of what a calibration is."""
    return "chosen label" if part is None else SHORT_NAMES[part]

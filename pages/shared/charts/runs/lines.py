"""The lines of charts of runs: a faint one a run, a band and a strong line for what a group shares."""

from itertools import cycle, islice

import plotly.graph_objects as go

from core.workflow.training.curves import EPOCH, GroupLines
from pages.shared.charts.base import Rows
from pages.shared.plain import plain_in_charts

# No label has one of these, and all are seen on black and on white.
RUN_COLOURS = ("#8f7cf0", "#c9a800", "#cc79a7", "#8c8c8c", "#a65628")
DASHES = ("solid", "dash", "longdashdot")  # five colours and three dashes: fifteen pairs
MAX_GROUPS = len(RUN_COLOURS) * len(DASHES)
MAX_SINGLE_RUNS = 8  # runs of a group that are also drawn one by one
FAINT = 0.35  # of a single run beside the line of its group


def group_traces(
    one: GroupLines, hue: str, dash: str, x: str, name: str = "", single: bool = True
) -> list[go.Scatter]:
    """The lines of a group: faint ones for its runs, a band and a strong one for what they share."""
    name = name or one.label
    shown = plain_in_charts(name)
    unit = "epoch %{x:.0f}" if x == EPOCH else "%{x:.1f} min"
    strong = {"color": hue, "width": 2.2, "dash": dash}
    if len(one.lines) == 1 or one.band is None:
        return [
            go.Scatter(
                x=each.x,
                y=each.y,
                mode="lines" if len(each.x) > 1 else "markers",  # no line goes through one epoch
                name=name,
                legendgroup=name,
                showlegend=index == 0,
                line=strong,
                hovertemplate=f"{shown}: {unit}, %{{y:.4f}}<extra></extra>",
            )
            for index, each in enumerate(one.lines)
        ]
    faint = [
        go.Scatter(
            x=each.x,
            y=each.y,
            mode="lines",
            name=each.run,
            legendgroup=name,
            showlegend=False,
            opacity=FAINT,
            line={"color": hue, "width": 1, "dash": dash},
            hovertemplate=f"{plain_in_charts(each.run)}: {unit}, %{{y:.4f}}<extra></extra>",
        )
        for each in one.lines
        if single and len(one.lines) <= MAX_SINGLE_RUNS
    ]
    shared = one.band
    band = go.Scatter(
        x=[*shared.x, *reversed(shared.x)],
        y=[*shared.high, *reversed(shared.low)],
        mode="lines",
        fill="toself",
        fillcolor=translucent(hue, 0.15 if single else 0.08),  # many bands lie on each other
        line={"width": 0},
        name=name,
        legendgroup=name,
        showlegend=False,
        hoverinfo="skip",
    )
    mean = go.Scatter(
        x=shared.x,
        y=shared.mean,
        mode="lines" if len(shared.x) > 1 else "markers",
        name=name,
        legendgroup=name,
        line=strong,
        customdata=list(zip(shared.low, shared.high, strict=True)),
        hovertemplate=f"{shown}: {unit}, mean of {shared.n} runs %{{y:.4f}} "
        "[%{customdata[0]:.4f} to %{customdata[1]:.4f}]<extra></extra>",
    )
    return [band, *faint, mean]


def line_rows(one: GroupLines, quantity: str, x: str) -> Rows:
    """Every point of every run."""
    return [
        {"group": one.label, "run": each.run, "quantity": quantity, x.lower(): position, "value": value}
        for each in one.lines
        for position, value in zip(each.x, each.y, strict=True)
    ]


def styles(n: int) -> list[tuple[str, str]]:
    """Colour and dash of each of n groups: both change, so that no colour tells a group alone."""
    return list(islice(zip(cycle(RUN_COLOURS), cycle(DASHES), strict=False), n))


def translucent(colour: str, opacity: float) -> str:
    """The colour of a band."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"

"""Charts of runs beside each other, out of plain records: of the store's runs, or of any others."""

from collections.abc import Sequence
from math import isnan

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, SHORT_NAMES, Label
from core.workflow.training.curves import EPOCH, LOSSES, Group, group_lines, kept_values
from pages.shared.charts.base import IN_A_LINE, INK, LETTERS, LINE, Chart, Rows, chart
from pages.shared.charts.runs.lines import MAX_GROUPS, group_traces, line_rows, styles
from pages.shared.charts.runs.titles import (
    best_in_words,
    describe_lines,
    describe_runs,
    mean_of,
    soonest_in_words,
)
from pages.shared.plain import plain_in_charts

HEIGHT = 380  # pixels
SWATCH = 9  # letters as wide as the line beside a name
MAX_GROUPS_WITH_RUNS = 4  # groups at most whose single runs are drawn besides their bands


def curves_chart(groups: Sequence[Group], quantity: str, x: str = EPOCH, window: int = 1) -> Chart:
    """One quantity of every group: a line for the mean of its runs, a band from the lowest to the highest."""
    lines = [group_lines(group, quantity, x, window) for group in groups[:MAX_GROUPS]]
    traces, rows = [], []
    for (hue, dash), one in zip(styles(len(lines)), lines, strict=True):
        traces += group_traces(one, hue, dash, x, single=len(lines) <= MAX_GROUPS_WITH_RUNS)
        rows += line_rows(one, quantity, x)
    title = best_in_words(groups, quantity)
    if quantity not in LOSSES:
        title = soonest_in_words(lines, quantity, x)
    return run_chart(
        f"runs-{file_name_part(quantity)}",
        title,
        describe_lines(groups, window),
        traces,
        rows,
        x=x,
        y=axis_of(quantity),
        height=HEIGHT,
    )


def losses_chart(groups: Sequence[Group], x: str = EPOCH, window: int = 1) -> Chart:
    """Training loss, dotted, and validation loss of every group."""
    traces, rows = [], []
    for (hue, own), group in zip(styles(len(groups[:MAX_GROUPS])), groups, strict=False):
        for quantity, dash in (("validation loss", own), ("training loss", "dot")):
            one = group_lines(group, quantity, x, window)
            lines = group_traces(one, hue, dash, x, name=f"{one.label}, {quantity}", single=False)
            for trace in lines:
                trace.legendgroup = one.label  # a click in the legend hides both
                if dash == "dot":
                    trace.showlegend = False
                else:
                    trace.name = one.label
            traces += lines
            rows += line_rows(one, quantity, x)
    return run_chart(
        "runs-losses",
        "Where does the validation loss leave the training loss (dotted)?",
        describe_lines(groups, window),
        traces,
        rows,
        x=x,
        y="Loss",
        height=HEIGHT,
    )


def labels_chart(group: Group, overlap: str, x: str = EPOCH, window: int = 1) -> Chart:
    """Dice or IoU of each heart label by epoch, of one group."""
    traces, rows = [], []
    for label in FOREGROUND:
        quantity = f"{overlap} {SHORT_NAMES[label]}"
        one = group_lines(group, quantity, x, window)
        traces += group_traces(one, COLOURS[label], "solid", x, name=SHORT_NAMES[label])
        rows += line_rows(one, quantity, x)
    means = [(mean_of(group, f"{overlap} {SHORT_NAMES[label]}"), label) for label in FOREGROUND]
    known = [(mean, label) for mean, label in means if not isnan(mean)]
    title = f"{overlap} of each label on the validation slices"
    if known:
        lowest, label = min(known)
        title = f"{group.label}: {SHORT_NAMES[label]} is the hardest label, {overlap} {lowest:.3f} when kept"
    return run_chart(
        f"runs-labels-{overlap.lower()}",
        title,
        describe_lines([group], window),
        traces,
        rows,
        x=x,
        y=f"{overlap}, mean over slices",
        height=HEIGHT,
        yaxis={"range": [0, 1]},
    )


def kept_chart(groups: Sequence[Group], overlap: str) -> Chart:
    """What the kept epochs reached, label by label and their mean: a dot a run, a rule for the group."""
    traces, rows = [], []
    parts: list[Label | None] = [*FOREGROUND, None]
    for part in parts:
        quantity = f"mean {overlap}" if part is None else f"{overlap} {SHORT_NAMES[part]}"
        name, colour = ("mean", INK) if part is None else (SHORT_NAMES[part], COLOURS[part])
        known = [(group.label, value) for group in groups for value in kept_values(group, quantity)]
        rows += [{"group": label, "quantity": quantity, "value": value} for label, value in known]
        runs = {"color": colour, "size": 7, "symbol": "diamond" if part is None else "circle"}
        rule = {"size": 13, "symbol": "line-ns", "line": {"color": colour, "width": 2}}
        means = [(group.label, mean_of(group, quantity)) for group in groups]
        for points, marker, title in ((known, runs, name), (means, rule, f"{name}, mean of runs")):
            traces.append(
                go.Scatter(
                    x=[value for _, value in points],
                    y=[plain_in_charts(label) for label, _ in points],
                    mode="markers",
                    orientation="h",
                    name=title,
                    legendgroup=name,
                    offsetgroup=name,
                    showlegend=marker is runs,
                    marker=marker,
                    hovertemplate=f"%{{y}}, {title}: %{{x:.4f}}<extra></extra>",
                )
            )
    return run_chart(
        f"runs-kept-{overlap.lower()}",
        best_in_words(groups, f"mean {overlap}"),
        f"{describe_runs(groups)}; a dot is a run, a rule the mean of its group",
        traces,
        rows,
        x=f"{overlap} of the kept epoch, mean over slices",
        y="",
        height=max(HEIGHT, 150 + 44 * len(groups)),
        scattermode="group",
        scattergap=0.3,
        xaxis={"range": axis_range([float(str(row["value"])) for row in rows])},
        yaxis={"autorange": "reversed", "type": "category"},
    )


def run_chart(
    name: str,
    title: str,
    n: str,
    traces: Sequence[go.Scatter],
    rows: Rows,
    *,
    x: str,
    y: str,
    height: int = HEIGHT,
    **layout: object,
) -> Chart:
    """A chart whose legend lies below: groups have long names. Arguments are those of `charts.chart`."""
    names = {trace.name for trace in traces if trace.name and trace.showlegend is not False}
    named = -(-len(names) // IN_A_LINE) if len(names) > 1 else 0
    below = -(-sum(len(name) + SWATCH for name in names) // LETTERS) if named else 0
    made = chart(name, title, n, traces, rows, x=x, y=y, height=height + LINE * below)
    made.figure.update_layout(
        margin={"t": made.figure.layout.margin.t - LINE * named, "b": 48 + LINE * below},
        legend={"yref": "container", "y": 0, "yanchor": "bottom"},
        **layout,
    )
    return made


def axis_range(values: Sequence[float]) -> list[float]:
    """Return the ends of an axis on which all scores are seen."""
    return [max(-0.02, min(values) - 0.05), min(1.0, max(values) + 0.05)] if values else [0.0, 1.0]


def axis_of(quantity: str) -> str:
    """Name of the axis."""
    if quantity in LOSSES:
        return quantity.capitalize()
    which, _, name = quantity.rpartition(" ")
    return (
        f"{name}, mean over labels and slices" if which == "mean" else f"{which} of {name}, mean over slices"
    )


def file_name_part(quantity: str) -> str:
    """Return the quantity as a part of a file's name."""
    return quantity.lower().replace(" ", "-")

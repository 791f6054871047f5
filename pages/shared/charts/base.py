"""What all charts share: a title that says the finding, units, n, the colours of labels, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go
import plotly.io as pio
import streamlit  # noqa: F401  # makes its template Plotly's own, which ours stands on
from plotly.basedatatypes import BaseTraceType

from core.labels import COLOURS, SHORT_NAMES, Label
from pages.shared.charts.marks import mark
from pages.shared.plain import plain_in_charts

Rows = list[dict[str, object]]

LETTERS = 62  # of a title in a line: half a page on a laptop
HEIGHT = 360  # pixels
LINE = 20  # pixels of a line of text
TITLE_SIZE, TITLE_TOP = 16, 12  # pixels: of its letters, and free above it
# Plotly moves a title of one line down by so much of its size, as it should, and forgets it for several: the
# first of them would be cut off, seen in a saved picture.
FORGOTTEN = 0.7
IN_A_LINE = 4  # names in a legend of half a page
GREY = "rgba(128, 128, 128, 0.35)"  # of rules, in the light and the dark theme
INK = "#8c8c8c"  # of marks that stand for no label, seen on black and on white
ACCENTS = (INK, "#cc79a7", "#8f7cf0", "#c9a800")  # like no label, told apart by everybody

# What all charts have in common. What Streamlit's theme would overrule in the browser (the padding left of
# a title, the margins at the sides) stands in each figure.
pio.templates["septum"] = go.layout.Template(
    layout={
        "title": {
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": TITLE_TOP},
            "font": {"size": TITLE_SIZE},
            "subtitle": {"font": {"size": 13}},
        },
        "margin": {"b": 12},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "title": {"text": ""}},
        "hoverlabel": {"namelength": -1},
        "xaxis": {"automargin": True},
        "yaxis": {"automargin": True},
        "shapedefaults": {
            "type": "line",
            "layer": "below",
            "line": {"color": GREY, "width": 1, "dash": "dot"},
        },
        "annotationdefaults": {"showarrow": False, "font": {"color": INK}},
    }
)
pio.templates["septum on screen"] = pio.templates.merge_templates(pio.templates.default, "septum")
pio.templates.default = "septum on screen"  # merged once: Plotly would merge two names for each figure anew


@dataclass(frozen=True)
class Chart:
    """A figure with the table that it is drawn from."""

    name: str  # of its files
    figure: go.Figure
    rows: Rows


def chart(
    name: str,
    title: str,
    n: str,
    traces: Sequence[BaseTraceType],
    rows: Rows,
    *,
    x: str,
    y: str,
    height: int = HEIGHT,
    letters: int = LETTERS,
    **layout: object,
) -> Chart:
    """Put traces under a title, with names and units on the axes.

    Args:
        name: of the files it is saved as.
        title: the finding, or the question that it answers; shown as it is.
        n: over how much it is, in words; shown as it is.
        traces: what is drawn; their names are shown as they are.
        rows: the same as a table.
        x: name and unit of the axis.
        y: name and unit of the axis.
        height: in pixels.
        letters: of the title in a line.
        layout: anything else of Plotly's layout.
    """
    lines = [plain_in_charts(line) for line in wrap(title, letters)]
    small = [plain_in_charts(line) for line in wrap(n, round(letters * 1.2))]
    for trace in traces:
        mark(trace)
        if trace.name:
            trace.name = plain_in_charts(trace.name)
    names = {trace.name for trace in traces if trace.name and trace.showlegend is not False}
    named = -(-len(names) // IN_A_LINE) if len(names) > 1 else 0
    forgotten = round(FORGOTTEN * TITLE_SIZE) if len(lines) > 1 else 0
    figure = go.Figure(
        list(traces),
        layout={
            "title": {
                "text": "<br>".join(lines),
                "subtitle": {"text": "<br>".join(small)},
                "pad": {"l": 12, "t": TITLE_TOP + forgotten},
            },
            "margin": {"t": 30 + LINE * (len(lines) + len(small) + named), "l": 12, "r": 16},
            "height": height,
            "showlegend": bool(named),
            "xaxis": {"title": {"text": x}},
            "yaxis": {"title": {"text": y}},
        },
    )
    figure.update_layout(**layout)
    return Chart(name, figure, rows)


def label_style(label: Label) -> dict[str, object]:
    """Name and colour of what stands for a label, the same in every chart."""
    return {
        "name": SHORT_NAMES[label],
        "legendgroup": SHORT_NAMES[label],
        "marker": {"color": COLOURS[label]},
    }


def rule(value: float, across: bool = True) -> dict[str, object]:
    """Return the shape of a thin line over the whole chart, at a value of y or of x."""
    if across:
        return {"xref": "x domain", "x0": 0, "x1": 1, "y0": value, "y1": value}
    return {"yref": "y domain", "y0": 0, "y1": 1, "x0": value, "x1": value}

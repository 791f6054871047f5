"""What tells labels apart beside their colours: patterns of bars, symbols of points, dashes of lines."""

from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from core.labels import COLOURS, Label


@dataclass(frozen=True)
class Mark:
    """How what stands for a label is drawn, in Plotly's words."""

    pattern: str
    symbol: str
    dash: str
    beside: str  # dash of a line that is compared with the label's own, never solid


MARKS = {
    COLOURS[Label.RIGHT_VENTRICLE]: Mark("/", "diamond", "dash", "dash"),
    COLOURS[Label.MYOCARDIUM]: Mark(".", "square", "dashdot", "longdashdot"),
    COLOURS[Label.LEFT_VENTRICLE]: Mark("", "circle", "solid", "dot"),
}


def line_beside(label: Label) -> dict[str, object]:
    """Colour and dash of a line in a label's colour that is compared with the label's own."""
    return {"color": COLOURS[label], "width": 2, "dash": MARKS[COLOURS[label]].beside}


def mark(trace: BaseTraceType) -> None:
    """Draw a trace in a label's colour so that it is known without the colour, too.

    What a chart has chosen itself stays: a broken line means something else than its label.
    """
    if isinstance(trace, go.Bar) and trace.marker.color in MARKS:
        shape = MARKS[trace.marker.color].pattern
        trace.marker.pattern = {"shape": shape, "fillmode": "overlay", "fgcolor": "#ffffff", "solidity": 0.25}
    if not isinstance(trace, go.Scatter):
        return
    found = MARKS.get(trace.line.color) or MARKS.get(trace.marker.color)
    if found is None:
        return
    if trace.mode == "lines" and trace.line.dash is None:
        trace.line.dash = found.dash
    if "markers" in (trace.mode or "") and trace.marker.symbol is None:
        trace.marker.symbol = found.symbol

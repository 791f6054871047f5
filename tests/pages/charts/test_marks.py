"""Labels in charts are told apart without their colours."""

import plotly.graph_objects as go
import pytest

from core.labels import COLOURS, FOREGROUND
from pages.shared.charts.base import INK
from pages.shared.charts.marks import mark


def drawn(make: type, **style: object) -> list[object]:
    """A trace for each label in its colour, marked."""
    traces = [
        make(
            **{
                part: value | {"color": COLOURS[label]} if isinstance(value, dict) else value
                for part, value in style.items()
            }
        )
        for label in FOREGROUND
    ]
    for trace in traces:
        mark(trace)
    return traces


@pytest.mark.parametrize(
    ("make", "style", "seen"),
    [
        (go.Bar, {"marker": {}}, lambda trace: trace.marker.pattern.shape),
        (go.Scatter, {"mode": "lines", "line": {}}, lambda trace: trace.line.dash),
        (go.Scatter, {"mode": "markers", "marker": {}}, lambda trace: trace.marker.symbol),
        (go.Scatter, {"mode": "lines+markers", "line": {}}, lambda trace: trace.marker.symbol),
    ],
    ids=["bars", "lines", "points", "lines with points"],
)
def test_each_label_has_a_mark_of_its_own(make, style, seen):
    marks = [seen(trace) for trace in drawn(make, **style)]
    assert len(set(marks)) == len(FOREGROUND)
    assert None not in marks


def test_what_a_chart_chose_and_what_is_no_label_stay():
    assert {trace.line.dash for trace in drawn(go.Scatter, mode="lines", line={"dash": "dot"})} == {"dot"}
    plain = go.Bar(marker={"color": INK})
    mark(plain)
    assert plain.marker.pattern.shape is None

"""The template that all charts share, and what a figure adds to it."""

import plotly.graph_objects as go
import plotly.io as pio

from pages.shared.charts.base import FORGOTTEN, GREY, LINE, TITLE_SIZE, TITLE_TOP, chart, rule


def lines(*names: str) -> list[go.Scatter]:
    """A line of each name."""
    return [go.Scatter(x=[1, 2], y=[1, 2], name=name) for name in names]


def test_a_chart_stands_on_the_template_and_on_streamlits():
    figure = chart("c", "Title", "n = 2", lines("a", "b"), [], x="X (mm)", y="Y").figure
    shared = figure.layout.template.layout
    assert (shared.title.yref, shared.legend.orientation, shared.hoverlabel.namelength) == (
        "container",
        "h",
        -1,
    )
    assert shared.colorway == pio.templates["streamlit"].layout.colorway  # by which it follows light and dark
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("X (mm)", "Y")


def test_a_figure_leaves_room_for_the_lines_above_it():
    def top(title: str, *names: str) -> int:
        return chart("c", title, "n = 2", lines(*names), [], x="", y="").figure.layout.margin.t

    assert top("word " * 20, "a") - top("word", "a") == LINE  # a second line of the title
    assert top("word", "a", "b") - top("word", "a") == LINE  # a legend


def test_the_first_of_several_lines_of_a_title_lies_whole_inside_the_picture():
    def first_baseline(title: str) -> float:
        figure = chart("c", title, "n = 2", lines("a"), [], x="", y="").figure
        shift = 0 if "<br>" in figure.layout.title.text else FORGOTTEN * TITLE_SIZE
        return figure.layout.title.pad.t + shift

    one, two = first_baseline("word"), first_baseline("word " * 20)
    assert abs(two - one) < 1
    assert two >= TITLE_TOP + FORGOTTEN * TITLE_SIZE - 1


def test_a_rule_is_a_thin_dotted_line_below_the_data_by_the_template():
    figure = chart(
        "c", "T", "n", lines("a"), [], x="", y="", shapes=[rule(1.5), rule(2, across=False)]
    ).figure
    assert [(shape.x0, shape.y0) for shape in figure.layout.shapes] == [(0, 1.5), (2, 0)]
    usual = figure.layout.template.layout.shapedefaults
    assert (usual.type, usual.layer, usual.line.dash, usual.line.color) == ("line", "below", "dot", GREY)


def test_the_template_can_be_laid_over_another_one():
    layout = pio.templates["plotly_white+septum"].layout
    assert (layout.title.yref, layout.plot_bgcolor) == ("container", "white")

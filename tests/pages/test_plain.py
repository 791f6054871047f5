"""Words from outside keep their letters and lose their power."""

import plotly.graph_objects as go
import pytest

from pages.shared.charts.base import chart
from pages.shared.plain import JOINER, plain, plain_in_charts


@pytest.mark.parametrize(
    ("outside", "written"),
    [
        ("patient_1 slice-2.png", "patient_1 slice-2.png"),
        ("![x](y)", "!\\[x\\](y)"),
        ("_a_ *b* `c` <d> $e$", "\\_a\\_ \\*b\\* \\`c\\` \\<d\\> \\$e\\$"),
        ("# a\n- b", "\\# a - b"),
        ("1. a", "1\\. a"),
        ("at 12:30, file: a", "at 12:30, file: a"),
        ("http://a", f"http:{JOINER}//a"),
        (":red[a]", f":{JOINER}red\\[a\\]"),
        ("a@b www.c", f"a@{JOINER}b www{JOINER}.c"),
        ("a\udcffb", "a?b"),
    ],
)
def test_markdown_finds_nothing_to_do(outside, written):
    assert plain(outside) == written


@pytest.mark.parametrize(
    ("outside", "written"),
    [
        ("patient_1 [a](b)", "patient_1 [a](b)"),
        ("<a href='http://a'>b</a>", "&lt;a href='http://a'&gt;b&lt;/a&gt;"),
        ("a<br>b", "a&lt;br&gt;b"),
        ("&lt;", "&amp;lt;"),
        ("a\nb", "a b"),
        ("%{x} <extra>", f"%{JOINER}{{x}} &lt;extra&gt;"),
    ],
)
def test_plotly_finds_nothing_to_do(outside, written):
    assert plain_in_charts(outside) == written


def test_titles_and_names_of_charts_are_shown_as_they_are():
    bad = "<a href='http://a'>b</a>"
    drawn = chart("c", bad, bad, [go.Scatter(name=bad), go.Scatter(name="d")], [], x="", y="").figure
    texts = [drawn.layout.title.text, drawn.layout.title.subtitle.text, drawn.data[0].name]
    assert texts == [plain_in_charts(bad)] * 3

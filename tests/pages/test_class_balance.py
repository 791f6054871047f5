"""Class balance: shares, what a weighting would do, and images, from an empty store to the demo."""

import json

import pytest

from core.records import Split
from tests.pages.conftest import problems, words
from tests.workflow.small import cine, stored

PAGE = "pages/5_Class_balance.py"


def titles(app) -> list[str]:
    """Titles of the charts on the page."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return [spec["layout"]["title"]["text"].replace("<br>", " ") for spec in specs]


def test_without_masks_the_page_says_what_to_do(open_page):
    app = open_page(PAGE)
    assert problems(app) == []
    assert "There is no mask yet to count." in words(app)
    assert titles(app) == []


@pytest.mark.usefixtures("demo")
def test_the_demo_shows_how_rare_the_labels_are(open_page):
    app = open_page(PAGE)
    assert problems(app) == []
    first, lacking, areas = titles(app)
    assert first.startswith("Background takes 9")
    assert "of 20 slices have no" in lacking
    assert areas == "How large is each label where it is there?"
    assert "There are no training slices with masks" in app.warning[0].value
    assert len(app.dataframe[0].value) == 1


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("grouping", ["position", "phase", "status"])
def test_shares_can_be_told_apart_by(grouping, open_page):
    app = open_page(PAGE)
    app.segmented_control(key="grouping").set_value(grouping).run()
    assert problems(app) == []
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    groups = {tick.split("<br>")[0] for trace in spec["data"] for tick in trace["x"]}
    assert (
        groups
        == {
            "position": {"All", "Base", "Middle", "Apex"},
            "phase": {"All", "End-diastole", "End-systole"},
            "status": {"Approved"},
        }[grouping]
    )


@pytest.mark.usefixtures("demo")
def test_sliders_change_the_weights(open_page):
    app = open_page(PAGE)
    app.segmented_control(key="balance part").set_value("Weights").run()
    assert problems(app) == []
    before = app.dataframe[0].value
    app.select_slider(key="beta").set_value(0.0).run()
    after = app.dataframe[0].value
    assert before.iloc[1].tolist() != after.iloc[1].tolist()
    assert after.iloc[1].tolist()[1:] == ["1.000"] * 4
    assert titles(app)[0].startswith("The heart makes up")


def test_a_picture_in_two_splits_is_warned_of(open_page):
    from dataclasses import replace

    series = cine("anna", 1, 1, split=Split.TRAIN)
    stored(series)
    stored(replace(series, patient="bert", split=Split.TEST))
    app = open_page(PAGE)
    app.segmented_control(key="balance part").set_value("Images").run()
    assert problems(app) == []
    assert "1 picture is in more than one split (test, train)" in app.warning[0].value
    assert titles(app) == ["No series stands out from the others"]

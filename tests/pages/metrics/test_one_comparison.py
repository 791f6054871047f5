"""Two models differ by the same numbers on the Models page, on the Metrics page and in the verdict."""

import json

import pytest

from core.labels import Label
from core.records.slices import Split
from core.workflow.models.registry import active_model
from core.workflow.promotion.gate import judge
from tests.pages.conftest import problems, words
from tests.pages.metrics.conftest import PAGE as METRICS
from tests.pages.metrics.conftest import look_at
from tests.workflow.promotion.candidates import mixed, pair, perfect, without

MODELS = "pages/5_Models.py"
pytestmark = pytest.mark.usefixtures("model")
HEART = "Heart"
NAMES = {"RV": "Right ventricle", "Myo": "Myocardium", "LV": "Left ventricle", HEART: HEART}


def chart(app, title: str) -> list[dict]:
    """What is drawn in the chart whose title contains this."""
    specs = [json.loads(one.proto.spec) for one in app.get("plotly_chart")]
    (found,) = [spec for spec in specs if title in spec["layout"]["title"]["text"].replace("<br>", " ")]
    return found["data"]


def on_models(app) -> dict[str, tuple[float, float, float]]:
    """(difference, up to its upper end, down to its lower end) of each label, one trace each."""
    return {
        trace["name"]: (trace["x"][0], trace["error_x"]["array"][0], trace["error_x"]["arrayminus"][0])
        for trace in chart(app, "Dice ")
    }


def on_metrics(app) -> dict[str, tuple[float, float, float]]:
    """The same, all in one trace."""
    (trace,) = chart(app, "on the other side")
    ends = zip(trace["x"], trace["error_x"]["array"], trace["error_x"]["arrayminus"], strict=True)
    return {NAMES[name]: values for name, values in zip(trace["y"], ends, strict=True)}


def test_both_pages_and_the_verdict_say_the_same_numbers(home, open_page):
    some_rv = mixed([perfect, without(Label.RIGHT_VENTRICLE, 1), without(Label.RIGHT_VENTRICLE, 2)])
    model = pair(home, some_rv, without(Label.LEFT_VENTRICLE, 3))
    ours = open_page(MODELS)
    assert problems(ours) == []
    theirs = look_at(open_page(METRICS), "Compare")
    theirs.selectbox(key="model").set_value(model.id).run()
    theirs.selectbox(key="other model").set_value(active_model().id).run()
    theirs.segmented_control(key="split").set_value(Split.TEST).run()
    assert problems(theirs) == []
    shown = on_models(ours)
    assert set(shown) == set(NAMES.values())
    assert shown[NAMES["LV"]][0] != 0 != shown[NAMES["RV"]][0]
    assert on_metrics(theirs) == shown
    gain = judge(model.id).finding.gain
    mean, above, below = shown[HEART]
    assert (gain.mean, gain.high - gain.mean, gain.mean - gain.low) == (mean, above, below)
    (sentence,) = (line.split("**. ")[1] for line in words(theirs).split("\n") if "**. Dice: " in line)
    assert "better on LV by " in sentence
    assert sentence in words(ours)

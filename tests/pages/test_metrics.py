"""Metrics: every part of the page, with scores and without."""

import pytest

from core import jobs
from core.records import Origin, RunKind, Split
from core.store import masks
from core.store.database import open_store
from core.store.slices import list_slices
from core.workflow import running
from tests.pages.conftest import problems, words
from tests.pages.test_class_balance import titles
from tests.workflow.scores import add_model, same, score_as, shifted, without_rv
from tests.workflow.small import HEART, cine, stored

PAGE = "pages/6_Metrics.py"


def look_at(app, part: str):
    """Turn to a part of the page."""
    return app.segmented_control(key="metrics part").set_value(part).run()


@pytest.fixture
def scored_demo(demo) -> tuple[int, int]:
    """Two models with scores on the demo heart: one good, one that misses the RV."""
    rows = list_slices(open_store(), limit=None)
    good, bad = add_model("good"), add_model("bad")
    score_as(bad, rows, without_rv)
    score_as(good, rows, shifted)
    return good, bad


def test_without_a_model_the_page_leads_to_training(open_page):
    app = open_page(PAGE)
    assert problems(app) == []
    assert "There is no model yet." in words(app)


@pytest.mark.usefixtures("demo")
def test_without_scores_the_page_offers_to_score(open_page, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "start", asked.append)
    add_model("unscored")
    app = open_page(PAGE)
    assert problems(app) == []
    assert "20 slices with a reference or an approved mask have no score of this model yet." in words(app)
    app.button(key="score").click().run()
    assert problems(app) == []
    assert asked == [RunKind.SCORING]
    assert running.watched(RunKind.SCORING).run.total == 20


@pytest.mark.usefixtures("scored_demo")
def test_the_summary_has_every_label_and_metric(open_page):
    app = open_page(PAGE)
    assert problems(app) == []
    table = app.dataframe[0].value
    assert table.iloc[:, 0].tolist() == ["RV", "Myo", "LV", "Heart", "Background"]
    assert {"Dice", "IoU", "Accuracy", "Precision", "Recall", "HD95", "Volume error"} <= set(table.columns)
    assert table["HD95"].tolist()[-1] == "none"
    assert "n = 20 test slices of 1 patient" in words(app)
    assert len(titles(app)) == 2
    app.segmented_control(key="per").set_value("patient").run()
    assert app.dataframe[0].value["Dice"].tolist()[0].endswith("(1)")


@pytest.mark.usefixtures("scored_demo")
@pytest.mark.parametrize(
    ("part", "n_charts"),
    [("Distributions", 4), ("Measurements", 3), ("Calibration", 1), ("Compare", 2), ("Worst slices", 0)],
)
def test_every_part_is_drawn(part, n_charts, open_page):
    app = look_at(open_page(PAGE), part)
    assert problems(app) == []
    assert len(titles(app)) == n_charts
    assert all(titles(app))


@pytest.mark.usefixtures("scored_demo")
def test_two_models_are_compared_in_a_sentence(open_page):
    app = look_at(open_page(PAGE), "Compare")
    assert "**bad** against **good (1)**." in words(app)
    assert "Dice: slices of a single patient cannot tell which of the two is better." in words(app)


@pytest.mark.usefixtures("scored_demo")
def test_the_worst_slices_have_pictures_and_lead_to_review(open_page):
    app = look_at(open_page(PAGE), "Worst slices")
    assert len(app.get("image")) == 18
    links = [link.proto.label for link in app.get("page_link")]
    assert links.count("Open in Review") == 6


@pytest.mark.usefixtures("scored_demo")
def test_a_split_without_scores_says_what_to_do(open_page):
    app = open_page(PAGE)
    app.segmented_control(key="split").set_value(Split.TRAIN).run()
    assert problems(app) == []
    assert "This model has no scores on these slices." in words(app)


def test_readers_who_share_a_slice_are_compared(open_page):
    row = stored(cine(n_positions=1, n_phases=1))[0]
    parent = None
    for reader in ("ann", "bob"):
        parent = masks.save_version(
            open_store(), row.id, HEART, origin=Origin.READER, author=reader, parent_id=parent
        )
    app = look_at(open_page(PAGE), "Readers")
    assert problems(app) == []
    assert app.dataframe[0].value.iloc[0].tolist() == ["ann", "bob", 1, *["1.000 (1)"] * 3]


def test_slices_of_no_known_size_measure_nothing_and_say_so(open_page):
    from dataclasses import replace

    series = cine(masked=True, split=Split.TEST)
    rows = stored(replace(series, geometry=replace(series.geometry, spacing_mm=None)))
    score_as(add_model(), rows, same)
    app = look_at(open_page(PAGE), "Measurements")
    assert problems(app) == []
    assert "There is no area to compare: it needs a known pixel size." in words(app)

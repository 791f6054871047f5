"""Metrics: every part of the page, with scores and without."""

from dataclasses import replace

import pytest

from core.labels import Label
from core.metrics.registry import METRICS
from core.metrics.statistics.agreement import agreement_of
from core.records.masks import Origin
from core.records.runs import RunKind
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.slices import list_slices
from core.workflow import runs
from core.workflow.evaluation.clinical import Measure, Measured
from core.workflow.training.curves import EPOCH, GroupLines, RunLine
from pages.shared.charts.agreement import bland_altman_chart
from pages.shared.charts.runs.lines import group_traces
from tests.pages.conftest import problems, titles, words
from tests.pages.metrics.conftest import PAGE, look_at
from tests.workflow.scores import add_model, same, score_as, shifted, without_rv
from tests.workflow.small import HEART, cine, stored


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
    monkeypatch.setattr("core.jobs.process.spawn_worker", asked.append)
    add_model("unscored")
    app = open_page(PAGE)
    assert problems(app) == []
    assert "20 slices with a reference or an approved mask have no score of this model yet." in words(app)
    app.button(key="score").click().run()
    assert problems(app) == []
    assert asked == [RunKind.SCORING]
    assert runs.queue_state(RunKind.SCORING).run.total == 20


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
    assert "Dice: 1 patient is too few to tell which of the two is better; it takes 10." in words(app)


@pytest.mark.usefixtures("scored_demo")
def test_the_worst_slices_have_pictures_and_lead_to_review(open_page):
    app = look_at(open_page(PAGE), "Worst slices")
    pictures = [item.proto.body for item in app.get("html") if "<figure" in item.proto.body]
    assert len(pictures) == 18
    assert all('alt="' in picture and 'alt=""' not in picture for picture in pictures)
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
    series = cine(masked=True, split=Split.TEST)
    rows = stored(replace(series, geometry=replace(series.geometry, spacing_mm=None)))
    score_as(add_model(), rows, same)
    app = look_at(open_page(PAGE), "Measurements")
    assert problems(app) == []
    assert "There is no area to compare: it needs a known pixel size." in words(app)


@pytest.mark.usefixtures("scored_demo")
def test_a_metric_that_is_registered_can_be_chosen_and_is_a_column(open_page, monkeypatch):
    added = replace(METRICS["dice"], key="overlap", title="Overlap")
    monkeypatch.setitem(METRICS, added.key, added)
    app = open_page(PAGE)
    table = app.dataframe[0].value
    assert table["Overlap"].tolist() == table["Dice"].tolist()
    look_at(app, "Compare").selectbox(key="metric").set_value("overlap").run()
    assert problems(app) == []
    assert any(title.startswith("By 0.01 or more bad is better on") for title in titles(app))
    assert "Overlap: 1 patient is too few to tell" in words(app)


@pytest.mark.usefixtures("scored_demo")
def test_the_chosen_slices_stay_chosen_after_a_look_at_the_runs(open_page):
    app = open_page(PAGE)
    app.segmented_control(key="split").set_value(Split.TRAIN).run()
    look_at(look_at(app, "Runs"), "Summary")
    assert app.segmented_control(key="split").value == Split.TRAIN


def test_limits_of_agreement_are_drawn_from_five_measured_things_on():
    four, five = (
        bland_altman_chart(
            Measured(
                Measure.VOLUME, Label.LEFT_VENTRICLE, ("p",) * n, (1,) * n, (50.0,) * n, (51.0,) * n,
                agreement_of([51.0] * n, [50.0] * n, range(n)),
            )
        )
        for n in (4, 5)
    )  # fmt: skip
    assert [len(chart.figure.layout.shapes) for chart in (four, five)] == [1, 3]
    assert "limits of agreement from 5 on" in four.figure.layout.title.subtitle.text.replace("<br>", " ")


def test_a_run_of_one_epoch_is_drawn_as_a_point():
    lines = GroupLines("one", (RunLine("one", (1.0,), (0.8,)),), None)
    assert [trace.mode for trace in group_traces(lines, "#8f7cf0", "solid", EPOCH)] == ["markers"]

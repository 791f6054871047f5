"""Metrics, runs: trainings beside each other, without a browser and without training any."""

import json

from tests.pages.conftest import problems, titles, words
from tests.pages.metrics.conftest import PAGE, look_at
from tests.workflow.curves import add_run


def specs(app) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def two_losses() -> None:
    for loss, heights in (("ce", (0.6, 0.62)), ("dice-focal", (0.8, 0.82))):
        for seed, height in enumerate(heights):
            add_run(f"{loss} {seed}", height, loss=loss, seed=seed)


def test_without_a_run_it_leads_to_training(open_page):
    app = look_at(open_page(PAGE), "Runs")
    assert problems(app) == []
    assert "No training has finished an epoch yet." in words(app)


def test_seeds_of_one_loss_become_a_band_and_the_title_names_the_best(open_page):
    two_losses()
    app = look_at(open_page(PAGE), "Runs")
    assert problems(app) == []
    assert app.selectbox(key="runs by").options == ["Loss", "Run"]
    assert len(titles(app)) == 6
    assert titles(app)[0] == "dice-focal: highest mean Dice, 0.793; every run of it beats every other"
    assert titles(app)[1] == "dice-focal is the first within 0.02 of the best mean Dice, in epoch 8"
    assert "Each loss has a scale of its own" in titles(app)[3]
    kept, curves, losses, *_ = specs(app)
    assert {trace["name"] for trace in curves["data"]} == {
        "ce", "dice-focal", "ce 0 (1)", "ce 1 (2)", "dice-focal 0 (3)", "dice-focal 1 (4)",
    }  # fmt: skip
    assert sum(trace.get("fill") == "toself" for trace in curves["data"]) == 2
    assert "n = 4 runs in 2 groups" in curves["layout"]["title"]["subtitle"]["text"]
    assert losses["layout"]["yaxis"]["title"]["text"] == "Loss"
    assert kept["data"][0]["marker"]["color"] == "#56b4e9"  # the RV's, as everywhere
    table = app.dataframe[0].value
    assert table["Runs"].tolist() == [2, 2]
    assert table["Highest"].round(3).tolist() == [0.803, 0.603]  # newest first


def test_the_axis_the_smoothing_and_the_score_reach_the_charts(open_page):
    two_losses()
    app = look_at(open_page(PAGE), "Runs")
    app.segmented_control(key="runs x").set_value("Minutes of training")
    app.segmented_control(key="runs overlap").set_value("IoU")
    app.slider(key="runs window").set_value(5)
    app.selectbox(key="runs by").set_value("run").run()
    assert problems(app) == []
    curves = specs(app)[1]
    assert curves["layout"]["xaxis"]["title"]["text"] == "Minutes of training"
    assert curves["layout"]["yaxis"]["title"]["text"] == "IoU, mean over labels and slices"
    assert "running mean over 5 epochs" in curves["layout"]["title"]["subtitle"]["text"].replace("<br>", " ")
    assert len(curves["data"]) == 4


def test_only_the_chosen_runs_are_drawn_and_none_is_told(open_page):
    two_losses()
    app = look_at(open_page(PAGE), "Runs")
    chosen = app.multiselect(key="runs compared")
    chosen.set_value(chosen.value[:1]).run()
    assert problems(app) == []
    assert titles(app)[0] == "dice-focal 1 (4) reaches a mean Dice of 0.803"
    app.multiselect(key="runs compared").set_value([]).run()
    assert "Choose a run to look at." in words(app)


def test_a_way_to_group_that_no_longer_tells_runs_apart_is_given_up(open_page):
    two_losses()
    app = look_at(open_page(PAGE), "Runs")
    app.selectbox(key="runs by").set_value("loss").run()
    app.selectbox(key="runs group").set_value("ce").run()
    chosen = app.multiselect(key="runs compared")
    chosen.set_value([name for name in chosen.value if "dice" in name]).run()
    assert problems(app) == []
    assert app.selectbox(key="runs by").value == "run"
    assert len(titles(app)) == 6

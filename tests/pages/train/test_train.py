"""Train without a browser: ready to start, told what cannot be, watched, compared and tidied up."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.worker import drain_queue
from core.labels import FOREGROUND
from core.recipes.losses import LossName
from core.records.runs import Epoch, RunKind, RunState
from core.records.slices import Split
from core.settings import settings
from core.store.database import open_store
from core.store.runs import beats, epochs, runs
from core.workflow.models.registry import active_model
from core.workflow.training import export
from core.workflow.training import runs as training_runs
from core.workflow.training.request import TrainingRequest
from core.workflow.training.runs import start_training
from pages.shared.charts.compared_runs import compared_chart
from tests.pages.conftest import problems, words
from tests.workflow.hearts import LOAD, add_heart, add_hearts, tiny_request, training_run

TRAIN = "pages/4_Train.py"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Runs stay queued until a test works them off."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def work_off() -> None:
    drain_queue(open_store(), RunKind.TRAINING)


def trained(*names: str) -> list[int]:
    """Finished runs of three epochs."""
    add_hearts()
    found = [start_training(tiny_request(seed=seed), LOAD, name) for seed, name in enumerate(names)]
    work_off()
    return found


def test_an_empty_store_says_what_is_missing_and_offers_no_start(open_page):
    app = open_page(TRAIN)
    assert not app.exception
    assert "no approved slice of a training patient" in words(app)
    assert app.button(key="retrain").disabled
    assert "Nothing was trained here yet" in words(app)


@pytest.mark.usefixtures("model")
def test_it_opens_ready_and_one_click_starts_from_the_active_model(open_page):
    add_hearts(training=6, validation=2)
    app = open_page(TRAIN)
    assert problems(app) == []
    assert [metric.value for metric in app.metric[:3]] == ["6", "6", "0"]
    assert "RV on 6, Myo on 6, LV on 6 of them" in words(app)
    assert "2 slices of 2 other patients" in words(app)
    app.button(key="retrain").click().run()
    assert problems(app) == []
    (row,) = runs.list_runs(open_store(), RunKind.TRAINING)
    request = TrainingRequest.from_json(row.configuration)
    assert row.state == RunState.QUEUED
    assert request.start_from == 1
    assert (request.config.preset, request.config.widths) == ("recommended", (4, 8))
    assert request.work > 0
    assert "Waiting for its turn" in words(app)


def test_every_choice_reaches_the_run(open_page):
    add_hearts()
    app = open_page(TRAIN)
    app.selectbox(key="architecture").set_value("unet3plus").run()
    of = "recommended unet3plus"
    app.selectbox(key=f"loss {of}").set_value("focal").run()
    app.number_input(key=f"gamma {of}").set_value(3.0)
    app.number_input(key=f"alpha {of}").set_value(0.5)
    app.toggle(key=f"deep {of}").set_value(True)
    app.selectbox(key=f"augmentation {of}").set_value("off")
    for name, value in {
        "crop": 0, "learning rate": 0.002, "weight decay": 0.01, "batch": 3, "epochs": 7, "patience": 4,
        "validate every": 2, "seed": 5,
    }.items():  # fmt: skip
        app.number_input(key=f"{name} {of}").set_value(value)
    app.toggle(key="final").set_value(True)
    app.toggle(key="replay").set_value(False)
    app.text_input(key="run name").set_value("all of it")
    app.text_input(key="run note").set_value("why not")
    app.run()
    # Without the references nothing is left to learn from here, which is told; so they are taken again.
    assert app.button(key="retrain").disabled
    app.toggle(key="replay").set_value(True).run()
    app.button(key="retrain").click().run()
    assert problems(app) == []
    (row,) = runs.list_runs(open_store(), RunKind.TRAINING)
    request = TrainingRequest.from_json(row.configuration)
    config = request.config
    assert (row.name, row.note, row.total, request.start_from) == ("all of it", "why not", 7, None)
    assert (config.architecture, config.loss.value, config.gamma, config.alpha) == (
        "unet3plus",
        "focal",
        3.0,
        0.5,
    )
    assert (config.deep_supervision, config.augmentation.value, config.crop) == (True, "off", 0)
    assert (config.learning_rate, config.weight_decay, config.batch_size) == (0.002, 0.01, 3)
    assert (config.epochs, config.patience, config.validate_every, config.seed) == (7, 4, 2, 5)
    assert config.final


def test_few_slices_are_passed_more_often_until_a_reader_chooses(open_page):
    add_hearts(training=6)
    app = open_page(TRAIN)
    app.selectbox(key="start from").set_value(None).run()
    epochs = "epochs recommended unet"
    assert app.number_input(key=epochs).value == 1500
    for seed in range(20, 26):
        add_heart(seed, Split.TRAIN)
    assert app.run().number_input(key=epochs).value == 750
    app.number_input(key=epochs).set_value(7).run()
    for seed in range(30, 36):
        add_heart(seed, Split.TRAIN)
    assert app.run().number_input(key=epochs).value == 7


def test_a_combination_that_cannot_work_is_told_and_not_started(open_page):
    add_hearts()
    app = open_page(TRAIN)
    app.number_input(key="crop recommended unet").set_value(90).run()
    (told,) = problems(app)
    assert "choose a multiple of 16" in told
    assert app.button(key="retrain").disabled


def test_the_presets_report_brings_the_reports_values(open_page):
    add_hearts()
    app = open_page(TRAIN)
    app.segmented_control(key="preset").set_value("report").run()
    assert app.selectbox(key="loss report unet").value == "dice-focal"
    assert app.number_input(key="patience report unet").value == 5


def test_a_run_at_work_is_there_for_whoever_opens_the_page_and_can_be_cancelled(open_page, monkeypatch):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD, "first")
    runs.claim(open_store(), RunKind.TRAINING)
    monkeypatch.setenv("SEPTUM_READER", "ben")
    settings.cache_clear()
    app = open_page(TRAIN)
    assert "first" in words(app)
    assert "running" in words(app)
    app.button(key=f"cancel {run_id}").click().run()
    row = runs.run_row(open_store(), run_id)
    assert (row.cancel_asked, row.stopped_by) == (True, "ben")
    assert "stopped by ben" in words(app)


def test_a_run_that_failed_says_why_and_goes_on_when_asked(open_page, monkeypatch):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD)
    runs.claim(open_store(), RunKind.TRAINING)
    with monkeypatch.context() as patch:
        patch.setattr(beats, "SILENT_SECONDS", 0.0)
        app = open_page(TRAIN)
    assert "stopped without a word" in words(app)
    app.button(key=f"resume {run_id}").click().run()
    assert runs.run_row(open_store(), run_id).state == RunState.QUEUED
    work_off()
    assert runs.run_row(open_store(), run_id).state == RunState.FINISHED


def test_a_finished_run_shows_its_curves_and_can_be_named_and_deleted(open_page):
    (run_id,) = trained("first")
    app = open_page(TRAIN)
    assert problems(app) == []
    assert "Trained 3 epochs" in words(app)
    assert len(app.get("plotly_chart")) == 2
    app.text_input(key=f"name {run_id}").set_value("better")
    app.text_area(key=f"note {run_id}").set_value("since")
    app.button(key=f"rename {run_id}").click().run()
    assert training_run(run_id).name == "better"
    app.button(key="delete runs").click().run()
    assert problems(app) == []
    assert training_runs.training_runs() == []


def test_runs_beside_each_other_show_their_curves_and_how_they_differ(home):
    trained("first", "second")

    def beside() -> None:
        from core.workflow.training.runs import training_runs
        from pages.shared.train.run_list import compare

        compare(training_runs())

    app = AppTest.from_function(beside, default_timeout=60).run()
    assert problems(app) == []
    assert len(app.get("plotly_chart")) == 2
    told = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    assert [len(chart["data"]) for chart in told] == [2, 2]
    assert {line["name"] for line in told[0]["data"]} == {"first", "second"}
    (table,) = [frame.value for frame in app.dataframe]
    assert list(table.columns) == ["Run", "seed"]
    assert sorted(table["seed"]) == ["0", "1"]


def test_runs_are_exported_with_choices_curves_and_scores(home):
    trained("first", "second")
    found = training_runs.training_runs()
    lines = export.runs_csv(found).decode().splitlines()
    header = lines[0].split(",")
    assert len(lines) == 1 + 2 * 3
    assert {"run", "name", "loss", "seed", "epoch", "validation_loss", "validation_dice_LV"} <= set(header)
    exported = json.loads(export.runs_json(found))
    assert [run["name"] for run in exported] == ["second", "first"]
    assert exported[0]["configuration"]["config"]["seed"] == 1
    assert len(exported[0]["epochs"]) == 3
    scores = exported[0]["model"]["mean_scores_per_slice"]
    assert scores["test"]["LV"]["slices"] == 3
    assert 0 <= scores["validation"]["Myo"]["dice"] <= 1


def test_the_command_that_opens_tensorboard_names_the_folder_of_all_runs(home, open_page):
    trained("first")
    app = open_page(TRAIN)
    assert app.code[0].value == f'tensorboard --logdir "{home / "runs"}"'
    assert list((home / "runs").glob("*/events/events.out.tfevents.*"))


def chart_of(app: AppTest, title: str) -> dict:
    """What is drawn in the chart whose title contains this."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    (found,) = [spec for spec in specs if title in spec["layout"]["title"]["text"]]
    return found


@pytest.mark.usefixtures("model")
def test_the_start_models_dice_is_a_line_in_the_curves_and_the_run_leads_to_its_model(open_page):
    add_hearts()
    run_id = start_training(tiny_request(active_model().id), LOAD)
    work_off()
    run = training_run(run_id)
    assert len(run.start_dice) == 3
    app = open_page(TRAIN)
    assert problems(app) == []
    drawn = chart_of(app, "reaches")
    lines = {line["name"]: line["y"] for line in drawn["data"] if line["name"].endswith("at the start")}
    start_lines = [line for line in drawn["data"] if line["name"] in lines]
    assert [line["name"] for line in start_lines if line.get("showlegend", True)] == [
        "RV at the start",
        "Myo at the start",
        "LV at the start",
    ]
    dashes = {line["line"]["dash"] for line in start_lines}
    assert len(dashes) == len(FOREGROUND)
    assert "solid" not in dashes
    assert [dice for dice, _ in lines.values()] == [pytest.approx(dice) for dice in run.start_dice]
    assert "on average since the start" in drawn["layout"]["title"]["text"].replace("<br>", " ")
    assert drawn["layout"]["xaxis"]["dtick"] == 1
    (link,) = [link.proto for link in app.get("page_link") if "Compare its model" in link.proto.label]
    assert link.query_string == f"model={run.row.model_id}"


def test_one_that_started_from_nothing_has_no_such_line(open_page):
    (run_id,) = trained("first")
    assert training_run(run_id).start_dice is None
    assert "at the start" not in json.dumps(chart_of(open_page(TRAIN), "reaches"))


def test_what_a_run_says_of_itself_is_said_once(open_page):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD, "first")
    training_runs.cancel_training(run_id, "ann")
    app = open_page(TRAIN)
    assert words(app).lower().count("cancelled") == 1


def test_the_list_and_a_line_below_the_button_say_how_far_a_run_at_work_is(open_page):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD, "first")
    _, token = runs.claim(open_store(), RunKind.TRAINING)
    app = open_page(TRAIN)
    assert app.dataframe[0].value["State"].tolist() == ["running"]
    epochs.save_epoch(open_store(), run_id, token, Epoch(1, 0.5, 0.4, (0.1, 0.2, 0.3), 1e-2, 2.0, True))
    app.run()
    assert "first: 1 of 3 epochs done" in words(app)
    assert app.dataframe[0].value["Epochs"].tolist() == ["1 of 3"]


def test_losses_on_different_scales_are_not_compared_by_their_height(home):
    add_hearts()
    for loss in (LossName.DICE, LossName.FOCAL):
        start_training(tiny_request(loss=loss), LOAD, loss.value)
    work_off()
    chart = compared_chart(training_runs.training_runs(), "validation loss")
    assert "Each loss has a scale of its own" in chart.figure.layout.title.text.replace("<br>", " ")

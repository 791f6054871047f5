"""Sweeps on the Train page without a browser: told before the start, watched, stopped, continued."""

import pytest

from core.jobs.worker import drain_queue
from core.records.runs import RunKind, RunState
from core.store.database import open_store
from core.store.models import models
from core.store.runs import runs
from core.workflow.sweeps import sweeps
from core.workflow.sweeps.grid import SweepAxes
from tests.pages.conftest import problems, words
from tests.workflow.hearts import add_hearts, tiny_request

TRAIN = "pages/4_Train.py"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Runs stay queued until a test works them off."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def test_values_are_crossed_counted_and_started(open_page):
    add_hearts()
    app = open_page(TRAIN)
    assert app.button(key="start sweep").disabled
    assert "nothing to cross yet" in words(app)
    app.multiselect(key="sweep losses").set_value(["dice", "focal"])
    app.multiselect(key="sweep augmentations").set_value(["off", "report"])
    app.text_input(key="sweep rates").set_value("1e-3, 3e-4")
    app.text_input(key="sweep seeds").set_value("0, 1, 2")
    app.text_input(key="sweep name").set_value("first look")
    app.run()
    assert problems(app) == []
    assert app.button(key="start sweep").label == "Start 24 runs"
    assert "24 runs, a first guess:" in words(app)
    app.button(key="start sweep").click().run()
    assert problems(app) == []
    found = runs.list_runs(open_store(), RunKind.TRAINING)
    assert len(found) == 24
    assert {row.state for row in found} == {RunState.QUEUED}
    assert found[-1].name == "first look: dice, augmentation off, learning rate 0.001, seed 0"
    assert "0 of 24 runs done" in "\n".join(bar.proto.text for bar in app.get("progress"))


def test_what_is_no_number_is_told_and_nothing_starts(open_page):
    add_hearts()
    app = open_page(TRAIN)
    app.text_input(key="sweep rates").set_value("quick").run()
    (told,) = problems(app)
    assert "earning rates must be numbers" in told
    assert not [button for button in app.button if button.key == "start sweep"]


@pytest.mark.usefixtures("model")
def test_networks_are_crossed_from_scratch_alone(open_page):
    add_hearts()
    app = open_page(TRAIN)
    app.multiselect(key="sweep networks").set_value(["unet", "unet3plus"]).run()
    assert "start from scratch to cross networks" in words(app)
    assert app.button(key="start sweep").disabled
    app.selectbox(key="start from").select_index(1).run()  # from scratch
    assert not app.button(key="start sweep").disabled


def test_a_sweep_is_cancelled_resumed_and_read_as_a_table(open_page):
    add_hearts()
    axes = SweepAxes(learning_rate=(1e-2, 1e-3), seed=(0, 1))
    sweep_id = sweeps.start_sweep(tiny_request(epochs=1), axes, "rates")
    app = open_page(TRAIN)
    app.button(key=f"cancel sweep {sweep_id}").click().run()
    assert problems(app) == []
    assert {run.row.state for run in sweeps.sweep(sweep_id).runs} == {RunState.CANCELLED}
    assert app.button(key=f"resume sweep {sweep_id}").label == "Resume 4 runs"
    app.button(key=f"resume sweep {sweep_id}").click().run()
    drain_queue(open_store(), RunKind.TRAINING)
    app = open_page(TRAIN)
    assert problems(app) == []
    assert "Best on its validation slices: rates: learning rate" in words(app)
    assert "at work" not in words(app)
    best = sweeps.sweep(sweep_id).best.row.model_id
    (link,) = [link.proto for link in app.get("page_link") if "Open the best one" in link.proto.label]
    assert link.query_string == f"model={best}"
    table = next(frame.value for frame in app.dataframe if "Best" in frame.value)
    assert list(table["Best"]) == ["★", "", "", ""]
    settings = next(frame.value for frame in app.dataframe if "Setting" in frame.value)
    assert list(settings["Runs"]) == [2, 2]
    app.button(key=f"delete sweep {sweep_id}").click().run()
    assert problems(app) == []
    assert sweeps.sweep_rows() == []


def test_a_sweep_that_was_watched_stays_unfolded_when_it_is_over(open_page):
    add_hearts()
    sweeps.start_sweep(tiny_request(epochs=1), SweepAxes(seed=(0, 1)), "seeds")
    app = open_page(TRAIN)
    drain_queue(open_store(), RunKind.TRAINING)
    app.run()
    assert [box.proto.expanded for box in app.expander if box.label.startswith("Sweep")] == [True]


@pytest.mark.usefixtures("model")
def test_the_winner_of_a_sweep_is_one_click_away_on_models(open_page):
    add_hearts()
    sweep_id = sweeps.start_sweep(tiny_request(epochs=3), SweepAxes(learning_rate=(1e-2, 1e-6)), "rates")
    drain_queue(open_store(), RunKind.TRAINING)
    best = models.model_row(open_store(), sweeps.sweep(sweep_id).best.row.model_id)
    app = open_page("pages/5_Models.py")
    app.button(key=f"winner {sweep_id}").click().run()
    assert problems(app) == []
    assert f"**{best.name}**" in words(app)
    assert f"{best.name} beside unet-cine" in words(app)

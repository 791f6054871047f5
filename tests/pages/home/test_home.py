"""Home: what is in the store, the active model, and what to do next."""

import json

import numpy as np
import pytest

from core.jobs.worker import drain_queue
from core.records.masks import Origin
from core.records.runs import RunKind, RunState
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.runs import runs
from core.store.slices.slices import list_slices
from core.workflow.dashboard import home
from core.workflow.review.worklist import Saved, Worklist
from tests.pages.conftest import problems, words
from tests.workflow.small import cine, stored


def test_an_empty_store_offers_an_import_and_the_demo(open_page):
    app = open_page()
    assert problems(app) == []
    assert [metric.value for metric in app.metric[:3]] == ["0", "0", "0"]
    assert "Import the first hearts" in words(app)
    assert "There is none yet" in words(app)
    assert "Nothing has run yet" in words(app)
    assert {button.key for button in app.button} >= {"next step", "load demo"}


@pytest.mark.usefixtures("demo", "model")
def test_the_demo_is_counted_and_the_model_shown(open_page):
    app = open_page()
    assert problems(app) == []
    assert [(metric.label, metric.value) for metric in app.metric[:3]] == [
        ("Patients", "1"),
        ("Series", "1"),
        ("Slices", "20"),
    ]
    assert "Everything is read" in words(app)  # every slice of this heart has its reference
    assert "By split: 0 train, 0 validation, 20 test." in words(app)
    assert "**unet-cine**" in words(app)
    assert "Unet, widths 4-8" in words(app)
    assert "load demo" not in {button.key for button in app.button}


@pytest.mark.usefixtures("model")
def test_the_next_step_leads_to_its_page(open_page):
    app = open_page()
    app.button(key="next step").click().run()
    assert problems(app) == []
    assert "Import short-axis MR" in words(app)


@pytest.mark.usefixtures("model")
def test_go_starts_the_prediction_that_it_speaks_of_and_home_shows_how_far_it_is(open_page, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    rows = stored(cine("anna"))
    app = open_page()
    assert "Predict the 6 slices without a mask." in words(app)
    app.button(key="next step").click().run()
    assert problems(app) == []
    (run,) = runs.list_runs(open_store(), RunKind.PREDICTION)
    assert run.total == 6
    assert "prediction is at work (0 of 6)" in words(app)
    assert not app.button(key="stop prediction").disabled
    drain_queue(open_store(), RunKind.PREDICTION)
    app.run()
    assert "Review the 6 slices" in words(app)
    app.session_state["worklist"] = Worklist(Saved.ALL, patient="nobody")
    app.session_state["open slice"] = None
    app.button(key="next step").click().run()
    assert problems(app) == []
    assert app.session_state["open slice"] in {row.id for row in rows}
    assert "No slice fits" not in words(app)


@pytest.mark.usefixtures("model")
def test_a_prediction_is_stopped_from_home(open_page, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    stored(cine("anna"))
    app = open_page(reader="ann")
    app.button(key="next step").click().run()
    app.button(key="stop prediction").click().run()
    (run,) = runs.list_runs(open_store(), RunKind.PREDICTION)
    assert (run.state, run.asked_by, run.stopped_by) == (RunState.CANCELLED, "ann", "ann")
    assert "asked by ann · stopped by ann" in words(app.run())


@pytest.mark.usefixtures("model")
def test_names_in_the_list_of_runs_are_shown_letter_by_letter(open_page, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    runs.enqueue(open_store(), RunKind.PREDICTION, {}, person="![x](http://evil.example/a)")
    assert "![x](http" not in words(open_page())


@pytest.mark.usefixtures("model")
def test_memory_that_runs_out_is_told_on_the_page_in_a_sentence(open_page, monkeypatch):
    def too_much(*said: object) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(home, "overview", too_much)
    (told,) = problems(open_page())
    assert told.startswith("The machine ran out of memory; choose smaller batches")


@pytest.mark.usefixtures("demo")
def test_progress_is_told_from_what_readers_saved(open_page):
    row = list_slices(open_store(), limit=1)[0]
    empty = np.zeros((row.height, row.width), np.uint8)
    parent = row.newest_version_id
    for origin, author, seconds in ((Origin.MODEL, "unet", None), (Origin.READER, "ann", 90.0)):
        parent = masks.save_version(
            open_store(),
            row.id,
            empty,
            origin=origin,
            author=author,
            parent_id=parent,
            seconds=seconds,
            status=Status.APPROVED,
        )
    app = open_page()
    assert problems(app) == []
    told = {metric.label: metric.value for metric in app.metric}
    assert told["Corrections"] == "1"
    assert told["Time for a correction"] == "90 s"
    assert told["Corrections in an hour"] == "40"
    assert told["Approved as they were"] == "1 of 1"
    assert "Approve 19 more of the model's masks" in words(app)


@pytest.mark.usefixtures("demo")
def test_references_are_told_apart_from_what_readers_approved_and_the_first_day_is_drawn(open_page):
    app = open_page()
    (line,) = [bar.proto.text for bar in app.get("progress") if "Approved" in bar.proto.text]
    assert "Approved: 20, 20 of them references that came with the images" in line
    (spec,) = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    (approved,) = [trace for trace in spec["data"] if trace["name"] == "Approved"]
    assert (approved["y"][0], approved["y"][-1]) == (0, 20)
    assert all("shape" not in trace["line"] for trace in spec["data"])  # steps leave the first hour blank
    told = {metric.label: metric.value for metric in app.metric}
    assert told["Corrections in an hour"] == "not yet"

"""The demo on Home: loaded and predicted by one click, apart until asked, and removed by one click."""

from dataclasses import replace

import numpy as np
import pytest

from core.jobs.worker import drain_queue
from core.records.masks import Origin
from core.records.runs import RunKind
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks.masks import save_version
from core.store.slices.slices import list_slices
from core.workflow.data import demo
from core.workflow.data.demo import HEARTS, load_demo
from tests.pages.conftest import problems, words
from tests.workflow.small import cine, stored

TINY = tuple(replace(heart, n_phases=1) for heart in HEARTS[:2])


@pytest.fixture
def tiny(monkeypatch) -> None:
    """A demo of two hearts that are made in a moment, and no worker but the test's own."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    load = demo.load_demo
    monkeypatch.setattr(demo, "load_demo", lambda: load(hearts=TINY))


@pytest.mark.usefixtures("model", "tiny")
@pytest.mark.parametrize("page", ["app.py", "pages/2_Review.py"])
def test_one_click_loads_the_demo_and_its_prediction_is_seen_at_work(open_page, page):
    app = open_page(page)
    app.button(key="load demo").click().run()
    assert problems(app) == []
    app = open_page()
    assert "prediction is at work (0 of 10); review in the meantime" in words(app)
    assert "2 synthetic hearts of the demo: no training learns from them and no model is judged" in words(app)
    drain_queue(open_store(), RunKind.PREDICTION)
    app.run()
    assert "Review the 10 slices that nobody has approved yet." in words(app)
    app.button(key="next step").click().run()
    assert problems(app) == []
    assert app.session_state["open slice"] in {row.id for row in list_slices(open_store())}


@pytest.mark.usefixtures("tiny")
def test_the_demo_counts_when_somebody_asks_for_it_on_home_or_where_it_is_missed(open_page):
    list(load_demo(hearts=TINY))
    app = open_page("pages/4_Train.py")
    assert "no approved slice of a training patient" in "".join(problems(app))
    assert "The demo's hearts are apart" in words(app)
    app.button(key="count demo").click().run()
    assert "The demo's hearts are apart" not in words(app)
    assert {row.split for row in list_slices(open_store())} == {Split.TRAIN, Split.TEST}
    app = open_page()
    assert "trainings learn from them and models are judged by them" in words(app)
    app.button(key="count demo").click().run()
    assert {row.split for row in list_slices(open_store())} == {Split.DEMO}


@pytest.mark.usefixtures("tiny")
def test_one_click_removes_the_demo_and_nothing_else(open_page):
    rows = stored(cine("anna"))
    list(load_demo(hearts=TINY))
    app = open_page()
    app.button(key="remove demo").click().run()
    assert problems(app) == []
    assert "of the demo" not in words(app)
    assert "The demo was removed: 2 series of 2 patients" in app.toast[0].value
    assert [row.id for row in list_slices(open_store())] == [row.id for row in rows]


@pytest.mark.usefixtures("tiny")
def test_a_demo_that_readers_drew_on_is_removed_after_a_second_look(open_page):
    list(load_demo(hearts=TINY[:1]))
    row = list_slices(open_store())[0]
    save_version(
        open_store(), row.id, np.zeros((row.height, row.width), np.uint8), origin=Origin.READER, author="me",
        parent_id=None,
    )  # fmt: skip
    app = open_page()
    app.button(key="remove demo").click().run()
    assert "Readers have saved masks" in words(app)
    assert len(list_slices(open_store())) == 10
    assert {button.key for button in app.button} >= {"remove demo now", "keep demo"}

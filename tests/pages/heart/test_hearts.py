"""The hearts of the store on the heart's page: ranked, filtered, opened, and their numbers as a file."""

from dataclasses import replace

import numpy as np
import pytest

from core.records.hearts import HeartFact
from core.records.slices import Status
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status, slice_row
from core.workflow.hearts.choices import give_fact
from core.workflow.hearts.doubts import ranking, sense
from core.workflow.hearts.doubts.ranking import ranked_hearts
from pages.shared.heart.hearts import list as listed
from pages.shared.heart.hearts import numbers
from tests.pages.conftest import words
from tests.store.predicted import save_prediction
from tests.workflow.hearts.phantom_files import ED, ES, N_PHASES, N_POSITIONS, heart

PAGE = "pages/3_Heart.py"


@pytest.fixture
def series_ids(home):
    """Two hearts: of the second, a model draws ED and ES and differs with itself in one slice."""
    sure = add_series(open_store(), replace(heart(0), patient="sure")).series_id
    bare = tuple(replace(item, mask=None) for item in heart(1).slices)
    unsure = add_series(open_store(), replace(heart(1), patient="un_sure", slices=bare)).series_id
    truth = {(item.position, item.phase): item.mask for item in heart(1).slices}
    for row in list_slices(open_store(), Filter(series_id=unsure), limit=None):
        mask = truth[row.position, row.phase]
        differs = 0.4 if (row.position, row.phase) == (2, ES) else 0.0
        save_prediction(open_store(), row.id, mask, np.zeros((4, *mask.shape)), 0.1, None, "unet", differs)
    return sure, unsure


def names(app):
    return [button.label for button in app.button if (button.key or "").startswith("open heart")]


def test_the_heart_whose_ef_is_most_at_stake_comes_first_and_opens_at_its_slice(open_page, series_ids):
    app = open_page(PAGE)
    assert not app.exception
    first, second = ranked_hearts()
    assert first.series.id == series_ids[1]
    assert [name.partition(",")[0] for name in names(app)] == ["un_sure", "sure"]
    said = words(app)
    assert first.reason in said.replace("\\", "")
    assert f"EF **{first.ef_percent.value:.0f}\N{NO-BREAK SPACE}%**" in said
    n = N_POSITIONS * N_PHASES
    assert f"{n} of {n} decided" in said
    assert f"0 of {n} decided" in said
    app.button(key=f"open heart {series_ids[1]}").click().run()
    assert not app.exception
    row = slice_row(open_store(), app.session_state["open slice"])
    assert (row.series_id, row.position, row.phase) == (series_ids[1], 2, ES)
    assert app.query_params["series"] == str(series_ids[1])


def test_the_list_is_narrowed_by_a_patients_name(open_page, series_ids):
    app = open_page(PAGE)
    app.text_input(key="hearts patient").set_value("UN_").run()
    assert [name.partition(",")[0] for name in names(app)] == ["un_sure"]
    app.text_input(key="hearts patient").set_value("nobody").run()
    assert "No heart is called so." in words(app)


def test_from_an_open_heart_the_list_is_a_click_away(open_page, series_ids):
    app = open_page(PAGE, series=str(series_ids[0]))
    app.button(key="hearts").click().run()
    assert not app.exception
    assert len(names(app)) == 2


def test_only_a_heart_that_changed_is_ranked_again(open_page, series_ids, monkeypatch):
    done = []

    def counted(series_id):
        done.append(series_id)
        return sense.rank_heart(series_id)

    monkeypatch.setattr(ranking, "rank_heart", counted)
    app = open_page(PAGE)
    assert sorted(done) == sorted(series_ids)
    app.run()
    assert len(done) == 2
    row = list_slices(open_store(), Filter(series_id=series_ids[0]), limit=1)[0]
    set_status(open_store(), row.id, Status.REJECTED)
    app.run()
    assert done[2:] == [series_ids[0]]
    give_fact(series_ids[1], HeartFact.ED_PHASE, ED, "ann")
    app.run()
    assert done[3:] == [series_ids[1]]


def test_many_hearts_come_in_pages(open_page, series_ids, monkeypatch):
    monkeypatch.setattr(listed, "AT_ONCE", 1)
    app = open_page(PAGE)
    assert len(names(app)) == 1
    app.number_input(key="hearts page 2").set_value(2).run()
    assert [name.partition(",")[0] for name in names(app)] == ["sure"]


@pytest.mark.parametrize(("form", "begins"), [("CSV", b"patient,lv_edv_ml"), ("JSON", b"{")])
def test_the_numbers_of_the_listed_hearts_are_a_file(open_page, series_ids, form, begins, monkeypatch):
    made = []
    monkeypatch.setattr(
        numbers.st, "download_button", lambda label, data, name, *more, **kept: made.append((name, data))
    )
    app = open_page(PAGE)
    app.text_input(key="hearts patient").set_value("un_").run()
    app.segmented_control(key="numbers form").set_value(form).run()
    app.button(key="prepare numbers").click().run()
    assert not app.exception
    name, data = made[-1]
    assert name == f"septum_hearts.{form.lower()}"
    assert data.startswith(begins)
    assert b"un_sure" in data
    assert b'"sure' not in data

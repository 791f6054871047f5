"""The heart's page: its address names the series, and one of its slices is open."""

from core.imaging.phantom.cine import beating_heart
from core.store.database import open_store
from core.store.series.series import add_series, list_series
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import list_slices

PAGE = "pages/3_Heart.py"


def test_the_heart_of_the_address_is_open_on_one_of_its_slices(demo, open_page):
    series = list_series(open_store())[0]
    app = open_page(PAGE, series=str(series.id))
    assert not app.exception
    assert not app.error
    of_it = {row.id for row in list_slices(open_store(), Filter(series_id=series.id), Order.HEART)}
    assert app.session_state["open slice"] in of_it
    assert app.query_params["slice"] == str(app.session_state["open slice"])


def test_a_slice_leads_to_its_heart(demo, open_page):
    row = list_slices(open_store(), Filter(), Order.HEART)[-1]
    app = open_page(PAGE, slice=str(row.id))
    assert app.query_params["series"] == str(row.series_id)
    assert app.session_state["open slice"] == row.id


def test_a_heart_that_is_gone_is_told(demo, open_page):
    app = open_page(PAGE, series="99")
    assert [error.value for error in app.error] == ["There is no series 99."]


def test_without_a_heart_there_is_a_way_to_one(open_page):
    app = open_page(PAGE)
    assert not app.exception
    assert app.info[0].value == "There is no heart here yet."


def test_a_slice_of_a_heart_of_many_slices_is_the_one_that_opens(home, open_page):
    number = add_series(open_store(), beating_heart(0, 6, 25, 48, 4.0).series).series_id
    row = list_slices(open_store(), Filter(series_id=number), Order.HEART, limit=None)[-1]
    app = open_page(PAGE, series=str(number), slice=str(row.id))
    assert not app.exception
    assert app.session_state["open slice"] == row.id

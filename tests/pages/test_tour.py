"""The tour goes through the pages, a line under each menu, and can be left at any stop."""

from pages.shared.frame import MENU
from pages.shared.tour import STOPS
from tests.pages.conftest import problems, words


def test_the_tour_leads_from_page_to_page_and_ends_on_home(open_page):
    app = open_page()
    app.button(key="begin tour").click().run()
    for number, stop in enumerate(STOPS):
        assert f"**{stop.title}**, {number + 1} of {len(STOPS)}. {stop.text}" in words(app)
        app.button(key="tour on").click().run()
        assert [told for told in problems(app) if "no approved slice" not in told] == []
    assert "Next:" in words(app)
    assert "tour on" not in {button.key for button in app.button}


def test_the_tour_can_be_left_and_waits_for_who_strays_from_it(open_page):
    app = open_page()
    app.button(key="begin tour").click().run()
    app.switch_page("pages/4_Train.py").run()
    assert "tour on" not in {button.key for button in app.button}
    app.button(key="leave tour").click().run()
    assert "1 of 6" not in words(app)
    assert "1 of 6" not in words(app.switch_page("app.py").run())


def test_every_stop_is_a_page_of_the_menu():
    assert {(stop.page, stop.title) for stop in STOPS} <= {(page, title) for page, title, _ in MENU}

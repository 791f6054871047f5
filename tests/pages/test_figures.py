"""A page whose figures are not there yet says so and is whole when they are; old figures are told as old."""

import threading
import time

import pytest

from core.workflow import kept_figures
from core.workflow.dashboard import class_balance
from tests.pages.conftest import titles, words

PAGE = "pages/6_Class_balance.py"


@pytest.fixture
def gate(demo, monkeypatch) -> threading.Event:
    """Counting waits until it is set, longer than pages do."""
    monkeypatch.setattr(kept_figures, "WAIT_SECONDS", 0.1)
    event, count = threading.Event(), class_balance.class_balance

    def slow(vouched: bool) -> object:
        assert event.wait(30)
        time.sleep(0.15)
        return count(vouched)

    monkeypatch.setattr(class_balance, "class_balance", slow)
    return event


def drawn_when(app, done) -> None:
    for _ in range(100):
        if done():
            return
        time.sleep(0.1)
        app.run()
    raise TimeoutError


def test_a_page_counts_behind_what_can_be_shown_and_then_shows_figures(open_page, gate, monkeypatch):
    app = open_page(PAGE)
    assert not app.exception
    assert "Counting; the figures come by themselves." in words(app)
    assert app.segmented_control(key="grouping").value == "split"
    assert titles(app) == []
    gate.set()
    drawn_when(app, lambda: titles(app))
    assert "Counting" not in words(app)
    assert "As of" not in words(app)


def test_figures_of_before_are_shown_with_their_time_while_newer_ones_are_made(open_page, gate, monkeypatch):
    gate.set()
    app = open_page(PAGE)
    drawn_when(app, lambda: titles(app))
    monkeypatch.setattr("pages.shared.balance.page.masks_stamp", lambda: "another")
    app.run()
    assert titles(app)
    assert "what has changed since is being counted" in words(app)
    monkeypatch.setattr(kept_figures, "REST", 0)
    drawn_when(app, lambda: "As of" not in words(app))
    assert titles(app)

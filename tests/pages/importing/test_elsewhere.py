"""An import whose files another machine was given: told, and stopped, on every page."""

import pytest

from core.records.runs import RunState
from tests.pages.conftest import words
from tests.workflow.conftest import woken
from tests.workflow.import_runs.test_place import given_to, move_to, state

__all__ = ["move_to", "woken"]
pytestmark = pytest.mark.usefixtures("woken")


def test_the_page_of_another_machine_tells_of_an_import_and_can_stop_it(move_to, open_page):
    of_first = given_to(move_to, "first")
    move_to("second")
    app = open_page("pages/1_Import.py")
    assert "Files were given to the first" in words(app)
    app.button(key="stop import").click().run()
    assert state(of_first) == RunState.CANCELLED
    assert "Files were given" not in words(app.run())

"""What changes on a page in the same moment as something in a fragment is drawn by the page, too."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Serve

HOST = Path(__file__).with_name("mixed_host.py")
# One after the other in one task of the browser, so that both go into one message.
TOGETHER = """names => names.forEach(name => [...document.querySelectorAll("button")]
    .find(button => button.textContent.trim() === name).click())"""


@pytest.fixture
def opened(serve: Serve, page: OpenPage) -> Page:
    shown = page()
    shown.goto(serve(HOST))
    for name in ("Contours", "On the page", "In the fragment"):
        expect(
            shown.get_by_role("button", name=name).or_(shown.get_by_role("radio", name=name))
        ).to_be_visible()
    return shown


@pytest.mark.parametrize("fragment_first", [True, False])
def test_both_count(opened, fragment_first):
    inside = "In the fragment"
    for name, told in (("Contours", "Contours after 0"), ("On the page", "Contours after 1")):
        opened.evaluate(TOGETHER, [inside, name] if fragment_first else [name, inside])
        expect(opened.get_by_text(f"The page shows {told} presses")).to_be_visible()
    expect(opened.get_by_text("The fragment was clicked 2 times")).to_be_visible()


def test_a_fragment_alone_draws_nothing_but_itself(opened):
    opened.get_by_role("button", name="In the fragment").click()
    expect(opened.get_by_text("The fragment was clicked 1 times")).to_be_visible()
    opened.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(opened.get_by_text("The page was drawn 1 times")).to_be_visible()

"""A click counts once, also where another message of the browser ends its run before the page came to it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Serve

HOST = Path(__file__).with_name("clicks_host.py")


@pytest.fixture
def opened(serve: Serve, page: OpenPage, tmp_path: Path) -> Page:
    """A page of which a run takes a second to reach its buttons."""
    shown = page()
    shown.goto(f"{serve(HOST)}/?folder={tmp_path}")
    expect(shown.get_by_text("whole")).to_be_visible()
    return shown


def whole(shown: Page) -> None:
    shown.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def done(folder: Path) -> list[str]:
    kept = folder / "done"
    return kept.read_text(encoding="utf-8").split("\n")[:-1] if kept.exists() else []


@pytest.mark.parametrize(("name", "told"), [("Plain", "plain"), ("Of a form", "form"), ("Pick", "picked 7")])
def test_a_click_outlives_the_run_that_it_began(opened, tmp_path, name, told):
    opened.get_by_role("button", name=name).click()
    opened.get_by_text("Another message").click()
    expect(opened.get_by_role("button", name="Only now")).to_be_visible()
    whole(opened)
    assert done(tmp_path) == [told]
    opened.get_by_text("Another message").click()
    expect(opened.get_by_role("button", name="Only now")).to_have_count(0)
    whole(opened)
    assert done(tmp_path) == [told]


def test_a_click_on_what_is_gone_by_then_does_nothing(opened, tmp_path):
    opened.get_by_text("Another message").click()
    only_now = opened.get_by_role("button", name="Only now")
    expect(only_now).to_be_visible()
    whole(opened)
    only_now.click()
    opened.get_by_text("Another message").click()
    expect(only_now).to_have_count(0)
    whole(opened)
    opened.get_by_text("Another message").click()
    expect(only_now).to_be_visible()
    whole(opened)
    assert done(tmp_path) == []

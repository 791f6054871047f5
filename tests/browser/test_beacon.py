"""Nothing that a data set, a note or a name says makes a browser call anybody: a beacon waits for it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from core.settings import settings
from core.store.database import open_store
from pages.shared.frame import MENU, address_of
from tests.browser.conftest import ROOT, Serve, settle
from tests.pages.poison import poisoned_store
from tests.workflow.small import save_model

PICTURE = """
import streamlit as st

st.markdown("before ![x]({url}/picture) after")
st.html("<img src={url}/html><div style='background: url({url}/style)'>.</div>")
st.write("drawn")
"""
GUARDED = """
import streamlit as st
from starlette.middleware import Middleware

from pages.shared.serving.request_guard import RequestGuard

app = st.App("{script}", middleware=[Middleware(RequestGuard)])
"""
PARTS = (
    "Images",
    "Worst slices",
    "Compare",
    "Runs",
    "Readers",
)  # that tell names; charts are tried elsewhere
UNFOLD = """async () => {
    const folded = '[data-testid=stExpander] summary, [data-testid=stPopoverButton]:not([disabled])';
    for (const each of document.querySelectorAll(folded)) {
        each.click();
        await new Promise((done) => setTimeout(done, 30));
    }
}"""


class Beacon:
    """A server that notes who calls."""

    def __init__(self) -> None:
        calls: list[str] = []

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                calls.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.calls = calls
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def beacon() -> Iterator[Beacon]:
    made = Beacon()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def script(tmp_path: Path, beacon: Beacon) -> Path:
    """A page that shows a picture from the beacon in two ways, and its style from there."""
    path = tmp_path / "careless.py"
    path.write_text(PICTURE.format(url=beacon.url))
    return path


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory, beacon: Beacon) -> dict[str, str]:
    """The settings of a store whose every word points to the beacon."""
    folder = tmp_path_factory.mktemp("poisoned")
    shared = {
        "SEPTUM_HOME": str(folder / "home"),
        "SEPTUM_CHECKPOINTS": str(folder / "checkpoints"),
        "SEPTUM_DEVICE": "cpu",
    }
    save_model(folder / "checkpoints" / "unet-cine.safetensors", "unet-cine", seed=0)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in shared.items():
            patch.setenv(name, value)
        patch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
        settings.cache_clear()
        poisoned_store(folder / "home", beacon.url)
        with open_store().engine.connect() as connection:
            connection.execute(text("UPDATE run SET state = 'cancelled' WHERE state = 'queued'"))
            connection.commit()
    settings.cache_clear()
    return shared


def open_all(opened: Page) -> None:
    """Unfold what can be unfolded, and let what is below come into sight."""
    opened.evaluate(UNFOLD)
    opened.mouse.wheel(0, 20_000)
    opened.wait_for_timeout(200)


def test_words_of_the_store_call_nobody_even_where_no_policy_forbids_it(serve: Serve, page, beacon, poisoned):
    opened, url = page(), serve(ROOT / "app.py", poisoned)
    beacon.calls.clear()
    for _, name, _ in MENU:
        opened.goto(f"{url}/{address_of(name)}?reader=![x]({beacon.url}/reader)")
        settle(opened)
        open_all(opened)
        for part in PARTS:
            choice = opened.locator("[data-testid=stButtonGroup] button").get_by_text(part, exact=True)
            if choice.count():
                choice.first.click()
                settle(opened)
                open_all(opened)
    assert beacon.calls == []


def test_a_page_that_shows_a_picture_from_elsewhere_would_be_noticed(serve: Serve, page, beacon, script):
    opened = page()
    beacon.calls.clear()
    opened.goto(serve(script))
    opened.get_by_text("drawn").wait_for()
    opened.wait_for_timeout(500)
    assert {"/picture", "/html"} <= set(beacon.calls)


def test_behind_the_guard_even_such_a_page_calls_nobody(serve: Serve, page, beacon, script):
    served = script.with_name("guarded.py")
    served.write_text(GUARDED.format(script=script))
    opened = page()
    beacon.calls.clear()
    opened.goto(serve(served))
    opened.get_by_text("drawn").wait_for()
    opened.wait_for_timeout(500)
    assert beacon.calls == []

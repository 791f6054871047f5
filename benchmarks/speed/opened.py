"""A page of Streamlit in a window of a Chromium, both for one measure alone."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, ROOT, chromium_path, end, start_server

APP = ROOT / "serve.py"
EDITOR_HOST = ROOT / "tests" / "browser" / "editor" / "editor_host.py"
NOTHING: Mapping[str, str] = {}


@contextmanager
def opened(script: Path = APP, env: Mapping[str, str] = NOTHING) -> Iterator[tuple[Page, str]]:
    """Yield a window of 1440 x 900 pixels and the address of the script's server; both end with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        try:
            server, url = start_server(script, env)
            try:
                yield browser.new_page(viewport={"width": 1440, "height": 900}), url
            finally:
                end(server)
        finally:
            browser.close()


@contextmanager
def editor_opened() -> Iterator[tuple[Page, str]]:
    """Yield the same of the editor alone, whose strokes are kept in a folder instead of a store."""
    with tempfile.TemporaryDirectory() as folder, opened(EDITOR_HOST, {"HOST_FOLDER": folder}) as at:
        yield at

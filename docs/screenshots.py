"""Pictures of every page for the user guide, light and dark, of the demo alone: no patient can be in them.

    make screenshots        or: python -m docs.screenshots [NAME ...]

Starts the app on a store of its own with the demo, predicted by the shipped default model where there is one,
and writes docs/screenshots/NAME-light.png and NAME-dark.png. A new page is one more line in PAGES.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from core.imaging.phantom import beating_heart
from core.records import RunState
from core.settings import ROOT, settings
from core.workflow import demo, overview, prediction, worklist
from core.workflow.models import shipped_or_active
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path, end, start_server
from tests.workflow.small import png

FOLDER = Path(__file__).with_name("screenshots")
SIZE = {"width": 1440, "height": 900}
AT_WORK = (RunState.QUEUED, RunState.RUNNING)
BACKGROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"


@dataclass(frozen=True)
class Shot:
    """One picture: where it is taken, what has to be seen on it, and what to do before."""

    name: str
    address: str  # {slice} stands for a slice in the middle of a heart
    ready: str  # a selector of what comes last
    prepare: Callable[[Page], None] | None = None


def drop_files(page: Page) -> None:
    """Import two slices, cut to the heart as in the course data, and a file that is no image."""
    slices = beating_heart(7, n_phases=1).series.slices[3:5]
    files = [(f"case7_{item.position}.png", png(cut(item.pixels))) for item in slices]
    files.append(("notes.png", b"not an image"))
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "", "buffer": data} for name, data in files]
    )
    page.get_by_role("button", name=f"Import {len(files)} files").click()


def cut(pixels: np.ndarray, side: int = 96) -> np.ndarray:
    """The middle of a slice, (side, side)."""
    row, column = ((length - side) // 2 for length in pixels.shape)
    return pixels[row : row + side, column : column + side]


PAGES = (
    Shot("home", "", "text=Latest runs"),
    Shot("import", "Import", "[data-testid=stDataFrame] canvas", drop_files),
    Shot("review", "Review?slice={slice}", ".editor[data-document] canvas"),
)


def main() -> None:
    """Take the pictures that are named, or all."""
    wanted = [shot for shot in PAGES if not sys.argv[1:] or shot.name in sys.argv[1:]]
    unknown = set(sys.argv[1:]) - {shot.name for shot in PAGES}
    if unknown:
        raise SystemExit(f"no page is called {', '.join(sorted(unknown))}; there are: {names()}")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="septum-pictures-") as home, sync_playwright() as playwright:
        os.environ["SEPTUM_HOME"] = home
        settings.cache_clear()
        fill()
        slice_id = middle_slice()
        server, url = start_server(ROOT / "app.py", {})
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        try:
            for shot in wanted:
                page = browser.new_page(viewport=SIZE, color_scheme="light")
                page.set_default_timeout(60_000)
                page.goto(f"{url}/{shot.address.format(slice=slice_id)}")
                take(page, shot)
                page.close()
        finally:
            browser.close()
            end(server)


def names() -> str:
    """All pages that have a picture."""
    return ", ".join(shot.name for shot in PAGES)


def fill() -> None:
    """The demo in the store, and what the shipped model says of it."""
    for result in demo.load_demo():
        print(result.file, result.message)
    if shipped_or_active() is None:
        print(f"there is no {settings().default_model} in {settings().checkpoints}: pictures without it")
        return
    prediction.start_prediction()
    while (run := overview.overview().runs[0]).state in AT_WORK:
        time.sleep(0.5)
    if run.state != RunState.FINISHED:
        raise SystemExit(f"the demo could not be predicted: {run.message}")
    print(run.message)


def middle_slice() -> int:
    """A slice half-way down the first heart, relaxed."""
    rows = worklist.queue(patient_text=demo.HEARTS[0].patient, phase=0, order=worklist.Order.IMPORTED)
    return rows[len(rows) // 2].id


def take(page: Page, shot: Shot) -> None:
    """Write both pictures of a page once it stands and nothing moves."""
    if shot.prepare:
        page.locator(".st-key-menu").wait_for()
        shot.prepare(page)
    page.locator(shot.ready).first.wait_for()
    for theme in ("light", "dark"):
        before = page.evaluate(BACKGROUND)
        if theme == "dark":
            page.emulate_media(color_scheme="dark")
            page.wait_for_function(f"before => ({BACKGROUND})() != before", arg=before)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        page.wait_for_timeout(1500)  # fonts, charts and the editor come after the page
        file = FOLDER / f"{shot.name}-{theme}.png"
        page.screenshot(path=file)
        print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()

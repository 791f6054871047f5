"""Pictures of every page for the user guide, light and dark, of the demo alone: no patient can be in them.

    make screenshots        or: python -m docs.screenshots [NAME ...]

Starts the app on a store of its own, see `docs/screenshot_store.py`, and writes NAME-light.png and -dark.png
into docs/screenshots/. A new page is one more line in PAGES. Other sizes: `--size 1024x768 --output FOLDER`.
"""

import argparse
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize, sync_playwright

from core.imaging.phantom import beating_heart
from core.settings import ROOT, settings
from core.workflow import demo, worklist
from docs.screenshot_store import READERS, fill
from pages.shared.frame import MENU
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path, end, start_server
from tests.workflow.small import png

FOLDER = Path(__file__).with_name("screenshots")
BACKGROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"


@dataclass(frozen=True)
class Shot:
    """One picture: where it is taken, what has to be seen on it, and what to do before."""

    name: str
    address: str  # {slice} stands for a slice in the middle of a heart
    ready: str  # a selector of what comes last
    prepare: Callable[[Page], None] | None = None


def drop_files(page: Page) -> None:
    """Drop two slices, cut to the heart as in the course data, and a file that is no image; list them."""
    slices = beating_heart(7, n_phases=1).series.slices[3:5]
    files = [(f"patient7_slice_{item.position}.png", png(cut(item.pixels))) for item in slices]
    files.append(("notes.png", b"not an image"))
    page.locator("input[type=file]").set_input_files(
        [FilePayload(name=name, mimeType="", buffer=data) for name, data in files]
    )


def cut(pixels: np.ndarray, side: int = 96) -> np.ndarray:
    """The middle of a slice, (side, side)."""
    row, column = ((length - side) // 2 for length in pixels.shape)
    return pixels[row : row + side, column : column + side]


def open_contours(page: Page) -> None:
    """The second way to correct, its points shown."""
    page.get_by_role("button", name="Contours").or_(page.get_by_role("radio", name="Contours")).click()


def show_runs(page: Page) -> None:
    """Runs beside each other."""
    part = page.get_by_role("button", name="Runs", exact=True).or_(page.get_by_role("radio", name="Runs"))
    part.first.click()


CHART = ".js-plotly-plot .main-svg"
PAGES = (
    Shot("home", "", CHART),
    Shot("import", "Import", "[data-testid=stDataFrame] canvas", drop_files),
    Shot("review", "Review?slice={slice}", ".editor[data-document] canvas"),
    Shot("contours", "Review?slice={slice}", "canvas.upper-canvas", open_contours),
    Shot("train", "Train", CHART),
    Shot("models", "Models", CHART),
    Shot("class-balance", "Class_balance", CHART),
    Shot("metrics", "Metrics", CHART),
    Shot("runs", "Metrics", "[data-testid=stDataFrame] canvas", show_runs),
)


def main() -> None:
    """Take the pictures that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help=", ".join(shot.name for shot in PAGES))
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--output", type=Path, default=FOLDER)
    parser.add_argument("--store", type=Path, help="keep the store here, and use it if it is there already")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - {shot.name for shot in PAGES}
    if unknown:
        raise SystemExit(f"there is no picture called {', '.join(sorted(unknown))}")
    chosen.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="septum-pictures-") as folder:
        home = chosen.store or Path(folder)
        is_new = not (home / "septum.sqlite").exists()
        os.environ["SEPTUM_HOME"] = str(home)
        settings.cache_clear()
        if is_new:
            fill()
        shots = [shot for shot in PAGES if not chosen.names or shot.name in chosen.names]
        width, height = map(int, chosen.size.split("x"))
        take_all(shots, {"width": width, "height": height}, chosen.output)


def take_all(shots: Sequence[Shot], size: ViewportSize, folder: Path) -> None:
    """Start the app and a browser, and take one picture after the other."""
    server, url = start_server(ROOT / "app.py", {"SEPTUM_READER": READERS[0]})
    slice_id = middle_slice()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
            for shot in shots:
                page = browser.new_page(viewport=size, color_scheme="light")
                page.set_default_timeout(120_000)
                page.goto(f"{url}/{shot.address.format(slice=slice_id)}")
                take(page, shot, folder)
                page.close()
            browser.close()
    finally:
        end(server)


def middle_slice() -> int:
    """A slice half-way down the first heart, relaxed."""
    rows = worklist.queue(patient_text=demo.HEARTS[0].patient, phase=0, order=worklist.Order.IMPORTED)
    return rows[len(rows) // 2].id


def take(page: Page, shot: Shot, folder: Path) -> None:
    """Write both pictures of a page once it stands and nothing moves."""
    if shot.prepare:
        page.locator(".st-key-menu").wait_for()
        shot.prepare(page)
    page.locator(shot.ready).first.wait_for()
    page.locator(".st-key-menu a").nth(len(MENU) - 1).wait_for()
    page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
    for theme in ("light", "dark"):
        before = page.evaluate(BACKGROUND)
        if theme == "dark":
            page.emulate_media(color_scheme="dark")
            page.wait_for_function(f"before => ({BACKGROUND})() != before", arg=before)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        page.wait_for_timeout(1500)  # fonts, charts and the editor come after the page
        file = folder / f"{shot.name}-{theme}.png"
        with Image.open(io.BytesIO(page.screenshot())) as picture:
            picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
                file, optimize=True
            )
        print(file)


if __name__ == "__main__":
    main()

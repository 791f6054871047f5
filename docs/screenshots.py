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

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from core.settings import ROOT, settings
from core.workflow.data import demo
from core.workflow.review import Filter, list_slices
from docs.screenshot_steps import (
    CHART,
    CURVES,
    carry,
    drop_files,
    mark_insertions,
    open_contours,
    open_hearts,
    play,
    show_runs,
    show_section,
)
from docs.screenshot_store import READERS, fill
from pages.shared.frame import MENU
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path, end, start_server

FOLDER = Path(__file__).with_name("screenshots")
BACKGROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"


@dataclass(frozen=True)
class Shot:
    """One picture: where it is taken, what has to be seen on it, and what to do before."""

    name: str
    address: str  # {slice} and {corrected} stand for a slice in the middle of a heart, see `slices`
    ready: str  # a selector of what comes last
    prepare: Callable[[Page], None] | None = None


PAGES = (
    Shot("home", "", CHART),
    Shot("import", "Import", "[data-testid=stDataFrame] canvas", drop_files),
    Shot("review", "Review?slice={slice}", ".editor[data-document] canvas"),
    Shot("contours", "Review?slice={slice}", "canvas.upper-canvas", open_contours),
    Shot("heart", "Heart?slice={slice}", CURVES),
    Shot("cine", "Heart?slice={slice}", CURVES, play),
    Shot("heart-base", "Heart?slice={slice}", "[class*=st-key-end-]", show_section("Base")),
    Shot("heart-wall", "Heart?slice={slice}", ".st-key-how-the-wall", mark_insertions),
    Shot("hearts", "Heart?slice={slice}", "[role=dialog] [class*=st-key-open-heart]", open_hearts),
    Shot("carry", "Heart?slice={corrected}", ".st-key-carry-keep button", carry),
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
    server, url = start_server(ROOT / "serve.py", {"SEPTUM_READER": READERS[0]})
    named = slices()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
            for shot in shots:
                page = browser.new_page(viewport=size, color_scheme="light")
                page.set_default_timeout(120_000)
                page.goto(f"{url}/{shot.address.format(**named)}")
                take(page, shot, folder)
                page.close()
            browser.close()
    finally:
        end(server)


def slices() -> dict[str, int]:
    """Slices half-way down two hearts, relaxed: of the first one, and of the one that readers corrected."""
    found = {}
    for name, heart in (("slice", demo.HEARTS[0]), ("corrected", demo.HEARTS[1])):
        rows = list_slices(Filter(patient=heart.patient, phase=0))
        found[name] = rows[len(rows) // 2].id
    return found


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

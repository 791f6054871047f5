"""How long the grid of a heart takes: what the server makes, and what a reader sees in the browser.

    python -m benchmarks.speed.heart_grid [--positions 12] [--phases 25] [--size 256] [--rounds 5]
        [--no-browser]

A synthetic cine with its masks in a store of its own. Each step is told as it is the first time, with nothing
kept, and as the median of the next rounds; then the same of the page: until all its small pictures are drawn,
and from the end of a stroke until its cell is another picture.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator

from playwright.sync_api import Page, sync_playwright

from core.imaging.phantom.cine import beating_heart
from core.settings import settings
from core.store.database import open_store
from core.store.series.series import add_series
from core.workflow.hearts.overview.cells import heart_overview
from core.workflow.hearts.overview.masks import mask_parts, mask_sheet, square_of
from core.workflow.hearts.overview.pictures import picture_sheet
from pages.shared.heart.grid.sending import SIDE
from tests.browser.conftest import CHROMIUM_ARGUMENTS, ROOT, chromium_path, end, start_server

PROMISED = "promised: the page within 1,000 ms, a change within 300 ms"
# Milliseconds since the browser asked for the page until every cell is drawn.
STANDS = """async ({ grid }, count) => {
    const drawn = () => grid.table.querySelectorAll("td[data-drawn]").length;
    while (drawn() < count) await new Promise(requestAnimationFrame);
    return performance.now();
}"""
# The same from the end of the next stroke until the cell of the open slice is another picture.
FOLLOWED = """root => {
    const { grid } = root;
    const picture = () => grid.cells.get(grid.data.open).canvas.toDataURL();
    const before = picture();
    const look = async () => {
        const began = performance.now();
        while (picture() === before) await new Promise(requestAnimationFrame);
        return performance.now() - began;
    };
    window.followed = new Promise((resolve) =>
        window.addEventListener("septum-drawn", () => resolve(look()), { once: true }));
}"""


def steps(series_id: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what the server does for a grid, in its order."""
    overview = heart_overview(series_id, "benchmark")
    yield "what is known of each slice", lambda: heart_overview(series_id, "benchmark")
    yield "the masks, read", lambda: mask_parts(overview)
    parts = mask_parts(overview)
    square = square_of(overview, parts)
    yield "the sheet of masks", lambda: mask_sheet(parts.values(), square, SIDE)
    yield "the sheet of one changed mask", lambda: mask_sheet([*parts.values()][:1], square, SIDE)
    yield "the sheet of pictures", lambda: picture_sheet(overview, square, SIDE)


def milliseconds(step: Callable[[], object]) -> float:
    """Return how long a step takes once."""
    began = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - began)


def tell(what: str, times: list[float]) -> None:
    """Print the first time and the median of the others."""
    print(f"{times[0]:8.1f} ms first, {statistics.median(times[1:]):8.1f} ms then  {what}")


def in_browser(page: Page, url: str, series_id: int, count: int, rounds: int) -> None:
    """Measure the page, loaded anew each time."""
    stands, followed = [], []
    for number in range(rounds + 1):
        page.goto(f"{url}/Heart?series={series_id}&reader=benchmark")
        stands.append(page.locator(".heart-grid").evaluate(STANDS, count))
        page.locator(".editor[data-document][aria-busy=false]").wait_for()
        page.locator(".heart-grid").evaluate(FOLLOWED)
        box = page.locator(".well").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 60 + 15 * number
        page.mouse.move(x - 90, y)
        page.mouse.down()
        page.mouse.move(x + 90, y, steps=5)
        page.mouse.up()
        followed.append(page.evaluate("window.followed"))
        page.locator(".stored", has_text="Draft stored").wait_for()
    tell(
        "the page, from its address until every small picture is drawn, Streamlit's loading included", stands
    )
    tell("from the end of a stroke until its cell shows it", followed)


def main() -> None:
    """Make the store, and print what each step took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in (("positions", 12), ("phases", 25), ("size", 256), ("rounds", 5)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--no-browser", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEPTUM_HOME"] = folder
        settings.cache_clear()
        heart = beating_heart(0, chosen.positions, chosen.phases, chosen.size, 1.2)
        series_id = add_series(open_store(), heart.series).series_id
        size = f"{chosen.positions} x {chosen.phases} slices of {chosen.size} pixels"
        print(f"{size}; load {os.getloadavg()[0]:.1f}; {PROMISED}")
        for name, step in steps(series_id):
            tell(name, [milliseconds(step) for _ in range(chosen.rounds + 1)])
        if chosen.no_browser:
            return
        process, url = start_server(ROOT / "serve.py", {})
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
                count = chosen.positions * chosen.phases
                in_browser(browser.new_page(), url, series_id, count, chosen.rounds)
                browser.close()
        finally:
            end(process)


if __name__ == "__main__":
    main()

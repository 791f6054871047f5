"""How soon the heart's page stands after a click on Review, and how soon its numbers follow a stroke.

    python -m benchmarks.speed.heart_page [--rounds 3] [--strokes 8]

A cine of 12 x 25 slices of 256 pixels with masks, in Chromium. The first round finds a server that has drawn
no heart yet and is told apart; so is the first stroke, after which the page says that the slice changed.
Times are of the page's own clock, from the event of the mouse: what drives the browser is no part of them.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.speed.opened import opened
from core.imaging.phantom.cine import beating_heart
from core.settings import settings
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from tests.browser.conftest import settle
from tests.browser.drawing import Hand

N_POSITIONS, N_PHASES, SIDE = 12, 25, 256
PROMISED_PAGE_S, PROMISED_STROKE_MS = 1.0, 300
WARM_S = 10.0  # of the server's life, in which it loads what takes a while
REST_S = 2.0  # between two looks, in which pictures around the open slice come in
STANDS = ["[role=grid]", ".septum-figures", ".volume-curves svg", ".views canvas"]
WATCH = """([event, names]) => {
  const has = (root, name) => root.querySelector(name) !== null
    || [...root.querySelectorAll("*")].some((one) => one.shadowRoot && has(one.shadowRoot, name));
  const figures = () => document.querySelector(".septum-figures")?.innerText;
  const before = figures();
  const done = () => names.length ? names.every((name) => has(document, name)) : figures() !== before;
  let began = null;
  const look = () => {
    if (done()) window.waited = performance.now() - began;
    else requestAnimationFrame(look);
  };
  window.waited = null;
  addEventListener(event, () => { began = performance.now(); look(); }, { capture: true, once: true });
}"""


def main() -> None:
    """Fill a store with one cine, go to its page and back, draw on it, and print what it took."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--strokes", type=int, default=8)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-benchmark-") as folder:
        os.environ["SEPTUM_HOME"] = str(Path(folder) / "home")
        settings.cache_clear()
        heart = beating_heart(0, n_positions=N_POSITIONS, n_phases=N_PHASES, size=SIDE).series
        added = add_series(open_store(), heart).series_id
        at_ed = list_slices(open_store(), Filter(series_id=added, phase=0), limit=None)
        middle = at_ed[N_POSITIONS // 2]
        with opened() as (page, url):
            page.set_default_timeout(60_000)
            time.sleep(WARM_S)
            page.goto(f"{url}/Review?slice={middle.id}&reader=ann&filter=all")
            first, *later = [go_there(page) for _ in range(1 + chosen.rounds)]
            print(f"grid, figures, curves and views after a click: {first:.2f} s first, then")
            print(f"  median {statistics.median(later):.2f} s, promised {PROMISED_PAGE_S} s")
            told, *waits = strokes(page, chosen.strokes)
            print(f"from the end of a stroke until the numbers changed: {told:.0f} ms first, then")
            print(f"  median {statistics.median(waits):.0f} ms, promised {PROMISED_STROKE_MS} ms")


def go_there(page: Page) -> float:
    """Seconds from a click on "Whole heart" on Review until grid, figures and views are there."""
    if "/Review" not in page.url:
        page.locator(".st-key-menu").get_by_role("link", name="Review", exact=True).click()
    link = page.get_by_role("link", name="Whole heart")
    link.wait_for()
    settle(page)
    time.sleep(REST_S)
    page.evaluate(WATCH, ["click", STANDS])
    link.click()
    seconds = waited(page) / 1000
    settle(page)
    time.sleep(REST_S)
    return seconds


def strokes(page: Page, count: int) -> list[float]:
    """Milliseconds from the end of each stroke until the figures beside the picture are others."""
    document = page.locator(".editor[aria-busy='false']").get_attribute("data-document") or ""
    hand = Hand(page, Path(), document, (SIDE, SIDE))
    page.keyboard.press("b")
    page.keyboard.press("3")
    hand.set_size(12)
    waits = []
    for number in range(count):
        page.evaluate(WATCH, ["pointerup", []])
        hand.drag([(40 + 8 * number, 60), (40 + 8 * number, 150)], steps=4)
        waits.append(waited(page))
        time.sleep(REST_S / 2)
    return waits


def waited(page: Page) -> float:
    """Milliseconds from the event of the mouse that `WATCH` was told of until what it waits for was there."""
    found: float = page.wait_for_function("() => window.waited").json_value()
    return found


if __name__ == "__main__":
    main()

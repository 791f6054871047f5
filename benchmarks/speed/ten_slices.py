"""How long the app lets a reader wait who corrects and approves ten slices of a heart by keyboard and pen.

    python -m benchmarks.speed.ten_slices [--slices 10] [--strokes 3] [--heart demo-heart-1]

Each slice of a demo heart gets strokes across the heart and is approved with Enter, in Chromium. The app's
time of a slice is what lies between Enter and the moment in which the next slice can be drawn on and the
store has the approval, and for each stroke what lies between the pen's lifting and "Draft stored".
The reader's own time, in which the pen moves, is none of it. Printed are the median and the worst slice.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.speed.opened import opened
from core.records.slices import Status
from core.settings import settings
from core.store.database import open_store
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import list_slices, set_status, slice_row
from core.workflow.data.demo import load_demo
from tests.browser.drawing import Hand

PROMISED_SECONDS = 1.2
READER = "ann"
PATIENCE_S = 120
LOOK_EVERY_S = 0.005
EDITOR = ".editor[data-document='slice-{} of {}'][aria-busy='false']"


def main() -> None:
    """Load the demo, correct and approve, and print what the app took."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--slices", type=int, default=10)
    arguments.add_argument("--strokes", type=int, default=3, help="on each slice")
    arguments.add_argument("--heart", default="demo-heart-1", help="the patient whose slices are corrected")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-benchmark-") as folder:
        os.environ["SEPTUM_HOME"] = str(Path(folder) / "home")
        settings.cache_clear()
        list(load_demo())
        rows = list_slices(open_store(), Filter(patient=chosen.heart), Order.HEART, limit=chosen.slices + 1)
        for row in rows:  # a reference comes approved
            set_status(open_store(), row.id, Status.IN_PROGRESS)
        with opened() as (page, url):
            page.set_default_timeout(1000 * PATIENCE_S)
            page.goto(f"{url}/Review?reader={READER}&filter=todo&patient={chosen.heart}&slice={rows[0].id}")
            shape = rows[0].height, rows[0].width
            ids = [row.id for row in rows]
            pairs = zip(ids, ids[1:], strict=False)
            seconds = [correct(page, *pair, shape, chosen.strokes) for pair in pairs]
    print(
        f"{len(seconds)} slices, {chosen.strokes} strokes each: the app's time a slice "
        f"{statistics.median(seconds):.2f} s at the median, {max(seconds):.2f} s at worst, "
        f"promised {PROMISED_SECONDS} s"
    )


def correct(page: Page, slice_id: int, following: int, shape: tuple[int, int], n_strokes: int) -> float:
    """Draw on a slice and approve it; returns the seconds that the app took until the next is open."""
    page.locator(EDITOR.format(slice_id, READER)).wait_for()
    hand = Hand(page, Path(), "", shape)
    height, width = shape
    page.keyboard.press("b")
    waited = 0.0
    for number in range(n_strokes):
        page.keyboard.press(str(1 + number % 3))
        row = height * (0.4 + 0.05 * number)
        hand.drag([(0.4 * width, row), (0.6 * width, row + 3)], steps=4)
        began = time.perf_counter()
        page.locator(".stored", has_text="Draft stored").wait_for()
        waited += time.perf_counter() - began
    began = time.perf_counter()
    page.keyboard.press("Enter")
    page.locator(EDITOR.format(following, READER)).wait_for()
    while slice_row(open_store(), slice_id).status != Status.APPROVED:
        if time.perf_counter() - began > PATIENCE_S:
            raise TimeoutError(f"slice {slice_id} was not approved within {PATIENCE_S} s")
        page.wait_for_timeout(1000 * LOOK_EVERY_S)
    return waited + time.perf_counter() - began


if __name__ == "__main__":
    main()

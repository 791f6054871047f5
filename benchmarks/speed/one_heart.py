"""What a reader's hand does, and how long the app takes, from the list of hearts to a report of one.

    python -m benchmarks.speed.one_heart

A cine of 10 x 10 slices of 192 pixels with masks of a model, in Chromium: the heart is opened, a stroke is
drawn on three slices at ED and each is approved, they are carried to the other phases, what was carried is
looked through and approved, and the report comes as PDF. Nobody thinks meanwhile: the seconds are the app's,
and those that a stroke takes by the hand of a script.
"""

import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.sync_api import Locator, Page

from benchmarks.speed.opened import opened
from core.imaging.phantom.cine import beating_heart
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks.masks import save_version
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from tests.browser.conftest import settle
from tests.browser.drawing import Hand

N_POSITIONS, N_PHASES, SIDE, N_CORRECTED = 10, 10, 192, 3
PATIENT = "anna"
PATIENCE_MS = 30_000


@dataclass
class Work:
    """A reader at a window, whose clicks, keys and strokes are counted."""

    page: Page
    series_id: int
    done: Counter[str] = field(default_factory=Counter)

    def click(self, place: Locator) -> None:
        """Click there."""
        place.click()
        self.done["clicks"] += 1

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)
        self.done["keys"] += 1

    def open_heart(self) -> None:
        """Open the heart from the list."""
        self.click(self.page.get_by_role("button", name=f"{PATIENT}, "))
        self.page.locator("[role=grid]").first.wait_for()
        self.page.locator(".editor[aria-busy='false']").wait_for()

    def correct(self) -> None:
        """Draw a stroke on each of the slices in the middle at ED, and approve it."""
        self.press("b")
        for _ in range(N_CORRECTED):
            document = self.document()
            Hand(self.page, Path(), document, (SIDE, SIDE)).drag([(90, 90), (100, 90)], steps=2)
            self.done["strokes"] += 1
            self.page.locator(".stored", has_text="Draft stored").wait_for()
            self.press("Enter")
            self.next_after(document)

    def carry(self) -> None:
        """Carry what was corrected to the other phases, and keep it."""
        settle(self.page)
        self.press("Alt+k")
        dialog = self.page.get_by_role("dialog")
        self.click(dialog.get_by_role("button", name="Carry to"))
        self.click(dialog.get_by_role("button", name="as drafts"))
        self.page.get_by_text("Carried to").wait_for()

    def approve(self) -> None:
        """Look at each slice that is not decided, as the queue leads on, and approve it."""
        settle(self.page)
        while waiting := self.waiting():
            document = self.document()
            self.press("Enter")
            if waiting > 1:
                self.next_after(document)
        while self.waiting():
            self.page.wait_for_timeout(10)

    def report(self) -> None:
        """Have the report made and take it."""
        settle(self.page)
        self.click(self.page.get_by_role("button", name="Report", exact=True))
        dialog = self.page.get_by_role("dialog")
        self.click(dialog.get_by_role("button", name="Make the report"))
        with self.page.expect_download():
            self.click(dialog.get_by_role("button", name="Download PDF"))

    def next_after(self, document: str) -> None:
        """Wait for the slice that the queue leads to."""
        self.page.locator(f".editor:not([data-document='{document}'])[aria-busy='false']").wait_for()

    def document(self) -> str:
        """The slice that is open, by the editor's name."""
        return self.page.locator(".editor[aria-busy='false']").get_attribute("data-document") or ""

    def waiting(self) -> int:
        """How many slices of the heart nobody has decided on."""
        rows = list_slices(open_store(), Filter(series_id=self.series_id), limit=None)
        return sum(row.status != Status.APPROVED for row in rows)


def proposed() -> int:
    """Return the id of a cine in which every slice has a mask of a model."""
    heart = beating_heart(0, n_positions=N_POSITIONS, n_phases=N_PHASES, size=SIDE).series
    bare = tuple(replace(image, mask=None) for image in heart.slices)
    series = replace(heart, patient=PATIENT, slices=bare, split=Split.TRAIN)
    series_id = add_series(open_store(), series).series_id
    truth = {(image.position, image.phase): image.mask for image in heart.slices}
    for row in list_slices(open_store(), Filter(series_id=series_id), limit=None):
        mask = truth[row.position, row.phase]
        if mask is not None:
            save_version(
                open_store(),
                row.id,
                mask,
                origin=Origin.MODEL,
                author="a model",
                parent_id=None,
                status=Status.PREDICTED,
            )
    return series_id


def main() -> None:
    """Fill a store with one cine, work through it, and print what each part took."""
    with tempfile.TemporaryDirectory(prefix="septum-benchmark-") as folder:
        os.environ["SEPTUM_HOME"] = str(Path(folder) / "home")
        settings.cache_clear()
        series_id = proposed()
        with opened() as (page, url):
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"{url}/Heart?reader=ann")
            settle(page)
            work, all_seconds = Work(page, series_id), 0.0
            for part in (work.open_heart, work.correct, work.carry, work.approve, work.report):
                before, began = Counter(work.done), time.perf_counter()
                part()
                seconds = time.perf_counter() - began
                all_seconds += seconds
                hand = ", ".join(f"{n} {what}" for what, n in (work.done - before).items())
                print(f"{part.__name__:>12}: {seconds:6.1f} s, {hand}", flush=True)
            print(f"{'all':>12}: {all_seconds:6.1f} s, {dict(work.done)}")


if __name__ == "__main__":
    main()

"""Tab, browser or server of the app end without warning while a reader draws on Review."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from benchmarks.fault_rounds.rounds import Round, own_home, unsound
from core.records.slices import Geometry, Series, Slice, Split
from core.settings import ROOT
from core.store.database import open_store
from core.store.masks import drafts
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path, end, start_server
from tests.browser.drawing import Hand, stroke
from tests.servers.ports import free_port

SHAPE = (64, 80)
BRUSH = 5
KILLS = 6  # two of each
WAYS = ("tab", "browser", "server")
READER = "ann"
PATIENCE_MS = 60_000
CONNECT_MS = 3_000  # of one try: a browser that is still starting may take a line and never answer
STATE = """root => {
    const { draft, ready, banner } = root.parentElement.editor;
    return { seq: draft.seq, acknowledged: draft.acknowledged, ready, offered: Boolean(banner) };
}"""


@dataclass
class Drawn:
    """What was drawn on the slice since it was last known for certain."""

    masks: list[np.ndarray]  # after each stroke, the first as it was before
    seqs: list[int]  # of the strokes

    def since(self, seq: int) -> list[np.ndarray]:
        """The masks that the store may hold once it has acknowledged so much."""
        return [mask for mask, number in zip(self.masks, self.seqs, strict=True) if number >= seq]


class Workplace:
    """A server and a Chromium of their own, each of which can be killed and started again."""

    def __init__(self, playwright: Playwright, folder: Path, slice_id: int) -> None:
        """Start both."""
        self._playwright, self._folder = playwright, folder
        self._document = f"slice-{slice_id} of {READER}"
        self._address = f"Review?slice={slice_id}&reader={READER}"
        self._port = free_port()
        self.server, self._url = start_server(ROOT / "serve.py", {}, self._port)
        self.chromium, self._browser = self._start_chromium()

    def open(self) -> Hand:
        """The reader's hand on the slice, in a new tab."""
        page = self._browser.contexts[0].new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{self._url}/{self._address}")
        page.locator(f".editor[data-document='{self._document}'][aria-busy='false']").wait_for()
        hand = Hand(page, self._folder, self._document, SHAPE)
        while not state(hand)["ready"]:
            page.wait_for_timeout(20)
        hand.set_size(BRUSH)
        return hand

    def kill(self, what: str, page: Page) -> None:
        """End it without warning, and start it again where it was a program."""
        if what == "tab":
            page.close()
        elif what == "server":
            self.server.kill()
            self.server.wait()
            page.close()
            self.server, self._url = start_server(ROOT / "serve.py", {}, self._port)
        else:
            self.chromium.kill()
            self.chromium.wait()
            self.chromium, self._browser = self._start_chromium()

    def close(self) -> None:
        """End both."""
        end(self.chromium)
        end(self.server)

    def _start_chromium(self) -> "tuple[subprocess.Popen[bytes], Browser]":
        port, path = free_port(), chromium_path()
        assert path is not None, "needs a Chromium of the system, to kill it by its process id"
        profile = self._folder / "profile"
        options = ["--headless=new", f"--remote-debugging-port={port}", f"--user-data-dir={profile}"]
        chromium = subprocess.Popen(
            [path, *CHROMIUM_ARGUMENTS, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            try:
                address = f"http://127.0.0.1:{port}"
                return chromium, self._playwright.chromium.connect_over_cdp(address, timeout=CONNECT_MS)
            except Error:  # it is still starting
                time.sleep(0.1)
        raise RuntimeError("Chromium did not start")


def app(folder: Path, chance: Random) -> Round:
    """Draw, end tab, browser or server at a random moment, look at store and editor, and go on."""
    lost: list[str] = []
    tried = 0
    with own_home(folder), sync_playwright() as playwright:
        slice_id = one_slice()
        place = Workplace(playwright, folder, slice_id)
        try:
            hand = place.open()
            for number in range(KILLS):
                drawn = draw(hand, chance)
                acknowledged = max(state(hand)["acknowledged"], drawn.seqs[0])
                time.sleep(chance.choice((0, 0.005, 0.02, 0.05, 0.1, 0.3)))
                place.kill(WAYS[number % 3], hand.page)
                died = f"after the {WAYS[number % 3]} died"
                if not any(np.array_equal(stored_mask(slice_id), mask) for mask in drawn.since(acknowledged)):
                    lost.append(f"an acknowledged stroke is not in the store {died}")
                hand = place.open()
                if state(hand)["offered"]:
                    hand.page.locator("[data-action=restore]").click()
                mask = hand.mask()
                if not any(np.array_equal(mask, each) for each in drawn.masks[-2:]):
                    lost.append(f"more than the stroke in the hand is gone {died}")
                tried += len(drawn.masks) - 1
        finally:
            place.close()
        lost += unsound()
    return Round(KILLS, tried, tuple(lost))


def one_slice() -> int:
    """A slice to draw on."""
    pixels = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])).astype(np.uint16)
    geometry = Geometry("npy", (1, *SHAPE), (1.5, 1.5))
    series = Series("anna", "cine", geometry, (Slice(0, 0, pixels),), split=Split.TRAIN)
    add_series(open_store(), series)
    return list_slices(open_store())[0].id


def draw(hand: Hand, chance: Random) -> Drawn:
    """A few strokes of random labels; what NumPy makes of them, too."""
    drawn = Drawn([hand.mask()], [state(hand)["seq"]])
    for _ in range(chance.randint(1, 4)):
        label = chance.randint(1, 3)
        hand.page.keyboard.press(str(label))
        points = hand.drag([(chance.uniform(5, 75), chance.uniform(5, 60)) for _ in range(2)])
        covered = stroke(SHAPE, points, BRUSH)
        if (drawn.masks[-1][covered] != label).any():
            drawn.masks.append(np.where(covered, label, drawn.masks[-1]).astype(np.uint8))
            drawn.seqs.append(drawn.seqs[-1] + 1)
    return drawn


def stored_mask(slice_id: int) -> np.ndarray:
    """The draft as the store has it, or nothing drawn."""
    draft = drafts.load_draft(open_store(), slice_id, READER)
    return np.zeros(SHAPE, np.uint8) if draft is None else draft.mask


def state(hand: Hand) -> dict[str, int]:
    """What the editor knows of its strokes."""
    found: dict[str, int] = hand.page.locator(".editor").evaluate(STATE)
    return found

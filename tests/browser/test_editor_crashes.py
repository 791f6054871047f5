"""Tab, browser or server die at random moments while a reader draws: nothing acknowledged is lost.

Three rounds by default; SEPTUM_CRASHES=200 makes it a long proof.
"""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Error, Page, Playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path, end, free_port, start_server
from tests.browser.drawing import Hand, stroke

SHAPE = (96, 96)
HOST = Path(__file__).with_name("editor_host.py")
N_ROUNDS = int(os.environ.get("SEPTUM_CRASHES", "3"))
BRUSH = 5
STATE = """root => {
    const { draft, ready, banner } = root.parentElement.editor;
    return { seq: draft.seq, acknowledged: draft.acknowledged, ready, offered: Boolean(banner) };
}"""


class Workplace:
    """A server and a Chromium of their own, each of which can be killed and started again."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self.playwright = playwright
        self.folder = folder
        self.port = free_port()
        self.start_server()
        self.start_browser()

    def start_server(self) -> None:
        drafts = self.folder / "drafts"
        drafts.mkdir(exist_ok=True)
        self.server, self.url = start_server(HOST, {"HOST_FOLDER": str(drafts)}, self.port)

    def start_browser(self) -> None:
        port = free_port()
        profile = self.folder / "profile"
        options = ["--headless=new", f"--remote-debugging-port={port}", f"--user-data-dir={profile}"]
        self.chromium = subprocess.Popen(
            [chromium_path(), *CHROMIUM_ARGUMENTS, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.browser = self.connect(port)

    def connect(self, port: int) -> Browser:
        for _ in range(100):
            try:
                return self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            except Error:  # it is still starting
                time.sleep(0.1)
        raise RuntimeError("Chromium did not start")

    def open(self) -> Hand:
        page = self.browser.contexts[0].new_page()
        page.set_viewport_size({"width": 1200, "height": 800})
        page.goto(f"{self.url}/?shape=96x96&case=crash")
        page.locator(".editor[data-document='crash-1']").wait_for()
        return Hand(page, self.folder / "drafts", "crash-1", SHAPE)

    def kill(self, what: str, page: Page) -> None:
        if what == "tab":
            page.close()
            return
        process = self.server if what == "server" else self.chromium
        process.kill()
        process.wait()
        if what == "server":
            page.close()
            self.start_server()
        else:
            self.start_browser()


@pytest.fixture
def workplace(playwright: Playwright, tmp_path: Path) -> Iterator[Workplace]:
    if chromium_path() is None:
        pytest.skip("needs a Chromium of the system, to start and kill it by its process id")
    place = Workplace(playwright, tmp_path)
    yield place
    end(place.chromium)
    end(place.server)


def state(hand: Hand) -> dict[str, int]:
    found: dict[str, int] = hand.page.locator(".editor").evaluate(STATE)
    return found


def wait_ready(hand: Hand) -> dict[str, int]:
    """The editor's state once it has looked at the browser's own drafts."""
    for _ in range(200):
        found = state(hand)
        if found["ready"]:
            return found
        time.sleep(0.02)
    raise AssertionError("the editor did not get ready")


@pytest.mark.crash
@pytest.mark.timeout(60 + 15 * N_ROUNDS)
def test_nothing_acknowledged_is_lost_when_tab_browser_or_server_die(workplace):
    chance = random.Random(11)
    hand = workplace.open()
    wait_ready(hand)
    hand.set_size(BRUSH)
    mask = hand.mask()
    in_hand = 0
    for number in range(N_ROUNDS):
        masks = [mask]
        seqs = [state(hand)["seq"]]
        for _ in range(chance.randint(1, 4)):
            acknowledged = state(hand)["acknowledged"]
            label = chance.randint(1, 3)
            hand.page.keyboard.press(str(label))
            points = hand.drag([(chance.uniform(5, 90), chance.uniform(5, 90)) for _ in range(2)])
            covered = stroke(SHAPE, points, BRUSH)
            if (masks[-1][covered] != label).any():
                masks.append(np.where(covered, label, masks[-1]).astype(np.uint8))
                seqs.append(seqs[-1] + 1)
        time.sleep(chance.choice([0, 0.005, 0.02, 0.05, 0.1, 0.3]))
        workplace.kill(["tab", "browser", "server"][number % 3], hand.page)
        hand = workplace.open()
        found = wait_ready(hand)
        file = hand.folder / "crash-1-1.npz"
        stored = np.load(file)["mask"] if file.exists() else np.zeros(SHAPE, np.uint8)
        first_allowed = max(i for i, seq in enumerate(seqs) if seq <= max(acknowledged, seqs[0]))
        assert any(np.array_equal(stored, each) for each in masks[first_allowed:]), (
            "an acknowledged stroke is lost"
        )
        if found["offered"]:
            hand.page.locator("[data-action=restore]").click()
        mask = hand.mask()
        recovered = [i for i, each in enumerate(masks) if np.array_equal(mask, each)]
        assert recovered, "the mask is none that was ever drawn"
        assert recovered[-1] >= len(masks) - 2, "more than the stroke in the hand is lost"
        in_hand += recovered[-1] < len(masks) - 1
        if state(hand)["seq"]:
            assert np.array_equal(hand.stored(), mask)
        hand.set_size(BRUSH)
    assert in_hand <= N_ROUNDS // 4 + 1

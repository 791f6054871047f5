"""A reader who draws on Review is led from one of two servers to the other, at any moment of a stroke."""

import time
from pathlib import Path
from random import Random

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.fault_rounds.app import BRUSH, READER, SHAPE, one_slice, stored_mask
from benchmarks.fault_rounds.rounds import Round, own_home, unsound
from core.settings import ROOT
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path, end, start_server
from tests.browser.drawing import Hand, stroke
from tests.servers.one_address import OneAddress

MOVES = 30
MOMENTS = ("before", "during", "long during", "after", "there and back")
PATIENCE_S = 25.0


def moved(folder: Path, chance: Random) -> Round:
    """Draw and be moved; after each stroke look whether store and browser have all of them."""
    lost = []
    with own_home(folder), sync_playwright() as playwright:
        slice_id = one_slice()
        servers = [start_server(ROOT / "serve.py", {}) for _ in range(2)]
        ports = [int(url.rpartition(":")[2]) for _, url in servers]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        try:
            with OneAddress(*ports) as address:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                document = f"slice-{slice_id} of {READER}"
                page.goto(f"{address.url}/Review?slice={slice_id}&reader={READER}")
                page.locator(f".editor[data-document='{document}'][aria-busy='false']").wait_for()
                hand = Hand(page, folder, document, SHAPE)
                hand.set_size(BRUSH)
                expected = hand.mask()
                for number in range(MOVES):
                    moment = chance.choice(MOMENTS)
                    expected = drawn_while_moved(hand, address, ports, moment, expected, chance)
                    if not kept(hand, slice_id, expected):
                        lost.append(f"stroke {number}, moved {moment}, is not where it should be")
                        expected = hand.mask()
        finally:
            browser.close()
            for process, _ in servers:
                end(process)
        lost += unsound()
    return Round(0, MOVES, tuple(lost))


def drawn_while_moved(
    hand: Hand, address: OneAddress, ports: list[int], moment: str, mask: np.ndarray, chance: Random
) -> np.ndarray:
    """The mask after one more stroke; `ports` is turned round with every move."""

    def move() -> None:
        ports.reverse()
        address.lead_to(*ports)

    hand.page.keyboard.press(str(label := chance.randint(1, 3)))
    screen = hand.to_screen([(chance.uniform(5, 75), chance.uniform(5, 60)) for _ in range(3)])
    if moment == "before":
        move()
        time.sleep(chance.choice((0, 0.05, 0.5, 1.5)))
    hand.page.mouse.move(*screen[0])
    hand.page.mouse.down()
    hand.page.mouse.move(*screen[1])
    if moment.endswith("during"):
        move()
        hand.page.wait_for_timeout(2500 if moment.startswith("long") else 20)
    if moment == "there and back":
        move()
        hand.page.wait_for_timeout(chance.choice((100, 700)))
        move()
    hand.page.mouse.move(*screen[2])
    hand.page.mouse.up()
    if moment == "after":
        time.sleep(chance.choice((0, 0.01, 0.05, 0.2)))
        move()
    return np.where(stroke(SHAPE, hand.to_image(screen), BRUSH), label, mask).astype(np.uint8)


def kept(hand: Hand, slice_id: int, mask: np.ndarray) -> bool:
    """Whether the store comes to have the mask, and the browser has it then."""
    until = time.monotonic() + PATIENCE_S
    while not np.array_equal(stored_mask(slice_id), mask) and time.monotonic() < until:
        hand.page.wait_for_timeout(100)
    return np.array_equal(stored_mask(slice_id), mask) and np.array_equal(hand.mask(), mask)

"""How long Review follows behind a reader who holds an arrow down, and whether it stays whole.

    python -m benchmarks.speed.paging [--seconds 60] [--rounds 10] [--positions 12] [--phases 20] [--size 256]

A cine is played in Chromium by a key that repeats every 33 ms, as keyboards do: for a minute without letting
go, then in short rounds along the phases and the positions. Measured is how many pictures a second are seen
while the key is down, and how long after letting go the page has the slice open that is shown and lets it be
drawn on. A line that breaks, or a box of an error, ends the measure.
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

REPEAT_MS = 33
PROMISED_SECONDS = 0.5
ROUND_SECONDS = 2
EDITOR = ".editor[data-document]"
WATCH = """root => {
    window.seen = [];
    new MutationObserver(() => window.seen.push(root.dataset.document))
        .observe(root, { attributeFilter: ["data-document"] });
}"""
PLAY = """async (root, [key, milliseconds]) => {
    const press = (repeat) => root.dispatchEvent(
        new KeyboardEvent("keydown", { key, repeat, bubbles: true, composed: true }));
    window.seen = [];
    const until = performance.now() + milliseconds;
    press(false);
    while (performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, REPEAT_MS));
        press(true);
    }
    root.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true, composed: true }));
    window.let_go = performance.now();
    return window.seen.length;
}""".replace("REPEAT_MS", str(REPEAT_MS))
# The page has followed: the slice that is shown can be drawn on, and the address names it.
FOLLOWED = """(root) => new Promise((resolve) => {
    const look = () => {
        const slice = /slice-(\\\\d+) /.exec(root.dataset.document)[1];
        const there = new URLSearchParams(location.search).get("slice") === slice;
        if (there && root.ariaBusy === "false") resolve(performance.now() - window.let_go);
        else requestAnimationFrame(look);
    };
    look();
})""".replace("\\\\", "\\")
BROKEN = "[data-testid=stDialog], .septum-line"


def main() -> None:
    """Fill a store with one cine, play it, and print what was seen."""
    arguments = argparse.ArgumentParser()
    for name, default in (("seconds", 60), ("rounds", 10), ("positions", 12), ("phases", 20), ("size", 256)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-benchmark-") as folder:
        os.environ["SEPTUM_HOME"] = str(Path(folder) / "home")
        settings.cache_clear()
        heart = beating_heart(
            0, n_positions=chosen.positions, n_phases=chosen.phases, size=chosen.size
        ).series
        added = add_series(open_store(), heart).series_id
        first = list_slices(open_store(), Filter(series_id=added), limit=1)[0].id
        with opened() as (page, url):
            page.goto(f"{url}/Review?slice={first}")
            measure(page, chosen.seconds, chosen.rounds)


def measure(page: Page, seconds: int, rounds: int) -> None:
    """Play for the seconds without letting go, then in rounds; print pictures a second, and the waits."""
    page.locator(f"{EDITOR}[aria-busy=false]").wait_for()
    page.locator(EDITOR).evaluate(WATCH)
    time.sleep(3)  # the pictures around come by themselves
    played, waited = play(page, "ArrowRight", seconds)
    print(f"held for {seconds} s: {played:.1f} pictures a second, the page followed after {waited:.2f} s")
    waits, speeds = [], []
    for number in range(rounds):
        key = ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")[number % 4]
        speed, wait = play(page, key, ROUND_SECONDS)
        speeds.append(speed)
        waits.append(wait)
    print(
        f"{rounds} times {ROUND_SECONDS} s: followed after {statistics.median(waits):.2f} s, "
        f"at worst {max(waits):.2f} s, promised {PROMISED_SECONDS} s"
    )


def play(page: Page, key: str, seconds: float) -> tuple[float, float]:
    """Hold a key; returns pictures a second, and the seconds from letting go until the page had followed."""
    editor = page.locator(EDITOR)
    n_seen: int = editor.evaluate(PLAY, [key, seconds * 1000])
    if page.locator(BROKEN).count():
        raise RuntimeError(f"the line broke while {key} was held: {page.locator(BROKEN).first.inner_text()}")
    milliseconds: float = editor.evaluate(FOLLOWED)
    return n_seen / seconds, milliseconds / 1000


if __name__ == "__main__":
    main()

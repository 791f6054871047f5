"""How many pictures a second are seen while the phases of a position play in Chromium, and how soon they do.

    python -m benchmarks.speed.cine [--seconds 10] [--positions 12] [--phases 25] [--size 256]

A phantom's slice is opened on Review and C pressed at once. Measured is how long the phases take to be there,
how many pictures were drawn a second at 25 and at 50 a second, the longest time between two of them, and how
many messages went to the server meanwhile: none but the page's own, which looks at times who else is here.
"""

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.imaging.phantom.cine import beating_heart
from core.settings import settings
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from tests.browser.conftest import CHROMIUM_ARGUMENTS, ROOT, chromium_path, end, start_server

EDITOR = ".editor[data-document][aria-busy=false]"
PRESS = """async (root) => {
    const { cine } = root.parentElement.editor;
    const began = performance.now();
    root.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true, composed: true }));
    while (!cine.isPlaying) await new Promise((resolve) => setTimeout(resolve, 5));
    return performance.now() - began;
}"""
WATCH = """async (root, [pace, milliseconds]) => {
    const { editor } = root.parentElement;
    editor.setPreference("pace", pace);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const draw = editor.view.drawNow.bind(editor.view);
    const drawn = [];
    let at = editor.cine.at;
    editor.view.drawNow = () => {
        draw();
        if (editor.cine.at !== at) drawn.push(performance.now());
        at = editor.cine.at;
    };
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    editor.view.drawNow = draw;
    const gaps = drawn.slice(1).map((time, index) => time - drawn[index]);
    return [(1000 * drawn.length) / milliseconds, Math.max(...gaps)];
}"""


def main() -> None:
    """Fill a store with one cine, play one of its positions, and print what was seen."""
    arguments = argparse.ArgumentParser()
    for name, default in (("seconds", 10), ("positions", 12), ("phases", 25), ("size", 256)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-benchmark-") as folder, sync_playwright() as playwright:
        os.environ["SEPTUM_HOME"] = str(Path(folder) / "home")
        settings.cache_clear()
        heart = beating_heart(
            0, n_positions=chosen.positions, n_phases=chosen.phases, size=chosen.size
        ).series
        added = add_series(open_store(), heart).series_id
        rows = list_slices(open_store(), Filter(series_id=added), limit=None)
        middle = next(row.id for row in rows if (row.position, row.phase) == (chosen.positions // 2, 0))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        server, url = start_server(ROOT / "serve.py", {})
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            sent: list[object] = []
            page.on("websocket", lambda line: line.on("framesent", lambda message: sent.append(message)))
            page.goto(f"{url}/Review?slice={middle}")
            measure(page, chosen.seconds, sent)
        finally:
            browser.close()
            end(server)


def measure(page: Page, seconds: int, sent: list[object]) -> None:
    """Play, and print pictures a second, the longest gap, and the messages to the server."""
    page.locator(EDITOR).wait_for()
    editor = page.locator(".editor")
    print(
        f"load {os.getloadavg()[0]:.1f}; all phases were there {editor.evaluate(PRESS) / 1000:.2f} s after C"
    )
    page.wait_for_timeout(1000)
    sent.clear()
    for pace in ("25", "50"):
        speed, gap = editor.evaluate(WATCH, [pace, 1000 * seconds])
        print(f"{pace} a second: {speed:.1f} pictures a second, at most {gap:.0f} ms between two")
    print(f"{len(sent)} messages to the server meanwhile; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

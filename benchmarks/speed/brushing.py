"""How smooth a stroke is in Chromium and how soon the page acknowledges it; run it on an idle machine.

    python -m benchmarks.speed.brushing

Draws with a 25-pixel brush on a 256 x 216 slice for some seconds and prints frame times, then draws short
strokes and prints the time from their end to their acknowledgement by a page that writes each one to disk.
"""

import numpy as np
from playwright.sync_api import Page

from benchmarks.speed.opened import editor_opened

SECONDS = 5
N_STROKES = 40
RECORD_FRAMES = """() => {
    window.frames_ms = [];
    let last = performance.now();
    const next = (now) => {
        window.frames_ms.push(now - last);
        last = now;
        window.recording = requestAnimationFrame(next);
    };
    window.recording = requestAnimationFrame(next);
}"""


def main() -> None:
    with editor_opened() as (page, url):
        page.goto(f"{url}/?shape=256x216&start=heart")
        page.locator(".editor[data-document]").wait_for()
        page.wait_for_timeout(1500)
        report("frames at rest, ms", frames(page, draw=False))
        set_size(page, 25)
        report("frames of a stroke with 25 pixels, ms", frames(page, draw=True))
        page.wait_for_timeout(1000)
        report("end of a stroke to its acknowledgement, ms", acknowledgements(page))


def set_size(page: Page, size: int) -> None:
    """Set the brush as its slider does."""
    page.get_by_label("Size of the brush").evaluate(
        "(input, size) => { input.value = size; input.dispatchEvent(new Event('input')); }", size
    )


def frames(page: Page, draw: bool) -> list[float]:
    """Times between frames while the mouse circles over the picture, drawing or not."""
    box = page.locator(".well").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    if draw:
        page.mouse.down()
    page.evaluate(RECORD_FRAMES)
    for step in range(SECONDS * 50):
        angle = step / 12
        page.mouse.move(x + (60 + step / 2) * np.cos(angle), y + (60 + step / 2) * np.sin(angle))
        page.wait_for_timeout(10)
    times: list[float] = page.evaluate("() => { cancelAnimationFrame(window.recording); return frames_ms; }")
    if draw:
        page.mouse.up()
    return times[1:]


def acknowledgements(page: Page) -> list[float]:
    """Times that the editor's outbox noted."""
    box = page.locator(".well").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    set_size(page, 5)
    for step in range(N_STROKES):
        page.mouse.move(x - 80 + 4 * step, y - 60)
        page.mouse.down()
        page.mouse.move(x - 80 + 4 * step, y + 60 + step, steps=4)
        page.mouse.up()
        page.wait_for_timeout(300)
    found: list[float] = page.locator(".editor").evaluate(
        "root => root.parentElement.editor.outbox.latencies"
    )
    return found[-N_STROKES:]


def report(name: str, times: list[float]) -> None:
    """Print the median, the 95th percentile and the worst."""
    median, high = np.percentile(times, [50, 95])
    print(f"{name}: median {median:.1f}, 95th percentile {high:.1f}, worst {max(times):.1f}, n {len(times)}")


if __name__ == "__main__":
    main()

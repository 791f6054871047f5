"""How soon a mask has smooth contours in Chromium, and how smooth a drag is; run it on an idle machine.

    python -m benchmarks.speed.contours

Fits the contours of hearts on 256 x 256 pixels, none met before, and prints times and numbers of points;
then drags a point of the endocardium to and fro for some seconds and prints the times between frames.
"""

import numpy as np
from playwright.sync_api import Page

from benchmarks.speed.brushing import RECORD_FRAMES, report
from benchmarks.speed.opened import editor_opened
from core.labels import Label

SIDE = 256
N_HEARTS = 60
SECONDS = 5
FIT = """(root, [side, masks]) => {
    const { editor } = root.parentElement;
    const tool = editor.tools.contour;
    const size = { width: side, height: side };
    return masks.map((text) => {
        const mask = Uint8Array.from(text, (letter) => letter.charCodeAt(0) - 48);
        const before = performance.now();
        const contours = tool.book.of(mask, size, editor.options.outlines);
        return { ms: performance.now() - before, points: contours.map((each) => each.points.length) };
    });
}"""


def main() -> None:
    with editor_opened() as (page, url):
        page.goto(f"{url}/?shape={SIDE}x{SIDE}&start=heart")
        page.locator(".editor[data-document][aria-busy='false']").wait_for()
        page.wait_for_timeout(1500)
        report_fits(page)
        page.keyboard.press("y")
        page.keyboard.press("3")
        report("frames while a point is dragged, ms", frames(page))


def hearts() -> list[np.ndarray]:
    """Waved hearts with an epicardium of 30 to 80 pixels across, (height, width) uint8."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    made = []
    for _ in range(N_HEARTS):
        radius, (column, row) = random.uniform(15, 40), random.uniform(110, 146, 2)
        angle, distance = np.arctan2(y - row, x - column), np.hypot(x - column, y - row)
        waves = sum(random.normal() * np.cos(n * angle + random.uniform(0, 6)) / n for n in (2, 3, 4))
        wall = radius * (1 + 0.05 * waves)
        beside = np.hypot(x - column + 1.2 * radius, 0.8 * (y - row)) < 1.1 * wall
        mask = np.where(beside, Label.RIGHT_VENTRICLE, Label.BACKGROUND).astype(np.uint8)
        mask[distance < wall] = Label.MYOCARDIUM
        mask[distance < 0.65 * wall] = Label.LEFT_VENTRICLE
        made.append(mask)
    return made


def report_fits(page: Page) -> None:
    """Print how long the contours of a mask took, the first one apart, and how many points they have."""
    masks = ["".join(map(str, mask.ravel())) for mask in hearts()]
    found = page.locator(".editor").evaluate(FIT, [SIDE, masks])
    print(f"the first mask since the page was opened: {found[0]['ms']:.1f} ms")
    report("from a mask to its contours, ms", [each["ms"] for each in found[1:]])
    points = np.concatenate([each["points"] for each in found])
    print(f"points of a contour: median {np.median(points):.0f}, most {points.max()}, n {len(points)}")


def frames(page: Page) -> list[float]:
    """Times between frames while a point of the endocardium is dragged to and fro."""
    x, y = page.locator(".editor").evaluate(
        """root => {
            const { editor } = root.parentElement;
            const { outlines } = editor.options;
            const contours = editor.tools.contour.contours();
            const endo = contours.find(({ outline }) => outlines[outline].labels[0] === 3);
            const [left, top] = editor.view.toScreen(endo.points[0].x, endo.points[0].y);
            const box = editor.well.getBoundingClientRect();
            return [box.left + left, box.top + top];
        }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(RECORD_FRAMES)
    for step in range(SECONDS * 50):
        page.mouse.move(x + 25 * np.sin(step / 9), y + 15 * np.sin(step / 7))
        page.wait_for_timeout(10)
    times: list[float] = page.evaluate("() => { cancelAnimationFrame(window.recording); return frames_ms; }")
    page.mouse.up()
    return times[1:]


if __name__ == "__main__":
    main()

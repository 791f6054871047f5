"""Plain NumPy drawing that the editor must equal, and a hand to draw in the browser with."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from core.labels import COLOURS, Label
from core.records.orientation import Turn, turn_of

Point = tuple[float, float]  # (x, y)
HAIR = 1e-9  # a centre on the very edge of a brush belongs to it


def centres(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return columns + 0.5, rows + 0.5


def snapped(point: Point, size: int) -> Point:
    """Brushes of odd size sit on pixel centres, of even size on pixel corners."""
    if size % 2:
        return np.floor(point[0]) + 0.5, np.floor(point[1]) + 0.5
    return np.floor(point[0] + 0.5), np.floor(point[1] + 0.5)


def stroke(shape: tuple[int, int], points: Sequence[Point], size: int, square: bool = False) -> np.ndarray:
    """Pixels whose centre is within half the size of the line through the snapped points."""
    places = [snapped(point, size) for point in points]
    covered = np.zeros(shape, bool)
    for start, end in zip(places, places[1:] or places, strict=False):
        distance = square_distance if square else round_distance
        covered |= distance(*centres(shape), start, end) <= size / 2 + HAIR
    return covered


def round_distance(x: np.ndarray, y: np.ndarray, start: Point, end: Point) -> np.ndarray:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length2 = dx * dx + dy * dy
    share = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / (length2 or 1), 0, 1)
    return np.hypot(x - start[0] - share * dx, y - start[1] - share * dy)


def square_distance(x: np.ndarray, y: np.ndarray, start: Point, end: Point) -> np.ndarray:
    """Smallest of max(|dx|, |dy|) to a point of the line: at an end, at a zero or where both are equal."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    ax, ay = x - start[0], y - start[1]
    shares = [np.zeros_like(x), np.ones_like(x)]
    for above, below in ((ax, dx), (ay, dy), (ax - ay, dx - dy), (ax + ay, dx + dy)):
        if below:
            shares.append(np.clip(above / below, 0, 1))
    return np.min([np.maximum(abs(ax - share * dx), abs(ay - share * dy)) for share in shares], axis=0)


def polygon(shape: tuple[int, int], corners: Sequence[Point]) -> np.ndarray:
    """Pixels whose centre has an odd number of edges to its left."""
    x, y = centres(shape)
    inside = np.zeros(shape, bool)
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if y0 == y1:
            continue
        spans = (y0 > y) != (y1 > y)
        inside ^= spans & (x > x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


Place = TypeVar("Place", Point, tuple[np.ndarray, np.ndarray])
HALF_OPEN = (
    1e-7  # a point on the line between two pixels of a turned picture is the one's that the screen shows
)


def as_on_screen(place: Place, turn: Turn, shape: tuple[int, int]) -> Place:
    """Where a point (x, y) of the image is in what is seen of it, in image pixels."""
    (x, y), (height, width) = place, shape
    if turn.mirrored:
        x = width - x
    for _ in range(turn.quarters):
        x, y, height, width = height - y, x, width, height
    return x, y


def as_in_image(place: Point, turn: Turn, shape: tuple[int, int]) -> Point:
    """The way back, as the editor takes points."""
    x, y = place
    sizes = shape if turn.quarters % 2 == 0 else shape[::-1]
    height, width = sizes
    flipped = [False, False]
    for _ in range(turn.quarters):
        x, y, height, width = y, width - x, width, height
        flipped = [flipped[1], not flipped[0]]
    if turn.mirrored:
        x, flipped[0] = width - x, not flipped[0]
    return x - HALF_OPEN * flipped[0], y - HALF_OPEN * flipped[1]


@dataclass
class Hand:
    """Draws in an open editor in screen pixels and knows where they lie in the image."""

    page: Page
    folder: Path
    document: str
    shape: tuple[int, int]

    def place(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.locator(".editor").evaluate(
            """root => {
                const { view } = root.parentElement.editor;
                const place = view.well.getBoundingClientRect();
                const { panX, panY, zoom, turn } = view;
                return { left: place.left, top: place.top, panX, panY, zoom, turn };
            }"""
        )
        return found

    def to_image(self, screen: Sequence[Point]) -> list[Point]:
        at = self.place()
        turn = turn_of(at["turn"])
        return [
            as_in_image(
                ((x - at["left"] - at["panX"]) / at["zoom"], (y - at["top"] - at["panY"]) / at["zoom"]),
                turn,
                self.shape,
            )
            for x, y in screen
        ]

    def to_screen(self, image: Sequence[Point]) -> list[Point]:
        """The nearest whole screen pixels, as a mouse has them."""
        at = self.place()
        turn = turn_of(at["turn"])
        return [
            (
                round(x * at["zoom"] + at["panX"] + at["left"]),
                round(y * at["zoom"] + at["panY"] + at["top"]),
            )
            for x, y in (as_on_screen(point, turn, self.shape) for point in image)
        ]

    def drag(self, image: Sequence[Point], steps: int = 1, button: str = "left") -> list[Point]:
        """Press, move and release along the points; return them as the editor sees them."""
        screen = self.to_screen(image)
        self.page.mouse.move(*screen[0])
        self.page.mouse.down(button=button)  # type: ignore[arg-type]
        for point in screen[1:]:
            self.page.mouse.move(*point, steps=steps)
        self.page.mouse.up(button=button)  # type: ignore[arg-type]
        return self.to_image(screen)

    def click(self, image: Sequence[Point]) -> list[Point]:
        screen = self.to_screen(image)
        for point in screen:
            self.page.mouse.click(*point)
        return self.to_image(screen)

    def turn_wheel_with_control(self, turn: float) -> None:
        """Return when the editor has had the event: Chromium hands a wheel on later than keys and clicks."""
        self.page.evaluate(
            """() => {
                window.turned = new Promise((heard) => {
                    addEventListener("wheel", () => setTimeout(heard), { capture: true, once: true });
                });
            }"""
        )
        self.page.keyboard.down("Control")
        self.page.mouse.wheel(0, turn)
        self.page.evaluate("() => window.turned")
        self.page.keyboard.up("Control")

    def zoom(self, turn: float) -> None:
        """Zoom in (below zero) or out where the mouse is."""
        before = self.place()["zoom"]
        self.turn_wheel_with_control(turn)
        assert (self.place()["zoom"] > before) == (turn < 0)

    def set_size(self, size: int) -> None:
        slider = self.page.get_by_label("Size of the brush", exact=False)
        slider.evaluate(
            "(input, size) => { input.value = size; input.dispatchEvent(new Event('input')); }", size
        )
        expect(self.page.locator(".top")).to_contain_text(f"{size} px")

    def mask(self) -> np.ndarray:
        """The mask as the browser holds it."""
        pixels = self.page.locator(".editor").evaluate(
            """root => {
                const { mask } = root.parentElement.editor.draft;
                return new TextDecoder().decode(mask.map((label) => 48 + label)); // "0" to "3"
            }"""
        )
        return np.frombuffer(pixels.encode(), np.uint8).reshape(self.shape) - 48

    def wait_for(self, mask: np.ndarray) -> None:
        """Until the browser holds this mask: a message may be there before the editor has what it says."""
        for _ in range(300):
            if np.array_equal(self.mask(), mask):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the editor of {self.document} holds another mask")

    def stored(self, revision: int = 1) -> np.ndarray:
        """The mask as Python has it, once the page has acknowledged the newest stroke."""
        expect(self.page.locator(".stored")).to_have_text("Draft stored")
        with np.load(self.folder / f"{self.document}-{revision}.npz") as file:
            return file["mask"]

    def seen(self, ratio: float = 1, offset: Point = (0, 0)) -> np.ndarray:
        """The labels as the colours on the screen say, in the middle of each pixel; needs full opacity.

        `ratio` is how many screen pixels there are to a CSS pixel; `offset` leads away from the middle, in
        image pixels.
        """
        box = self.page.locator(".well").bounding_box()
        assert box is not None
        self.page.mouse.move(2, 2)  # takes the cursor's own marks away
        self.page.wait_for_timeout(80)
        shot = np.asarray(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")).astype(int)
        at = self.place()
        turn = turn_of(at["turn"])
        x, y = centres(self.shape)
        x, y = as_on_screen((x + offset[0], y + offset[1]), turn, self.shape)
        columns = np.floor((x * at["zoom"] + at["panX"] + at["left"]) * ratio).astype(int)
        rows = np.floor((y * at["zoom"] + at["panY"] + at["top"]) * ratio).astype(int)
        colours = shot[rows, columns]
        labels = np.zeros(self.shape, np.uint8)
        for label in list(Label)[1:]:
            colour = [int(COLOURS[label][start : start + 2], 16) for start in (1, 3, 5)]
            labels[(abs(colours - colour) <= 2).all(axis=-1)] = label
        return labels

"""What a browser tab showed at the moment of each decision, and whether an approved mask is that."""

import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import BrowserContext, Page
from scipy import ndimage

from core.editing.contours import TISSUES, Outline, fill_polygon, outlines
from core.labels import COLOURS

SHAPE = (64, 80)
N_SLICES = 5
MARK_BRIGHTNESS = 4000  # of the block that tells the slices' pictures apart
# Canvas pixels around a line where it is not said on which side a pixel lies: a slice pixel and the line.
UNSURE = 9
LINE_TOLERANCE = 60  # of each colour, as the line is drawn smooth
RECORD = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


@dataclass
class Decision:
    """A key or click of a reader that may approve, and all that the screen showed then."""

    reader: str
    how: str
    at: float  # seconds
    editors: Sequence[Mapping[str, object]]
    canvases: Sequence[Mapping[str, object]]
    used: bool = False  # an approval came of it already

    def shows(self, place: int, mask: np.ndarray) -> bool:
        """Return whether the slice at this place was on the screen, with this mask, and nothing half done."""
        digits = "".join(map(str, mask.ravel()))
        for editor in self.editors:
            if editor["place"] == place and not editor["unfinished"] and editor["mask"] == digits:
                return True
        return any(canvas["place"] == place and outlined(canvas, mask) for canvas in self.canvases)

    def told(self, mask: np.ndarray) -> str:
        """Return what was on the screen beside a mask, in words."""
        digits = "".join(map(str, mask.ravel()))
        seen = [f"contours of slice {each['place']}" for each in self.canvases]
        for each in self.editors:
            n_other = sum(one != other for one, other in zip(str(each["mask"]), digits, strict=True))
            half = ", something unfinished" if each["unfinished"] else ""
            seen.append(f"slice {each['place']} ({n_other} pixels differ{half})")
        used = ", used," if self.used else ""
        return f"{self.how} of {self.reader}{used} over {' and '.join(seen) or 'nothing'}"


def record(context: BrowserContext | Page, reader: str, decisions: list[Decision]) -> None:
    """Let a page that is opened from now on tell of every key and click of its reader that may approve."""

    def take(source: object, said: dict[str, list[dict[str, object]]]) -> None:
        decisions.append(Decision(reader, str(said["how"]), time.time(), said["editors"], said["canvases"]))

    context.expose_binding("septumDecided", take)
    context.add_init_script(f"(() => {{ const [N_SLICES, WIDTH] = [{N_SLICES}, {SHAPE[1]}];\n{RECORD}}})();")


def outlined(canvas: Mapping[str, object], mask: np.ndarray) -> bool:
    """Return whether the lines on a canvas are the outlines of the mask, but for the pixels they run through.

    Where outlines lie over each other the mask has one label, so nothing is said there.
    """
    width = int(str(canvas["width"]))
    seen = np.frombuffer(b64decode(str(canvas["lines"])), np.uint8).reshape(-1, width, 4).astype(int)
    scale = width / SHAPE[1]
    middles = np.ix_(*(np.floor((np.arange(size) + 0.5) * scale).astype(int) for size in SHAPE))
    drawn = seen[..., 3] > 0
    sure = ~ndimage.binary_dilation(drawn, iterations=UNSURE)[middles]
    inside: dict[Outline, np.ndarray] = {}
    for outline, labels in TISSUES.items():
        colour = [int(COLOURS[labels[0]][start : start + 2], 16) for start in (1, 3, 5)]
        line = drawn & (abs(seen[..., :3] - colour) < LINE_TOLERANCE).all(axis=-1)
        inside[outline] = ndimage.binary_fill_holes(ndimage.binary_dilation(line, iterations=2))[middles]
        if line.any() and not (inside[outline] & sure).any():
            return True  # another line lies over it, or it is too thin to have an inside
    sure &= ~(inside[Outline.OTHER_CAVITY] & inside[Outline.EPICARDIUM])
    sure &= ~(inside[Outline.ENDOCARDIUM] & ~inside[Outline.EPICARDIUM])
    for outline, polygons in outlines(mask).items():
        filled = np.zeros(SHAPE, bool)
        for polygon in polygons:
            filled |= fill_polygon(polygon, SHAPE)
        if (filled != inside[outline])[sure].any():
            return False
    return True


def picture(place: int) -> np.ndarray:
    """Return the picture of a slice, (height, width) uint16, which tells its place by a bright block."""
    pixels = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])).astype(np.uint16)
    for mark in range(N_SLICES):
        pixels[1:6, 2 + 8 * mark : 7 + 8 * mark] = MARK_BRIGHTNESS if mark == place else 0
    return pixels

"""From a mask and what a reader points at to the corrected mask, on the slice's own grid."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from core.editing.hint import Hint
from core.imaging.processing.resample import resample_mask, resample_to_shape
from core.labels import Label
from core.network import checkpoint
from core.network.correction.planes import correction_planes, marked
from core.network.correction.promise import allowed_labels, kept
from core.network.engines import fastest_logits
from core.network.prepare import prepared
from core.recipes.checkpoint_header import require_task
from core.recipes.model import Task

SIDE = 128  # pixels of the network's grid that it sees at once, as many as it learnt from
MARGIN = 24  # pixels of them that lie at least around what was pointed at
REACH_MM = 25.0  # around what was pointed at within which the network's word counts
CERTAIN = 0.8  # of the network farther away, below which what is there stays
KEPT_ANSWERS = 64  # the steps before a click are looked up, so that a click costs one look of the network


class Corrector:
    """A loaded network that answers clicks, scribbles and boxes."""

    def __init__(self, path: Path) -> None:
        """Load a network; it answers on the processor.

        Raises:
            BadCheckpoint: when the file is no usable checkpoint, or does not correct.
        """
        network, self.config = checkpoint.load(path)
        require_task(path.name, self.config, Task.CORRECTION)
        self.logits = fastest_logits(network, self.config, torch.device("cpu"))
        self.answers: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def correct(
        self, pixels: np.ndarray, mask: np.ndarray, hints: Sequence[Hint], spacing_mm: tuple[float, float]
    ) -> np.ndarray:
        """Return the mask after the hints, (height, width) uint8: what was pointed at is as it was said.

        Hints are answered one after the other, each with the answer before it in view.

        Args:
            pixels: (height, width), scanner units.
            mask: (height, width) uint8 of Label values as it is now; all background where there is none.
            hints: oldest first, all their points within the slice.
            spacing_mm: (row, column).

        Raises:
            BadInput: when the slice would be absurdly large at the network's pixel size.
        """
        height, width = mask.shape
        if any(
            not (0 <= row < height and 0 <= column < width) for hint in hints for row, column in hint.points
        ):
            raise ValueError(f"points must lie within the slice of {height} x {width} pixels")
        asked = hashlib.blake2b(pixels.tobytes() + mask.tobytes() + repr(spacing_mm).encode())
        image = None
        for number, hint in enumerate(hints, start=1):
            asked.update(repr(hint).encode())
            known = self.answers.get(asked.digest())
            if known is None:
                if image is None:
                    image = prepared(pixels, spacing_mm, self.config)
                known = self._answer(image, mask, hints[:number], spacing_mm)
                self.answers[asked.digest()] = known
                while len(self.answers) > KEPT_ANSWERS:
                    self.answers.popitem(last=False)
            mask = known
        return mask.copy()

    def _answer(
        self, image: np.ndarray, mask: np.ndarray, hints: Sequence[Hint], spacing_mm: tuple[float, float]
    ) -> np.ndarray:
        """Return the mask after the newest hint, on the slice's own grid.

        Args:
            image: the slice as the network sees it, on its grid.
            mask: after the hints before it.
            hints: all of them.
            spacing_mm: of the slice.
        """
        seen = [on_grid(hint, mask.shape, image.shape) for hint in hints]
        before = resample_mask(mask, spacing_mm, self.config.spacing_mm)
        rows, columns = window(seen[-1], before)
        inside = [moved(hint, -rows.start, -columns.start) for hint in seen]
        said = self._look(image[rows, columns], before[rows, columns], inside, float(image.min()))
        changed = changes(said, before[rows, columns], inside[-1], self.config.spacing_mm)
        probabilities = np.zeros((len(Label), *image.shape), np.float32)
        probabilities[:, rows, columns] = said
        touched = np.zeros(image.shape, np.float32)
        # One pixel around what changed, so that its outline is as fine as the slice's own pixels.
        touched[rows, columns] = ndimage.binary_dilation(changed, np.ones((3, 3)))
        height, width = mask.shape
        probabilities = resample_to_shape(probabilities, (height, width))
        reached = resample_to_shape(touched[None], (height, width))[0] > 0.5
        answer = np.where(reached, probabilities.argmax(axis=0), mask).astype(np.uint8)
        return kept(answer, probabilities, allowed_labels(hints, (height, width)))

    @torch.inference_mode()
    def _look(self, image: np.ndarray, mask: np.ndarray, hints: Sequence[Hint], fill: float) -> np.ndarray:
        """Return the network's probabilities (labels, height, width) of one window of a slice.

        Below and to the right it is filled up with `fill` to what the network can take, as in training.
        """
        height, width = image.shape
        multiple = self.config.stride
        canvas = tuple(-(-length // multiple) * multiple for length in image.shape)
        grey, drawn = np.full(canvas, fill, np.float32), np.zeros(canvas, np.uint8)
        grey[:height, :width], drawn[:height, :width] = image, mask
        planes = torch.from_numpy(correction_planes(grey, drawn, hints)[None])
        said: np.ndarray = self.logits(planes).softmax(dim=1)[0, :, :height, :width].numpy()
        return said


def changes(said: np.ndarray, mask: np.ndarray, hint: Hint, spacing_mm: float) -> np.ndarray:
    """Return (height, width) bool of what a network's word changes: near the hint all, farther what is sure.

    Args:
        said: (labels, height, width) probabilities.
        mask: (height, width) as it was.
        hint: the newest, on the same grid.
        spacing_mm: of the grid.
    """
    if hint.box:
        top, left, bottom, right = hint.corners
        near = np.zeros(mask.shape, bool)
        near[max(0, top) : max(0, bottom + 1), max(0, left) : max(0, right + 1)] = True
    else:
        near = marked(hint, mask.shape)
    distance = ndimage.distance_transform_edt(~near, sampling=spacing_mm)
    heard = (distance <= REACH_MM) | (said.max(axis=0) >= CERTAIN)
    changed: np.ndarray = heard & (said.argmax(axis=0) != mask)
    return changed


def window(hint: Hint, mask: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and columns to look at: around the heart, as far as the hint is seen well."""
    drawn = np.nonzero(mask)
    found = []
    for axis, length in enumerate(mask.shape):
        at = [point[axis] for point in hint.points]
        middle = drawn[axis].mean() if len(drawn[axis]) else (min(at) + max(at)) / 2
        start = middle - SIDE / 2
        start = max(min(start, min(at) - MARGIN), max(at) + MARGIN - SIDE)
        first = int(max(0, min(start, length - SIDE)))
        found.append(slice(first, min(length, first + SIDE)))
    return found[0], found[1]


def on_grid(hint: Hint, shape: tuple[int, ...], grid: tuple[int, ...]) -> Hint:
    """Return the hint with its points, of a slice of `shape`, on another grid of the same place."""
    points = dict.fromkeys(
        (int((row + 0.5) * grid[0] / shape[0]), int((column + 0.5) * grid[1] / shape[1]))
        for row, column in hint.points
    )
    return replace(hint, points=tuple(points))


def moved(hint: Hint, rows: int, columns: int) -> Hint:
    """Return the hint so many rows and columns farther."""
    return replace(hint, points=tuple((row + rows, column + columns) for row, column in hint.points))


def cached_corrector(path: Path) -> Corrector:
    """Return the corrector of a checkpoint, loaded once in this process while the file stays the same.

    Raises:
        BadCheckpoint: when there is no such file, or it does not correct.
    """
    path = Path(path).resolve()
    if not path.exists():
        return Corrector(path)  # says what is wrong
    stat = path.stat()
    return _loaded(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1)
def _loaded(path: Path, _mtime_ns: int, _size: int) -> Corrector:
    return Corrector(path)

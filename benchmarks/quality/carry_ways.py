"""The ways to carry a mask that are compared, and their scores as lines of a record."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from skimage.registration import optical_flow_ilk

from core.editing.carry.carry import MARGIN_MM, Corrected, Motion, carry
from core.editing.carry.motion import brought, displacement
from core.editing.spread.distance import Spacing, box_around
from core.editing.spread.interpolation import between
from core.editing.spread.layers import with_layers
from core.labels import FOREGROUND, SHORT_NAMES
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice
from core.pixels.grey_window import in_window


@dataclass(frozen=True)
class Line:
    """What one way scored on one case."""

    part: str  # of the benchmark
    case: str  # a phantom or a patient
    way: str
    dice: dict[str, float | None]  # by label, over the whole stack; None where neither has it
    least: float | None = None  # of the means over the labels, of all phases
    unsure_right: float | None = None  # mean of the map where the mask is right, within the heart
    unsure_wrong: float | None = None  # and where it is wrong


class Record:
    """Lines that are kept as they come, so that a run goes on where it was stopped."""

    def __init__(self, path: Path) -> None:
        """Read what is there."""
        self.path = path
        self.lines = (
            [Line(**json.loads(text)) for text in path.read_text().splitlines()] if path.exists() else []
        )

    def has(self, part: str, case: str) -> bool:
        """Whether a case was done."""
        return any((line.part, line.case) == (part, case) for line in self.lines)

    def add(self, lines: Sequence[Line]) -> None:
        """Keep the lines of a case, all at once."""
        self.lines += lines
        with self.path.open("a") as file:
            file.write("".join(json.dumps(asdict(line)) + "\n" for line in lines))


def lucas_kanade(still: np.ndarray, moving: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """The motion by iterative Lucas-Kanade."""
    return np.asarray(optical_flow_ilk(still.astype(np.float32), moving.astype(np.float32), dtype=np.float32))


def at_rest(still: np.ndarray, moving: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """No motion: a mask as it is, or the distances of several averaged."""
    return np.zeros((2, *still.shape), np.float32)


def remembered(motion: Motion) -> Motion:
    """The same, each pair of pictures asked for once."""
    known: dict[tuple[int, int], np.ndarray] = {}

    def asked(still: np.ndarray, moving: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
        key = hash(still.tobytes()), hash(moving.tobytes())
        if key not in known:
            known[key] = motion(still, moving, spacing_mm)
        return known[key]

    return asked


def sequence_of(pictures: Sequence[np.ndarray], spacing_mm: Spacing) -> np.ndarray:
    """The motion from the first picture to the last, phase by phase, (2, height, width)."""
    total = np.zeros((2, *pictures[0].shape))
    for before, after in zip(pictures, pictures[1:], strict=False):
        step = displacement(after, before, spacing_mm)
        total = step + np.stack([brought(part, step) for part in total])
    return total


def phase_by_phase(pictures: Sequence[np.ndarray], mask: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """The mask of the first of these pictures carried to the last, through all between."""
    box = box_around(mask > 0, round(MARGIN_MM / min(spacing_mm)))
    made = np.zeros_like(mask)
    if not mask.any():
        return made
    flow = sequence_of([in_window(picture)[box] for picture in pictures], spacing_mm)
    way = carrying(lambda still, moving, spacing: flow, with_network=False)
    made[box] = way([Corrected(pictures[0][box], mask[box])], pictures[-1][box], spacing_mm, None)[0]
    return made


def by_shape(one: np.ndarray, other: np.ndarray, share: float, spacing_mm: Spacing) -> np.ndarray:
    """The mask between two others by their shapes alone."""
    layers = between(one, other, share, FOREGROUND, spacing_mm)
    return with_layers(np.zeros_like(one), layers)


def scores(truth: np.ndarray, mask: np.ndarray) -> dict[str, float | None]:
    """Dice of each label over a whole stack."""
    confusion = count(truth, mask)
    found = {SHORT_NAMES[label]: dice(counts_of(confusion, label)) for label in FOREGROUND}
    return {name: None if np.isnan(value) else round(float(value), 4) for name, value in found.items()}


def mean_of(found: dict[str, float | None]) -> float:
    """The mean over the labels that are there."""
    return float(np.mean([value for value in found.values() if value is not None]))


Way = Callable[[Sequence[Corrected], np.ndarray, Spacing, np.ndarray | None], tuple[np.ndarray, np.ndarray]]


def carrying(motion: Motion, *, with_network: bool) -> Way:
    """A way that carries along a motion, with a network's word or without."""

    def way(
        sources: Sequence[Corrected], pixels: np.ndarray, spacing_mm: Spacing, said: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        made = carry(sources, pixels, spacing_mm, said if with_network else None, motion)
        return made.mask, made.unsure

    return way


def unsure_means(truth: np.ndarray, mask: np.ndarray, unsure: np.ndarray) -> tuple[float, float]:
    """Means of a map within the heart, where the mask is right and where it is wrong."""
    heart, wrong = (truth > 0) | (mask > 0), truth != mask
    parts = (unsure[heart & ~wrong], unsure[heart & wrong])
    right, false = (round(float(part.mean()), 4) if part.size else 0.0 for part in parts)
    return right, false

"""How the synthetic heart and its surroundings look in balanced SSFP: bright blood and fat, dark lung."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from scipy import ndimage

BLOOD, MYOCARDIUM, FAT, MUSCLE, LIVER, LUNG = 1.0, 0.34, 1.05, 0.30, 0.42, 0.07  # share of blood's signal
SIGNAL = 900.0  # scanner units of blood
NOISE = 22.0  # scanner units; the ratio of about 40 is that of a cine at 1.5 T
BLUR_MM = 0.9  # standard deviation of the point spread: acquired pixels are larger than shown ones


class Heart(Protocol):
    """What `core.imaging.phantom.pixel_grid.PlacedHeart` offers; distances in mm on the fine grid."""

    @property
    def lv(self) -> np.ndarray:
        """(fine, fine) mm inside the LV cavity, negative outside."""

    @property
    def epi(self) -> np.ndarray:
        """The same for the outer edge of the myocardium."""

    @property
    def rv(self) -> np.ndarray:
        """The same for the RV cavity, the septum not cut out."""

    @property
    def across(self) -> np.ndarray:
        """(fine, fine) mm from the LV's centre to the right, in the heart's own frame."""

    @property
    def along(self) -> np.ndarray:
        """The same, downwards."""


@dataclass(frozen=True, eq=False)
class Person:
    """What is the same at every position of one person: smooth random fields (n, n) of the fine grid."""

    wobble: np.ndarray
    vessels: np.ndarray
    folds: np.ndarray
    mottle: np.ndarray
    coils: np.ndarray
    texture: np.ndarray
    flow: np.ndarray
    uneven: np.ndarray
    pericardial: float  # mm of fat around the heart

    @classmethod
    @lru_cache(maxsize=1)  # asked for once a position, of one person after the other
    def drawn(cls, seed: int, n: int, per_mm: float) -> "Person":
        """Draw the fields on `n` by `n` sub-pixels, of which `per_mm` make a millimetre."""
        random = np.random.default_rng([seed, 1000])
        scales_mm = (25, 2.5, 2.0, 3, 60, 2.2, 9, 7)
        wobble, vessels, folds, mottle, coils, texture, flow, uneven = (
            smooth(random, n, scale * per_mm) for scale in scales_mm
        )
        fat = random.uniform(2.0, 5.0)
        return cls(wobble, vessels, folds, mottle, coils, texture, flow, uneven, fat)


class Scene:
    """Everything around the heart at one position; it does not beat, so it is made once."""

    def __init__(self, seed: int, position: int, size: int, spacing_mm: float, fine: int = 2) -> None:
        """Draw the chest on a grid of `size * fine` sub-pixels."""
        self.random = np.random.default_rng([seed, position])
        self.fine, self.spacing_mm = fine, spacing_mm
        n = size * fine
        person = Person.drawn(seed, n, fine / spacing_mm)
        axis = ((np.arange(n) + 0.5) / n - 0.5) * size * spacing_mm
        y, x = np.meshgrid(axis, axis, indexing="ij")
        lift = 4.0 * position  # the diaphragm rises towards the apex

        def inside(row: float, column: float, height: float, width: float, bumps: float = 0.05) -> np.ndarray:
            edge = 1 + bumps * 4 * person.wobble
            return ((y - row) / height) ** 2 + ((x - column) / width) ** 2 < edge

        tissue = np.full((n, n), LUNG, np.float32)
        tissue[(person.vessels > 2.6) & (y < 0)] = 0.7
        front = x + 0.30 * y  # the front wall runs along the left of the screen
        tissue[front < -62 + 5 * person.wobble] = MUSCLE
        tissue[front < -74 + 6 * person.wobble] = FAT
        tissue[front < -100 + 3 * person.wobble] = 0.02  # air outside
        tissue[inside(92 - lift, -30, 52, 70, 0.1)] = LIVER
        stomach = inside(92 - lift / 2, 72, 30, 36, 0.1)
        tissue[stomach] = np.clip(0.45 + 0.28 * person.folds, LUNG, 1)[stomach]  # contents, gas and folds
        tissue[inside(118, 8, 26, 28)] = 0.5  # spine
        tissue[inside(104, 42, 11, 11, 0.0)] = BLOOD * 0.95  # descending aorta, beside it
        self.tissue = tissue * (1 + 0.10 * person.mottle).astype(np.float32)
        shade = 1.1 - 0.0022 * x + 0.12 * person.coils
        self.shade = shade.astype(np.float32)  # coils lie in front
        self.texture, self.flow, self.uneven = person.texture, person.flow, 0.9 * person.uneven
        self.pericardial = person.pericardial
        self.blurred = self.blur(self.tissue * self.shade)

    def blur(self, image: np.ndarray) -> np.ndarray:
        """Return the point spread."""
        return ndimage.gaussian_filter(image, BLUR_MM * self.fine / self.spacing_mm)


def render(scene: Scene, heart: Heart, phase: int) -> np.ndarray:
    """Return one picture, (size, size) uint16 scanner units."""
    image, size = scene.blurred.copy(), scene.blurred.shape[0] // scene.fine
    reach = around(np.maximum(heart.epi, heart.rv + 2.5) > -scene.pericardial)
    if reach:
        # Only what the blur can carry from the heart differs from the scene without it.
        margin = int(4 * BLUR_MM * scene.fine / scene.spacing_mm + 0.5)
        inner, outer = widened(reach, margin, image.shape), widened(reach, 2 * margin, image.shape)
        beating = scene.blur(draw(scene, heart, outer) * scene.shade[outer])
        within = tuple(slice(i.start - o.start, i.stop - o.start) for i, o in zip(inner, outer, strict=True))
        image[inner] = beating[within]
    coarse = image.reshape(size, scene.fine, size, scene.fine).mean(axis=(1, 3)) * SIGNAL
    noise = np.random.default_rng([int(scene.random.integers(1 << 31)), phase])
    real = coarse + noise.normal(0, NOISE, coarse.shape)
    imaginary = noise.normal(0, NOISE, coarse.shape)
    return np.round(np.hypot(real, imaginary)).astype(np.uint16)  # magnitude: Rician noise


def draw(scene: Scene, heart: Heart, at: tuple[slice, slice]) -> np.ndarray:
    """Return the tissues in a window of the fine grid, as shares of blood's signal."""
    image, texture = scene.tissue[at].copy(), scene.texture[at]
    epi, rv, lv = heart.epi[at], heart.rv[at], heart.lv[at]
    outer = np.maximum(epi, rv + 2.5)  # the RV's own wall is about 2.5 mm
    image[outer > -scene.pericardial] = FAT * 0.62
    image[outer > -0.8] = LUNG * 2.5  # the pericardium is a dark line
    image[rv > -2.5] = MYOCARDIUM * 1.05
    blood = BLOOD * (1 + 0.07 * scene.flow[at])
    trabeculae = (texture > 1.1) & (rv < 9)  # coarse muscle along the RV's free wall
    image = np.where(rv > 0, np.where(trabeculae, 0.6, blood), image)
    image = np.where(epi > -1.0, MYOCARDIUM * (1 + 0.10 * texture), image)
    image = np.where(lv > 0, blood, image)
    radius = max(0.0, float(heart.lv.max()))
    for across, along in ((0.46, -0.52), (0.40, 0.58)):  # papillary muscles, on the free wall's side
        distance = np.hypot(heart.across[at] - across * radius, heart.along[at] - along * radius)
        muscle = distance < min(0.2 * radius, 4.5) + 1.2 * texture
        image = np.where(muscle & (lv > 0.5), MYOCARDIUM * 1.15, image)
    ridges = (texture > 0.9) & (lv > 0) & (lv < 3)  # trabeculae along the LV's wall
    return np.where(ridges, 0.6, image)


def around(mask: np.ndarray) -> tuple[slice, slice] | None:
    """Return the smallest window with all of a mask; none where it is empty."""
    box = ndimage.find_objects(mask.astype(np.uint8), 1)[0]
    return None if box is None else (box[0], box[1])


def widened(at: tuple[slice, slice], margin: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return a window with a margin, as far as the picture goes."""
    row, column = (
        slice(max(0, part.start - margin), min(length, part.stop + margin))
        for part, length in zip(at, shape, strict=True)
    )
    return row, column


def smooth(random: np.random.Generator, n: int, sigma: float) -> np.ndarray:
    """Return a random field (n, n) of mean 0 and deviation 1, smooth over `sigma` sub-pixels."""
    coarse = max(1, int(sigma / 3))  # filtered on a coarser grid where that shows no difference
    length = -(-n // coarse)
    field = ndimage.gaussian_filter(random.normal(size=(length, length)), sigma / coarse, mode="wrap")
    field = ndimage.zoom(field, coarse, order=1)[:n, :n] if coarse > 1 else field
    return ((field - field.mean()) / field.std()).astype(np.float32)

"""How the synthetic heart and its surroundings look in balanced SSFP: bright blood and fat, dark lung."""

from typing import Protocol

import numpy as np
from scipy import ndimage

BLOOD, MYOCARDIUM, FAT, MUSCLE, LIVER, LUNG = 1.0, 0.34, 1.05, 0.30, 0.42, 0.07  # share of blood's signal
SIGNAL = 900.0  # scanner units of blood
NOISE = 22.0  # scanner units; the ratio of about 40 is that of a cine at 1.5 T
BLUR_MM = 0.9  # standard deviation of the point spread: acquired pixels are larger than shown ones


class Heart(Protocol):
    """What `core.imaging.phantom.PlacedHeart` offers; distances in mm on the fine grid."""

    @property
    def lv(self) -> np.ndarray: ...
    @property
    def epi(self) -> np.ndarray: ...
    @property
    def rv(self) -> np.ndarray: ...
    @property
    def across(self) -> np.ndarray: ...
    @property
    def along(self) -> np.ndarray: ...


class Scene:
    """Everything around the heart at one position; it does not beat, so it is made once."""

    def __init__(self, seed: int, position: int, size: int, spacing_mm: float, fine: int = 2) -> None:
        """Draw the chest on a grid of `size * fine` sub-pixels."""
        self.random = np.random.default_rng([seed, position])
        person = np.random.default_rng([seed, 1000])  # the same at every position
        self.fine, self.spacing_mm = fine, spacing_mm
        n = size * fine
        axis = ((np.arange(n) + 0.5) / n - 0.5) * size * spacing_mm
        y, x = np.meshgrid(axis, axis, indexing="ij")
        wobble = smooth(person, n, 25 * fine / spacing_mm)
        lift = 4.0 * position  # the diaphragm rises towards the apex

        def inside(row: float, column: float, height: float, width: float, bumps: float = 0.05) -> np.ndarray:
            return ((y - row) / height) ** 2 + ((x - column) / width) ** 2 < 1 + bumps * 4 * wobble

        tissue = np.full((n, n), LUNG, np.float32)
        tissue[(smooth(person, n, 2.5 * fine / spacing_mm) > 2.6) & (y < 0)] = 0.7  # vessels in the lung
        front = x + 0.30 * y  # the front wall runs along the left of the screen
        tissue[front < -62 + 5 * wobble] = MUSCLE
        tissue[front < -74 + 6 * wobble] = FAT
        tissue[front < -100 + 3 * wobble] = 0.02  # air outside
        tissue[inside(92 - lift, -30, 52, 70, 0.1)] = LIVER
        stomach = inside(92 - lift / 2, 72, 30, 36, 0.1)
        folds = smooth(person, n, 2.0 * fine / spacing_mm)
        tissue[stomach] = np.clip(0.45 + 0.28 * folds, LUNG, 1)[stomach]  # contents, gas and folds
        tissue[inside(118, 8, 26, 28)] = 0.5  # spine
        tissue[inside(104, 42, 11, 11, 0.0)] = BLOOD * 0.95  # descending aorta, beside it
        self.tissue = tissue * (1 + 0.10 * smooth(person, n, 3 * fine / spacing_mm)).astype(np.float32)
        shade = 1.1 - 0.0022 * x + 0.12 * smooth(person, n, 60 * fine / spacing_mm)
        self.shade = shade.astype(np.float32)  # coils lie in front
        self.texture = smooth(person, n, 2.2 * fine / spacing_mm)
        self.flow = smooth(person, n, 9 * fine / spacing_mm)
        self.uneven = 0.9 * smooth(person, n, 7 * fine / spacing_mm)
        self.pericardial = person.uniform(2.0, 5.0)  # mm of fat around the heart


def render(scene: Scene, heart: Heart, phase: int) -> np.ndarray:
    """One picture, (size, size) uint16 scanner units."""
    image = scene.tissue.copy()
    outer = np.maximum(heart.epi, heart.rv + 2.5)  # the RV's own wall is about 2.5 mm
    image[outer > -scene.pericardial] = FAT * 0.62
    image[outer > -0.8] = LUNG * 2.5  # the pericardium is a dark line
    image[heart.rv > -2.5] = MYOCARDIUM * 1.05
    blood = BLOOD * (1 + 0.07 * scene.flow)
    trabeculae = (scene.texture > 1.1) & (heart.rv < 9)  # coarse muscle along the RV's free wall
    image = np.where(heart.rv > 0, np.where(trabeculae, 0.6, blood), image)
    image = np.where(heart.epi > -1.0, MYOCARDIUM * (1 + 0.10 * scene.texture), image)
    image = np.where(heart.lv > 0, blood, image)
    radius = max(0.0, float(heart.lv.max()))
    for across, along in ((0.46, -0.52), (0.40, 0.58)):  # papillary muscles, on the free wall's side
        distance = np.hypot(heart.across - across * radius, heart.along - along * radius)
        muscle = distance < min(0.2 * radius, 4.5) + 1.2 * scene.texture
        image = np.where(muscle & (heart.lv > 0.5), MYOCARDIUM * 1.15, image)
    ridges = (scene.texture > 0.9) & (heart.lv > 0) & (heart.lv < 3)  # trabeculae along the LV's wall
    image = np.where(ridges, 0.6, image)
    image = ndimage.gaussian_filter(image * scene.shade, BLUR_MM * scene.fine / scene.spacing_mm)
    size = image.shape[0] // scene.fine
    coarse = image.reshape(size, scene.fine, size, scene.fine).mean(axis=(1, 3)) * SIGNAL
    noise = np.random.default_rng([int(scene.random.integers(1 << 31)), phase])
    real = coarse + noise.normal(0, NOISE, coarse.shape)
    imaginary = noise.normal(0, NOISE, coarse.shape)
    return np.round(np.hypot(real, imaginary)).astype(np.uint16)  # magnitude: Rician noise


def smooth(random: np.random.Generator, n: int, sigma: float) -> np.ndarray:
    """A random field (n, n) of mean 0 and deviation 1, smooth over `sigma` sub-pixels."""
    coarse = max(1, int(sigma / 3))  # filtered on a coarser grid where that shows no difference
    length = -(-n // coarse)
    field = ndimage.gaussian_filter(random.normal(size=(length, length)), sigma / coarse, mode="wrap")
    field = ndimage.zoom(field, coarse, order=1)[:n, :n] if coarse > 1 else field
    return ((field - field.mean()) / field.std()).astype(np.float32)

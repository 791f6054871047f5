"""What images look like, series by series: which stand out, and which picture is in the store twice."""

from dataclasses import dataclass

import numpy as np

from core.metrics.outliers import FAR, robust_distance
from core.records import Split
from core.store.database import open_store
from core.store.images import AlikeSlice, alike_slices, series_images

MOST_GROUPS = 100  # of pictures that look alike, told at most

FIGURES = {
    "mean_intensity": "mean intensity",
    "contrast": "contrast",
    "pixel_mm": "pixel size",
    "height": "height",
    "width": "width",
}


@dataclass(frozen=True)
class SeriesImages:
    """Figures of the images of one series, and what is unusual about them."""

    series_id: int
    first_slice_id: int  # to open it
    patient: str
    name: str
    split: Split
    n_slices: int
    mean_intensity: float  # scanner units
    contrast: float  # between the 1st and the 99th percentile, scanner units
    pixel_mm: float  # NaN where nobody knows it
    height: int
    width: int
    unusual: tuple[str, ...]  # figures far from those of the other series, in words


@dataclass(frozen=True)
class Alike:
    """One picture that several slices show."""

    slices: tuple[AlikeSlice, ...]

    @property
    def exact(self) -> bool:
        """Whether all are the same to the last bit."""
        return len({item.image_sha256 for item in self.slices}) == 1

    @property
    def leaks(self) -> bool:
        """Whether it is in more than one split, so that a model is judged on what it has learnt."""
        return len({item.split for item in self.slices}) > 1


def image_figures() -> list[SeriesImages]:
    """The images of every series; the ones that stand out come first."""
    rows = series_images(open_store())
    unusual: list[list[str]] = [[] for _ in rows]
    for name, told in FIGURES.items():
        values = np.array([getattr(row, name) for row in rows], float)
        far = robust_distance(values)
        usual = float(np.nanmedian(values)) if np.isfinite(values).any() else np.nan
        for index in np.flatnonzero(np.abs(far) > FAR):
            side = "high" if far[index] > 0 else "low"
            unusual[index].append(f"{side} {told} ({values[index]:.4g}, usual {usual:.4g})")
    found = [
        SeriesImages(**vars(row), unusual=tuple(words)) for row, words in zip(rows, unusual, strict=True)
    ]
    return sorted(found, key=lambda item: (-len(item.unusual), item.series_id))


def pictures_twice() -> list[Alike]:
    """Pictures that several series show, of one patient or of many; leaks between splits come first."""
    groups: dict[str, list[AlikeSlice]] = {}
    for item in alike_slices(open_store(), MOST_GROUPS):
        groups.setdefault(item.look, []).append(item)
    found = [Alike(tuple(group)) for group in groups.values()]
    return sorted(found, key=lambda alike: (not alike.leaks, not alike.exact, alike.slices[0].slice_id))


def image_warnings(pictures: list[Alike]) -> list[str]:
    """What one must know of pictures that are there twice, in plain sentences."""
    leaks = [alike for alike in pictures if alike.leaks]
    found = []
    if leaks:
        splits = sorted({item.split.value for alike in leaks for item in alike.slices})
        found.append(
            f"{len(leaks)} {'picture is' if len(leaks) == 1 else 'pictures are'} in more than one split "
            f"({', '.join(splits)}): scores on them say nothing about new patients. Remove one of each."
        )
    within = len(pictures) - len(leaks)
    if within:
        found.append(
            f"{within} {'picture is' if within == 1 else 'pictures are'} in the store more than once in one "
            "split; they count double there."
        )
    return found

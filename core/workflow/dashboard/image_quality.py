"""What images look like, series by series: which stand out, and which picture is in the store twice."""

from dataclasses import dataclass

import numpy as np

from core.metrics.statistics.robust_z import FAR, robust_distance
from core.records.slices import Split
from core.store.database import open_store
from core.store.slices.image_statistics import DuplicateSlice, duplicate_slices, series_images

MAX_GROUPS = 100  # of pictures that look alike, told at most

STATISTICS = {
    "mean_intensity": "mean intensity",
    "contrast": "contrast",
    "pixel_mm": "pixel size",
    "height": "height",
    "width": "width",
}


@dataclass(frozen=True)
class SeriesImages:
    """Statistics of the images of one series, and what is unusual about them."""

    series_id: int
    first_slice_id: int  # to open it
    patient: str
    name: str
    format: str  # of its source; a series is compared with those of its own
    split: Split
    n_slices: int
    mean_intensity: float  # scanner units
    contrast: float  # between the 1st and the 99th percentile, scanner units
    pixel_mm: float  # NaN where nobody knows it
    height: int
    width: int
    unusual: tuple[str, ...]  # far from other series of the format, in words


@dataclass(frozen=True)
class Alike:
    """One picture that several slices show."""

    slices: tuple[DuplicateSlice, ...]

    @property
    def exact(self) -> bool:
        """Whether all are the same to the last bit."""
        return len({item.image_sha256 for item in self.slices}) == 1

    @property
    def leaks(self) -> bool:
        """Whether it is in more than one split, so that a model is judged on what it has learnt."""
        return len({item.split for item in self.slices}) > 1


def image_statistics() -> list[SeriesImages]:
    """Return the statistics of every series' images; the ones that stand out from their like come first."""
    rows = series_images(open_store())
    unusual: list[list[str]] = [[] for _ in rows]
    for kind in dict.fromkeys(row.format for row in rows):
        alike = [index for index, row in enumerate(rows) if row.format == kind]
        for name, title in STATISTICS.items():
            values = np.array([getattr(rows[index], name) for index in alike], float)
            far = robust_distance(values)
            usual = float(np.nanmedian(values)) if np.isfinite(values).any() else np.nan
            for place in np.flatnonzero(np.abs(far) > FAR):
                side = "high" if far[place] > 0 else "low"
                unusual[alike[place]].append(f"{side} {title} ({values[place]:.4g}, usual {usual:.4g})")
    series = [
        SeriesImages(**vars(row), unusual=tuple(words)) for row, words in zip(rows, unusual, strict=True)
    ]
    return sorted(series, key=lambda item: (-len(item.unusual), item.series_id))


def pictures_twice() -> list[Alike]:
    """Return the pictures that several slices show; leaks between splits come first."""
    groups: dict[str, list[DuplicateSlice]] = {}
    for item in duplicate_slices(open_store(), MAX_GROUPS):
        groups.setdefault(item.look, []).append(item)
    pictures = [Alike(tuple(group)) for group in groups.values()]
    return sorted(pictures, key=lambda alike: (not alike.leaks, not alike.exact, alike.slices[0].slice_id))


def image_warnings(pictures: list[Alike]) -> list[str]:
    """Return warnings of pictures that are there twice, in plain sentences."""
    leaks = [alike for alike in pictures if alike.leaks]
    warnings = []
    if leaks:
        splits = sorted({item.split.value for alike in leaks for item in alike.slices})
        warnings.append(
            f"{len(leaks)} {'picture is' if len(leaks) == 1 else 'pictures are'} in more than one split "
            f"({', '.join(splits)}): scores on them say nothing about new patients. Remove one of each."
        )
    within = len(pictures) - len(leaks)
    if within:
        warnings.append(
            f"{within} {'picture is' if within == 1 else 'pictures are'} in the store more than once in one "
            "split; they count double there."
        )
    return warnings

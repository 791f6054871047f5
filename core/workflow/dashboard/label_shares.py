"""How much of some slices each label takes, how many lack it, and how large it is where it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.balance import lacking_percent, shares_percent
from core.store.slices.slice_arrays import SeriesFacts, SliceColumns

BINS = 24  # of a distribution of areas
MAX_SERIES = 500  # listed one by one; nobody reads more


@dataclass(frozen=True)
class Share:
    """How much of some slices each label takes."""

    group: str
    n_slices: int
    pixels: Mapping[Label, int]
    percent: Mapping[Label, float]  # of the pixels
    lacking: Mapping[Label, int]  # slices without the label
    lacking_percent: Mapping[Label, float]


@dataclass(frozen=True)
class AreaBin:
    """How many slices have so much of a label."""

    label: Label
    low_cm2: float
    high_cm2: float
    n_slices: int


def share_of(group: str, pixels: np.ndarray) -> Share:
    """Return the shares of some slices, from the pixels (n, 4) of the labels in each."""
    percent, lacking = shares_percent(pixels), lacking_percent(pixels)
    return Share(
        group=group,
        n_slices=len(pixels),
        pixels={label: int(pixels[:, label].sum()) for label in Label},
        percent={label: float(percent[label]) for label in Label},
        lacking={label: int((pixels[:, label] == 0).sum()) for label in Label},
        lacking_percent={label: float(lacking[label]) for label in Label},
    )


def area_bins(slices: SliceColumns, facts: Mapping[int, SeriesFacts]) -> tuple[AreaBin, ...]:
    """Return the distribution of each heart label's area, over the slices that have it."""
    known, member = np.unique(slices.series_ids, return_inverse=True)
    sizes = np.array([facts[series_id].pixel_cm2 or np.nan for series_id in known.tolist()])
    areas = slices.pixels * sizes[member][:, None]
    heart = areas[:, list(FOREGROUND)]
    present = np.isfinite(heart) & (heart > 0)
    if not present.any():
        return ()
    edges = np.linspace(0, float(heart[present].max()), BINS + 1)
    return tuple(
        AreaBin(label, float(edges[index]), float(edges[index + 1]), int(n))
        for column, label in enumerate(FOREGROUND)
        for index, n in enumerate(np.histogram(heart[present[:, column], column], edges)[0])
    )


def shares_by_group(
    names: np.ndarray, pixels: np.ndarray, titles: Sequence[tuple[str, str]]
) -> tuple[Share, ...]:
    """Return a share of each group that occurs, in the given order.

    Args:
        names: (n,) the group of each slice.
        pixels: (n, 4) of the labels in each.
        titles: each group by its name, with the title for people.
    """
    chosen = [(title, names == name) for name, title in titles]
    return tuple(share_of(title, pixels[where]) for title, where in chosen if where.any())


def shares_by_series(slices: SliceColumns, facts: Mapping[int, SeriesFacts]) -> tuple[Share, ...]:
    """Return the series in which the largest part of the slices lacks a label, at most MAX_SERIES."""
    known, member, n = np.unique(slices.series_ids, return_inverse=True, return_counts=True)
    lacking = np.zeros((len(known), len(FOREGROUND)))
    np.add.at(lacking, member, slices.pixels[:, list(FOREGROUND)] == 0)
    worst = np.argsort(-(lacking / n[:, None]).max(axis=1), kind="stable")[:MAX_SERIES]
    order = np.argsort(member, kind="stable")
    ends = np.cumsum(n)
    shares = []
    for index in worst.tolist():
        one = facts[int(known[index])]
        part = order[ends[index] - n[index] : ends[index]]
        shares.append(share_of(f"{one.patient} {one.name}", slices.pixels[part]))
    return tuple(shares)

"""How rare each label is and where, what a weighting would make of it, and what to mind before training."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.balance import (
    balance_warnings,
    effective_number_weights,
    inverse_frequency_weights,
    lacking_percent,
    loss_shares_percent,
    shares_percent,
)
from core.metrics.places import Beat, Third, beats, thirds
from core.records import Split, Status
from core.store.database import open_store
from core.store.slice_columns import SeriesFacts, SliceColumns, masked_slices, masks_stamp, series_facts

BINS = 24  # of a distribution of areas
MOST_SERIES = 500  # told one by one; nobody reads more
MEANT = {Split.TRAIN: "training slices", Split.VALIDATION: "validation slices", Split.TEST: "test slices"}


class Grouping(StrEnum):
    """What shares can be told apart by."""

    SPLIT = "split"
    THIRD = "position"
    BEAT = "phase"
    STATUS = "status"


ORDER: Mapping[Grouping, tuple[str, ...]] = {
    Grouping.SPLIT: tuple(Split),
    Grouping.THIRD: tuple(Third),
    Grouping.BEAT: tuple(Beat),
    Grouping.STATUS: tuple(Status),
}


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


@dataclass(frozen=True)
class Balance:
    """What the masks that count come to."""

    whole: Share
    groups: Mapping[Grouping, tuple[Share, ...]]
    series: tuple[Share, ...]  # those that lack most first, at most MOST_SERIES
    areas: tuple[AreaBin, ...]  # of slices that have the label and a known pixel size
    warnings: tuple[str, ...]
    n_patients: int
    learnt_from: Share  # the training slices, or all where there is none: what a weighting would see


@dataclass(frozen=True)
class Weighting:
    """One way to weigh a pixelwise loss."""

    name: str
    weights: Mapping[Label, float]  # mean 1
    loss_percent: Mapping[Label, float]  # where the loss comes from


def stamp() -> str:
    """Changes whenever anything that `class_balance` reads may have changed; quickly told."""
    return masks_stamp(open_store())


def class_balance(vouched: bool = True) -> Balance | None:
    """Everything about the balance of the labels; None where there is no mask that counts.

    Args:
        vouched: only masks that somebody vouches for, references and approved ones; otherwise all shown.
    """
    store = open_store()
    with store.snapshot():
        slices, facts = masked_slices(store, vouched=vouched), series_facts(store)
    if not len(slices):
        return None
    by = {
        Grouping.SPLIT: slices.splits,
        Grouping.THIRD: thirds(slices.series_ids, slices.positions, slices.pixels),
        Grouping.BEAT: beats(slices.series_ids, slices.phases, slices.pixels),
        Grouping.STATUS: slices.statuses,
    }
    groups = {grouping: _shares(names, slices.pixels, ORDER[grouping]) for grouping, names in by.items()}
    training = next((share for share in groups[Grouping.SPLIT] if share.group == Split.TRAIN), None)
    whole = share_of("all", slices.pixels)
    return Balance(
        whole=whole,
        groups=groups,
        series=_series_shares(slices, facts),
        areas=area_bins(slices, facts),
        warnings=_warnings(slices),
        n_patients=len(set(slices.patients)),
        learnt_from=training or whole,
    )


def share_of(group: str, pixels: np.ndarray) -> Share:
    """Shares of some slices, from the pixels (n, 4) of the labels in each."""
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
    """Distribution of each heart label's area, over the slices that have it."""
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


def weightings(
    seen: Share, *, beta: float, gamma: float, certainty: Mapping[Label, float], raw_counts: bool = False
) -> tuple[Weighting, ...]:
    """What each way to weigh would make of these shares, plain cross-entropy first.

    Args:
        seen: what is learnt from.
        beta: of the effective number of samples, in [0, 1).
        gamma: of the focal loss.
        certainty: mean probability that the network gives the true label, for each label; what is sure
            already counts little in the focal loss.
        raw_counts: weigh by numbers of pixels; otherwise by shares in percent, as the report does.
    """
    percent = np.array([seen.percent[label] for label in Label])
    amounts = np.array([seen.pixels[label] for label in Label], float) if raw_counts else percent
    sure = np.array([certainty[label] for label in Label])
    even = np.ones(len(percent))
    effective, inverse = effective_number_weights(amounts, beta), inverse_frequency_weights(amounts)
    return (
        _weighting("Cross-entropy", even, loss_shares_percent(percent, even, probability=sure)),
        _weighting(
            f"Effective number, β = {beta:g}",
            effective,
            loss_shares_percent(percent, effective, probability=sure),
        ),
        _weighting("Inverse frequency", inverse, loss_shares_percent(percent, inverse, probability=sure)),
        _weighting(
            f"Focal, γ = {gamma:g}", even, loss_shares_percent(percent, even, probability=sure, gamma=gamma)
        ),
    )


def _weighting(name: str, weights: np.ndarray, loss: np.ndarray) -> Weighting:
    return Weighting(
        name,
        {label: float(weights[label]) for label in Label},
        {label: float(loss[label]) for label in Label},
    )


def _shares(names: np.ndarray, pixels: np.ndarray, order: tuple[str, ...]) -> tuple[Share, ...]:
    """A share for each group that occurs, in the given order."""
    chosen = [(str(name), names == name) for name in order]
    return tuple(share_of(name, pixels[where]) for name, where in chosen if where.any())


def _series_shares(slices: SliceColumns, facts: Mapping[int, SeriesFacts]) -> tuple[Share, ...]:
    """The series in which the largest part of the slices lacks a label, at most MOST_SERIES."""
    known, member, n = np.unique(slices.series_ids, return_inverse=True, return_counts=True)
    lacking = np.zeros((len(known), len(FOREGROUND)))
    np.add.at(lacking, member, slices.pixels[:, list(FOREGROUND)] == 0)
    worst = np.argsort(-(lacking / n[:, None]).max(axis=1), kind="stable")[:MOST_SERIES]
    order = np.argsort(member, kind="stable")
    ends = np.cumsum(n)
    found = []
    for index in worst.tolist():
        one = facts[int(known[index])]
        part = order[ends[index] - n[index] : ends[index]]
        found.append(share_of(f"{one.patient} {one.name}", slices.pixels[part]))
    return tuple(found)


def _warnings(slices: SliceColumns) -> tuple[str, ...]:
    found: list[str] = []
    for split, what in MEANT.items():
        chosen = slices.splits == split
        if chosen.any():
            found += balance_warnings(slices.pixels[chosen], what)
    if not (slices.splits == Split.TRAIN).any():
        found.insert(0, "There are no training slices with masks: nothing can be learnt yet.")
    return tuple(found)

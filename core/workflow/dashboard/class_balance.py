"""How rare each label is and where, and what to mind before training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.labels import HEART, Role
from core.metrics.balance import balance_warnings
from core.metrics.location import LEVEL_TITLES, PHASE_TITLES, SliceLevel, cardiac_phases, slice_levels
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.slices.slice_arrays import (
    SliceColumns,
    masked_slices,
    series_facts,
)
from core.workflow.dashboard.label_shares import (
    AreaBin,
    Share,
    area_bins,
    share_of,
    shares_by_group,
    shares_by_series,
)

SLICES_OF = {Split.TRAIN: "training slices", Split.VALIDATION: "validation slices", Split.TEST: "test slices"}


RV = [label for label in HEART.with_role(Role.CAVITY) if label not in HEART.walled]  # ends before the apex


class Grouping(StrEnum):
    """What shares can be grouped by."""

    SPLIT = "split"
    LEVEL = "position"
    PHASE = "phase"
    STATUS = "status"


TITLES: Mapping[Grouping, Sequence[tuple[str, str]]] = {
    Grouping.SPLIT: [(split, split.value) for split in Split],
    Grouping.LEVEL: list(LEVEL_TITLES.items()),
    Grouping.PHASE: list(PHASE_TITLES.items()),
    Grouping.STATUS: [(status, status.value) for status in Status],
}


@dataclass(frozen=True)
class Balance:
    """What the masks that count come to."""

    whole: Share
    groups: Mapping[Grouping, tuple[Share, ...]]
    series: tuple[Share, ...]  # those that lack most first, at most MAX_SERIES
    areas: tuple[AreaBin, ...]  # of slices that have the label and a known pixel size
    warnings: tuple[str, ...]
    n_patients: int
    learnt_from: Share  # the training slices, or all where there is none: what a weighting would see


def class_balance(vouched: bool = True) -> Balance | None:
    """Return how rare each label is and where; None where there is no mask that counts.

    Args:
        vouched: only masks that somebody vouches for, references and approved ones; otherwise all shown.
    """
    store = open_store()
    with store.snapshot():
        slices, facts = masked_slices(store, vouched=vouched).apart_from_demo(), series_facts(store)
    if not len(slices):
        return None
    by = {
        Grouping.SPLIT: slices.splits,
        Grouping.LEVEL: slice_levels(slices.series_ids, slices.places, slices.pixels),
        Grouping.PHASE: cardiac_phases(slices.series_ids, slices.phases, slices.pixels),
        Grouping.STATUS: slices.statuses,
    }
    groups = {
        grouping: shares_by_group(names, slices.pixels, TITLES[grouping]) for grouping, names in by.items()
    }
    training = next((share for share in groups[Grouping.SPLIT] if share.group == Split.TRAIN), None)
    whole = share_of("all", slices.pixels)
    return Balance(
        whole=whole,
        groups=groups,
        series=shares_by_series(slices, facts),
        areas=area_bins(slices, facts),
        warnings=_warnings(slices, by[Grouping.LEVEL]),
        n_patients=len(set(slices.patients)),
        learnt_from=training or whole,
    )


def _warnings(slices: SliceColumns, levels: np.ndarray) -> tuple[str, ...]:
    """What to mind; the right ventricle is the shorter one, so an apical slice may do without it."""
    warnings: list[str] = []
    for split, what in SLICES_OF.items():
        chosen = slices.splits == split
        if chosen.any():
            natural = np.zeros(slices.pixels.shape, bool)
            natural[levels == SliceLevel.APICAL, RV] = True
            warnings += balance_warnings(slices.pixels[chosen], what, natural[chosen])
    if not (slices.splits == Split.TRAIN).any():
        warnings.insert(0, "There are no training slices with masks: nothing can be learnt yet.")
    return tuple(warnings)

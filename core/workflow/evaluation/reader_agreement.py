"""Reader agreement: how far two people agree who corrected the same slices."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, groupby
from math import isnan

from core.labels import FOREGROUND, Label
from core.metrics.overlap import dice_by_label
from core.metrics.statistics.bootstrap import Interval, bootstrap_mean
from core.store.database import open_store
from core.store.masks.reader_masks import shared_slices
from core.workflow.hearts.agreement import HeartsOfTwo, readers_agree


@dataclass(frozen=True)
class SharedSlice:
    """A slice that both drew on."""

    slice_id: int
    patient: str
    least: float  # the lowest Dice of its labels; 1 where none has one


@dataclass(frozen=True)
class ReaderPair:
    """Two readers on the slices that both drew on."""

    one: str
    other: str
    dice: Mapping[Label, Interval]  # over the slices in which either has the label
    slices: tuple[SharedSlice, ...]  # least alike first


def whole_hearts(pair: ReaderPair) -> HeartsOfTwo:
    """Return the hearts that both readers of a pair drew whole at ED and ES, and how their figures agree."""
    return readers_agree(pair.one, pair.other, sorted({shared.patient for shared in pair.slices}))


def reader_pairs() -> list[ReaderPair]:
    """Return every pair of readers who share a slice, those who share most first.

    The newest mask of each counts. Where one corrected what the other had saved, they start from the same
    mask and agree more than two who draw by themselves would.
    """
    by_pair: dict[tuple[str, str], list[tuple[SharedSlice, dict[Label, float]]]] = {}
    for slice_id, group in groupby(shared_slices(open_store()), lambda item: item.slice_id):
        for one, other in combinations(list(group), 2):
            alike = dice_by_label(one.mask, other.mask)
            least = min((value for value in alike.values() if not isnan(value)), default=1.0)
            shared = SharedSlice(slice_id, one.patient, least)
            by_pair.setdefault((one.reader, other.reader), []).append((shared, alike))
    pairs = [
        ReaderPair(
            one=one,
            other=other,
            dice={
                label: bootstrap_mean(
                    [alike[label] for _, alike in rows], [shared.patient for shared, _ in rows]
                )
                for label in FOREGROUND
            },
            slices=tuple(sorted((shared for shared, _ in rows), key=lambda shared: shared.least)),
        )
        for (one, other), rows in by_pair.items()
    ]
    return sorted(pairs, key=lambda pair: -len(pair.slices))

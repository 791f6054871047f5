"""Reader against reader: how far two people agree who corrected the same slice."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, groupby
from math import isnan

from core.labels import FOREGROUND, Label
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice
from core.metrics.summary import Interval, bootstrap_mean
from core.store.database import open_store
from core.store.readers import shared_slices


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


def reader_pairs() -> list[ReaderPair]:
    """Every pair of readers who share a slice, those who share most first.

    The newest mask of each counts. Where one corrected what the other had saved, they start from the same
    mask and agree more than two who draw by themselves would.
    """
    found: dict[tuple[str, str], list[tuple[SharedSlice, dict[Label, float]]]] = {}
    for slice_id, group in groupby(shared_slices(open_store()), lambda item: item.slice_id):
        for one, other in combinations(list(group), 2):
            confusion = count(one.mask, other.mask)
            alike = {label: dice(counts_of(confusion, label)) for label in FOREGROUND}
            least = min((value for value in alike.values() if not isnan(value)), default=1.0)
            shared = SharedSlice(slice_id, one.patient, least)
            found.setdefault((one.reader, other.reader), []).append((shared, alike))
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
        for (one, other), rows in found.items()
    ]
    return sorted(pairs, key=lambda pair: -len(pair.slices))

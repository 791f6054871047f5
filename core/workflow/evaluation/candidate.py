"""A candidate against the active model: the comparison of both, and the slices that changed most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import NotFound
from core.imaging.thumbnail import thumbnail_png
from core.labels import Label
from core.metrics.statistics.means import slice_means
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks import masks
from core.store.series.series import series_row
from core.store.slices import scores
from core.store.slices.slices import slice_pixels, slice_row
from core.workflow.evaluation.comparison import Comparison, compare_shared, on_shared_slices
from core.workflow.evaluation.finding import Finding, finding
from core.workflow.evaluation.model_scores import ModelScores, Part, load_model_scores
from core.workflow.evaluation.paired_values import slice_differences
from core.workflow.evaluation.size_error import compare_size_errors

SHOWN_METRICS = ("dice", "iou", "hd95_mm")
SIDE = 200  # pixels of a picture
NOTEWORTHY = 0.005  # Dice by which a slice has changed


@dataclass(frozen=True)
class ChangedSlice:
    """A slice on which the two models differ."""

    slice_id: int
    patient: str
    number: int  # of the slice, from 1 at the base
    phase: int
    part: Part  # what the numbers are of: a label to blame, or the mean over the slice's labels
    candidate: float  # Dice; NaN where the label was rightly left out
    active: float


@dataclass(frozen=True)
class ActiveComparison:
    """A candidate and the active model on the slices that both were scored on."""

    comparison: Comparison  # SHOWN_METRICS, then the error of sizes
    finding: Finding  # what their Dice shows
    better: tuple[ChangedSlice, ...]  # most first
    worse: tuple[ChangedSlice, ...]  # first those by which a label falls by more than it may, worst first


def compare_with_active(
    candidate_id: int, active_id: int, split: Split, n_changed: int = 3
) -> ActiveComparison | None:
    """Return how the candidate differs from the active model; None where they share no scored slice.

    Args:
        candidate_id: the one in question.
        active_id: the one that it would replace.
        split: whose patients.
        n_changed: how many slices that got better, and worse, at most.
    """
    candidate, active = load_model_scores(candidate_id, split), load_model_scores(active_id, split)
    if candidate is None or active is None:
        return None
    shared = on_shared_slices(candidate, active)
    if shared is None:
        return None
    compared, size = compare_shared(*shared, SHOWN_METRICS), compare_size_errors(*shared)
    with_size = Comparison(compared.n_slices, compared.n_patients, {**compared.metrics, size.key: size})
    found = finding(compared.metrics["dice"])
    return ActiveComparison(with_size, found, *changed_slices(*shared, n_changed, found.fallen))


def changed_slices(
    candidate: ModelScores, active: ModelScores, limit: int, blamed: Sequence[Label] = ()
) -> tuple[tuple[ChangedSlice, ...], tuple[ChangedSlice, ...]]:
    """Return the slices whose Dice rose most, and those where it fell most; both models on the same slices.

    Args:
        candidate: scores of the one in question.
        active: scores of the other.
        limit: how many of either, at most.
        blamed: labels whose worst slices come first among those that got worse.
    """
    new, old = candidate.values("dice"), active.values("dice")
    by_label = slice_differences(new, old, "dice")
    gain = slice_means(by_label)

    def changed(index: int, part: Part) -> ChangedSlice:
        values = (candidate.heart("dice"), active.heart("dice"))
        if part is not None:
            values = (new[:, part], old[:, part])
        slices = candidate.slices
        return ChangedSlice(
            int(slices.ids[index]),
            str(slices.patients[index]),
            int(slices.places[index]) + 1,
            int(slices.phases[index]),
            part,
            *(float(one[index]) for one in values),
        )

    worse: dict[int, Part] = {}
    for label in blamed:
        for index in falls(by_label[:, label])[: -(-limit // len(blamed))]:
            worse.setdefault(index, label)
    for index in falls(gain):
        worse.setdefault(index, None)
    return (
        tuple(changed(index, None) for index in falls(-gain)[:limit]),
        tuple(changed(index, part) for index, part in list(worse.items())[:limit]),
    )


def falls(gain: np.ndarray) -> list[int]:
    """Return the slices, by their index in (slices,), that lost a noteworthy amount, the worst first."""
    order = np.argsort(np.where(np.isfinite(gain), gain, 0), kind="stable")
    return [int(index) for index in order if gain[index] < -NOTEWORTHY]


def three_pictures(slice_id: int, active_id: int, candidate_id: int) -> tuple[bytes, bytes, bytes]:
    """Return PNGs of a slice with its reference, the active model's mask and the candidate's.

    Raises:
        NotFound: when one of the three is not there.
    """
    store = open_store()
    truth = masks.newest_version(store, slice_id)
    active = scores.scored_masks(store, active_id, [slice_id]).get(slice_id)
    candidate = scores.scored_masks(store, candidate_id, [slice_id]).get(slice_id)
    if truth is None or active is None or candidate is None:
        raise NotFound(f"slice {slice_id} is not scored by both models any more; score them again")
    row = slice_row(store, slice_id)
    pixels, turn = slice_pixels(store, row), series_row(store, row.series_id).turn
    pictures = [thumbnail_png(pixels, mask, SIDE, turn) for mask in (truth.mask, active, candidate)]
    return pictures[0], pictures[1], pictures[2]

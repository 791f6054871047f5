"""A candidate beside the active model: means, paired differences with intervals, and who changed most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import NotFound
from core.imaging.thumbnail import thumbnail_png
from core.labels import FOREGROUND, Label
from core.metrics.comparison import Difference, in_words, paired_difference
from core.metrics.summary import bootstrap_mean_of_means, mean_of_means, mean_of_present
from core.records import Split
from core.store import masks, scores
from core.store.database import open_store
from core.store.slices import slice_pixels, slice_row
from core.workflow.scored import NAMES, UNITS, Scored, load_scored

Part = Label | None  # None is the mean of the heart's labels
SIDE = 200  # pixels of a picture
DIGITS = {"": 3, "mm": 1, "ml": 2, "cm²": 2}  # after the point, by unit
NOTEWORTHY = 0.005  # Dice by which a slice has changed


@dataclass(frozen=True)
class Cell:
    """One metric of one label in both models."""

    candidate: float  # mean over slices, NaN where there is none
    active: float
    difference: Difference  # paired, candidate minus active


@dataclass(frozen=True)
class MetricRow:
    """One metric: label by label, and the mean over the heart."""

    name: str
    unit: str
    higher_is_better: bool
    cells: Mapping[Part, Cell]
    sentence: str


@dataclass(frozen=True)
class ChangedSlice:
    """A slice on which the two models differ."""

    slice_id: int
    patient: str
    position: int
    phase: int
    candidate: float  # Dice, mean over the slice's labels
    active: float

    @property
    def gain(self) -> float:
        """Dice that the candidate adds."""
        return self.candidate - self.active


@dataclass(frozen=True)
class Beside:
    """Both models on the slices that both were scored on."""

    n_slices: int
    n_patients: int
    metrics: tuple[MetricRow, ...]
    better: tuple[ChangedSlice, ...]  # most first
    worse: tuple[ChangedSlice, ...]


def beside(candidate_id: int, active_id: int, split: Split, n_changed: int = 3) -> Beside | None:
    """Compare two models; None where they share no scored slice.

    Args:
        candidate_id: the one in question.
        active_id: the one that it would replace.
        split: whose patients.
        n_changed: how many slices that got better, and worse, at most.
    """
    ours, theirs = load_scored(candidate_id, split), load_scored(active_id, split)
    if ours is None or theirs is None:
        return None
    shared, mine, other = np.intersect1d(ours.slices.ids, theirs.slices.ids, return_indices=True)
    if not len(shared):
        return None
    patients = ours.slices.patients[mine].tolist()
    rows = [
        metric_row(
            NAMES[metric],
            UNITS[metric],
            higher,
            ours.values(metric)[mine],
            theirs.values(metric)[other],
            patients,
        )
        for metric, higher in (("dice", True), ("iou", True), ("hd95_mm", False))
    ]
    name, unit = volume_name(ours)
    rows.append(
        metric_row(name, unit, False, volume_error(ours)[mine], volume_error(theirs)[other], patients)
    )
    better, worse = changed(ours, theirs, mine, other, n_changed)
    return Beside(len(shared), len(set(patients)), tuple(rows), better, worse)


def metric_row(
    name: str, unit: str, higher: bool, ours: np.ndarray, theirs: np.ndarray, patients: Sequence[str]
) -> MetricRow:
    """One metric of the same slices, (n, 4) by both models; whole patients are drawn for the intervals."""
    by_label = {
        label: paired_difference(ours[:, label].tolist(), theirs[:, label].tolist(), patients)
        for label in FOREGROUND
    }
    means = [
        {label: mean_of_present(values[:, label].tolist()) for label in FOREGROUND}
        for values in (ours, theirs)
    ]
    cells: dict[Part, Cell] = {
        label: Cell(means[0][label].value, means[1][label].value, by_label[label]) for label in FOREGROUND
    }
    found = bootstrap_mean_of_means((ours - theirs)[:, list(FOREGROUND)], patients)
    left_out = sum(one.left_out for one in by_label.values())
    whole = [mean_of_means(list(side.values())).value for side in means]
    heart = Difference(found.mean, found.low, found.high, found.n, left_out)
    cells[None] = Cell(whole[0], whole[1], heart)
    told = in_words(by_label, higher_is_better=higher, unit=unit, digits=DIGITS[unit])
    return MetricRow(name, unit, higher, cells, f"{name}: {told}.")


def volume_name(scored: Scored) -> tuple[str, str]:
    """What is said of sizes: volumes where every series knows its slice distance, else areas."""
    known = {scored.series[one].slice_distance_mm for one in set(scored.slices.series_ids.tolist())}
    return ("Area error", "cm²") if None in known else ("Volume error", "ml")


def volume_error(scored: Scored) -> np.ndarray:
    """How far each label's size in each slice is off, (n, 4), in the unit of `volume_name`.

    NaN where the label is in neither mask, or nobody knows the size of a pixel.
    """
    reference, prediction = scored.scores.reference, scored.scores.prediction
    size = scored.pixel_cm2
    if volume_name(scored)[1] == "ml":
        distances = {key: facts.slice_distance_mm or np.nan for key, facts in scored.series.items()}
        size = size * np.array([distances[one] / 10 for one in scored.slices.series_ids.tolist()])
    error = np.abs(prediction - reference) * size[:, None]
    return np.where(reference + prediction > 0, error, np.nan)


def changed(
    ours: Scored, theirs: Scored, mine: np.ndarray, other: np.ndarray, limit: int
) -> tuple[tuple[ChangedSlice, ...], tuple[ChangedSlice, ...]]:
    """The slices whose mean Dice rose most, and those where it fell most."""
    new, old = ours.heart("dice")[mine], theirs.heart("dice")[other]
    gain = new - old
    slices = ours.slices

    def told(place: int) -> ChangedSlice:
        at = mine[place]
        return ChangedSlice(
            int(slices.ids[at]),
            str(slices.patients[at]),
            int(slices.positions[at]),
            int(slices.phases[at]),
            float(new[place]),
            float(old[place]),
        )

    order = np.argsort(np.where(np.isfinite(gain), gain, 0), kind="stable")
    better = [told(place) for place in order[::-1][:limit] if gain[place] > NOTEWORTHY]
    worse = [told(place) for place in order[:limit] if gain[place] < -NOTEWORTHY]
    return tuple(better), tuple(worse)


def three_pictures(slice_id: int, active_id: int, candidate_id: int) -> tuple[bytes, bytes, bytes]:
    """PNGs of a slice with its reference, the active model's mask and the candidate's.

    Raises:
        NotFound: when one of the three is not there.
    """
    store = open_store()
    truth = masks.newest_version(store, slice_id)
    active = scores.scored_masks(store, active_id, [slice_id]).get(slice_id)
    candidate = scores.scored_masks(store, candidate_id, [slice_id]).get(slice_id)
    if truth is None or active is None or candidate is None:
        raise NotFound(f"slice {slice_id} is not scored by both models any more; score them again")
    pixels = slice_pixels(store, slice_row(store, slice_id))
    found = [thumbnail_png(pixels, mask, SIDE) for mask in (truth.mask, active, candidate)]
    return found[0], found[1], found[2]

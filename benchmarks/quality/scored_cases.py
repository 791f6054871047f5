"""Predicted hearts beside their references: overlap, distances, false hearts, function, calibration."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.imaging.grids.orientation import base_of
from core.imaging.phantom.cine import beating_heart
from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.labels import SHORT_NAMES, Label
from core.metrics.counts import count, counts_of
from core.metrics.function.figure import FIGURES
from core.metrics.function.heart import heart_function
from core.metrics.function.moments import found_moments
from core.metrics.function.stack import SliceStack, stack_of
from core.metrics.location import SliceLevel, slice_levels
from core.metrics.overlap import dice
from core.metrics.statistics.agreement import MeasureAgreement, agreement_of
from core.metrics.statistics.bootstrap import Interval, bootstrap_mean
from core.metrics.statistics.calibration import (
    Reliability,
    expected_calibration_error,
    measure_reliability,
    near_heart,
    total,
)
from core.metrics.surface import hausdorff95_mm, surface_distances
from core.network.predict import Predictor
from core.records.slices import DEFAULT_SPACING, Series
from core.workflow.prediction.stacks import trimmed_predictions

FUNCTION = ("edv_ml", "esv_ml", "sv_ml", "ef_percent", "mass_g")
SIDES = {Label.LEFT_VENTRICLE: "lv", Label.RIGHT_VENTRICLE: "rv"}
LEVELS = (SliceLevel.BASAL, SliceLevel.MID, SliceLevel.APICAL)


@dataclass(frozen=True, eq=False)
class ScoredSlice:
    """A slice with its reference and its prediction."""

    patient: str
    volume: int  # a number of its series and phase
    position: int
    truth: np.ndarray
    mask: np.ndarray
    reliability: Reliability  # around the heart


@dataclass(frozen=True, eq=False)
class ScoredVolume:
    """The slices of one phase of one series."""

    patient: str
    slices: tuple[ScoredSlice, ...]  # by position
    spacing_mm: tuple[float, float] | None
    distance_mm: float | None

    @property
    def truth(self) -> np.ndarray:
        """(positions, height, width) labels."""
        return np.stack([one.truth for one in self.slices])

    @property
    def mask(self) -> np.ndarray:
        """The same of the prediction."""
        return np.stack([one.mask for one in self.slices])


def labelled_series(folders: list[Path], split: str, spacing_mm: float | None) -> Iterator[Series]:
    """The series of the split, each with only those slices that have a reference."""
    for found in find_series(folders, spacing_mm, per_file=True):
        if isinstance(found, FileProblem):
            continue
        slices = tuple(image for image in found.slices if image.mask is not None)
        if slices and (split == "all" or found.split == split):
            yield replace(found, slices=slices)


def phantoms(number: int) -> Iterator[Series]:
    """Synthetic hearts, with the slices that have references."""
    for seed in range(number):
        heart = beating_heart(seed).series
        slices = tuple(image for image in heart.slices if image.mask is not None)
        yield replace(heart, patient=f"phantom {seed}", slices=slices)


def scored_volumes(
    predictor: Predictor, every: Iterable[Series], *, trim_base: bool = True
) -> list[ScoredVolume]:
    """Predict series as the app does, each slice on its own grid."""
    volumes: list[ScoredVolume] = []
    for series in every:
        spacing = series.geometry.spacing_mm or DEFAULT_SPACING
        told = predictor.predict([image.pixels for image in series.slices], [spacing] * len(series.slices))
        said = {(image.position, image.phase): one for image, one in zip(series.slices, told, strict=True)}
        masks = {place: one.mask for place, one in said.items()}
        if trim_base:
            masks |= trimmed_predictions(said, base_of(series.geometry))
        by_phase: dict[int, list[ScoredSlice]] = defaultdict(list)
        for image in series.slices:
            if image.mask is None:
                continue
            mask = masks[image.position, image.phase]
            probabilities = said[image.position, image.phase].probabilities
            table = measure_reliability(probabilities, image.mask, where=near_heart(image.mask, mask))
            number = len(volumes) + len(by_phase) - (image.phase in by_phase)
            one = ScoredSlice(series.patient, number, image.position, image.mask, mask, table)
            by_phase[image.phase].append(one)
        for slices in by_phase.values():
            ordered = tuple(sorted(slices, key=lambda one: one.position))
            distance = series.geometry.slice_distance_mm
            volumes.append(ScoredVolume(series.patient, ordered, series.geometry.spacing_mm, distance))
    return volumes


def dices(truth: np.ndarray, mask: np.ndarray, labels: tuple[Label, ...]) -> list[float]:
    """Dice of each label; NaN where neither has it."""
    confusion = count(truth, mask)
    return [dice(counts_of(confusion, label)) for label in labels]


def over_labels(
    rows: Sequence[Sequence[float]], patients: Sequence[str], labels: tuple[Label, ...], name: str
) -> dict[str, Interval]:
    """The mean of each label's column, and of the rows' means under that name; whole patients are redrawn."""
    found = np.array(rows, float).reshape(len(rows), len(labels))
    means = [float(np.nanmean(row)) if not np.isnan(row).all() else math.nan for row in found]
    columns = {SHORT_NAMES[label]: found[:, index].tolist() for index, label in enumerate(labels)}
    return {column: bootstrap_mean(values, patients) for column, values in {**columns, name: means}.items()}


def slice_dice(slices: Sequence[ScoredSlice], labels: tuple[Label, ...]) -> dict[str, Interval]:
    """Dice slice by slice."""
    rows = [dices(one.truth, one.mask, labels) for one in slices]
    return over_labels(rows, [one.patient for one in slices], labels, "Heart")


def slices_by_level(volumes: Sequence[ScoredVolume]) -> dict[SliceLevel, list[ScoredSlice]]:
    """The slices at base, middle and apex of their references, and those beyond."""
    slices = [one for volume in volumes for one in volume.slices]
    levels = slice_levels(
        np.array([one.volume for one in slices]),
        np.array([one.position for one in slices]),
        np.array([pixels_of(one.truth) for one in slices]),
    )
    by_level: dict[SliceLevel, list[ScoredSlice]] = defaultdict(list)
    for one, level in zip(slices, levels, strict=True):
        by_level[SliceLevel(level)].append(one)
    return by_level


def volume_dice(volumes: Sequence[ScoredVolume], labels: tuple[Label, ...]) -> dict[str, Interval]:
    """Dice over whole volumes."""
    rows = [dices(one.truth, one.mask, labels) for one in volumes]
    return over_labels(rows, [one.patient for one in volumes], labels, "Heart")


def volume_hausdorff(volumes: Sequence[ScoredVolume], labels: tuple[Label, ...]) -> dict[str, Interval]:
    """The 95th percentile of surface distances in 3-D, mm, where both have the label."""
    sized = [one for one in volumes if one.spacing_mm and one.distance_mm]
    rows = [
        [
            hausdorff95_mm(
                surface_distances(
                    one.truth == label, one.mask == label, (one.distance_mm or 0, *(one.spacing_mm or (0, 0)))
                )
            )
            for label in labels
        ]
        for one in sized
    ]
    return over_labels(rows, [one.patient for one in sized], labels, "Heart")


def false_and_missed(slices: Sequence[ScoredSlice], labels: tuple[Label, ...]) -> dict[str, Interval]:
    """The share of slices without a label in which it is found, and of those with it in which it is not.

    A label counts as there from its first pixel on.
    """
    rates: dict[str, Interval] = {}
    for label in labels:
        for kind, there in (("found where there is none", False), ("missed", True)):
            chosen = [one for one in slices if bool((one.truth == label).any()) is there]
            wrong = [float(bool((one.mask == label).any()) is not there) for one in chosen]
            patients = [one.patient for one in chosen]
            rates[f"{SHORT_NAMES[label]} {kind}"] = bootstrap_mean(wrong, patients)
    return rates


def false_hearts(beyond: Sequence[ScoredSlice]) -> Interval:
    """The share of slices beyond base and apex of the reference in which anything is found."""
    wrong = [float(bool((one.mask > 0).any())) for one in beyond]
    return bootstrap_mean(wrong, [one.patient for one in beyond])


def function_agreement(
    volumes: Sequence[ScoredVolume], labels: tuple[Label, ...]
) -> dict[str, MeasureAgreement]:
    """Volumes, EF and mass of the prediction beside the reference, at the reference's ED and ES.

    All volumes of a patient make one heart.
    """
    by_patient: dict[str, list[ScoredVolume]] = defaultdict(list)
    for one in volumes:
        by_patient[one.patient].append(one)
    truths: dict[str, list[float]] = defaultdict(list)
    told: dict[str, list[float]] = defaultdict(list)
    for heart in by_patient.values():
        reference, predicted = (
            stack_of_heart(heart, predicted=False),
            stack_of_heart(heart, predicted=True),
        )
        moments = found_moments(reference)
        for figures, stack in ((truths, reference), (told, predicted)):
            found = heart_function(stack, moments).figures
            for key, figure in found.items():
                figures[key].append(math.nan if figure.value is None else figure.value)
    wanted = [
        f"{SIDES[label]}_{key}"
        for label in (Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE)
        for key in FUNCTION
        if label in labels and (key != "mass_g" or Label.MYOCARDIUM in labels)
    ]
    return {
        FIGURES[key].title: agreement_of(told[key], truths[key], list(by_patient))
        for key in wanted
        if key in FIGURES and not np.isnan(truths[key]).all()
    }


def stack_of_heart(volumes: Sequence[ScoredVolume], *, predicted: bool) -> SliceStack:
    """The areas of a heart of which each volume is a phase."""
    slices = [(phase, one) for phase, volume in enumerate(volumes) for one in volume.slices]
    first = min(one.position for _, one in slices)
    return stack_of(
        np.array([one.position - first for _, one in slices]),
        np.array([phase for phase, _ in slices]),
        np.array([pixels_of(one.mask if predicted else one.truth) for _, one in slices]),
        volumes[0].spacing_mm,
        volumes[0].distance_mm,
    )


def calibration_error(slices: Sequence[ScoredSlice]) -> float:
    """The expected calibration error of the chosen label, around the heart."""
    return expected_calibration_error(total(one.reliability for one in slices))


def pixels_of(mask: np.ndarray) -> np.ndarray:
    """(labels,) pixels of each label."""
    return np.bincount(mask.ravel(), minlength=len(Label))

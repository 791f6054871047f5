"""Does a model measure what the reference measures? Areas, volumes and ejection fractions side by side."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.labels import Label
from core.metrics.agreement import Agreement, bland_altman
from core.metrics.places import Beat
from core.metrics.summary import Mean, mean_of_present
from core.metrics.volume import MM3_PER_ML, ejection_fraction_percent
from core.workflow.scored import Scored

FEWEST_POSITIONS = 3  # slices of a heart below which their sum is no volume
MOST_POINTS = 800  # in a plot; means and limits are over all
VENTRICLES = (Label.RIGHT_VENTRICLE, Label.LEFT_VENTRICLE)


class Measure(StrEnum):
    """What is measured."""

    AREA = "area"
    VOLUME = "volume"
    EJECTION_FRACTION = "ejection fraction"


UNITS = {Measure.AREA: "cm²", Measure.VOLUME: "ml", Measure.EJECTION_FRACTION: "%"}
THINGS = {Measure.AREA: "slices", Measure.VOLUME: "volumes", Measure.EJECTION_FRACTION: "hearts"}


@dataclass(frozen=True)
class Measured:
    """Points of a Bland-Altman plot, with bias and limits over all of them."""

    measure: Measure
    label: Label
    names: tuple[str, ...]  # of the points, to hover
    slice_ids: tuple[int, ...]  # one of each point, to open it
    reference: tuple[float, ...]
    prediction: tuple[float, ...]
    n: int  # of all, also those that are not among the points
    bias: float  # model minus reference
    lower: float  # limits of agreement
    upper: float


def measured(scored: Scored, measure: Measure, label: Label) -> Measured:
    """Compare one measure of one label; an ejection fraction is of a ventricle.

    Volumes are sums over the slices of a series and phase that have a score, where there are at least
    FEWEST_POSITIONS and distances are known; ejection fractions take ED and ES of the reference.
    """
    if measure is Measure.AREA:
        reference, prediction, first = _areas(scored, label)
    else:
        reference, prediction, first, moments = _volumes(scored, label)
        if measure is Measure.EJECTION_FRACTION:
            reference, prediction, first = _fractions(scored, reference, prediction, first, moments)
    found: Agreement = bland_altman(prediction.tolist(), reference.tolist())
    both = np.flatnonzero(np.isfinite(reference) & np.isfinite(prediction))
    if len(both) > MOST_POINTS:  # the farthest, and of the others as many as fit
        order = np.argsort(-np.abs((prediction - reference)[both] - found.bias), kind="stable")
        far, others = both[order[: MOST_POINTS // 4]], both[order[MOST_POINTS // 4 :]]
        both = np.concatenate([far, others[:: -(-4 * len(others) // (3 * MOST_POINTS))]])
    return Measured(
        measure=measure,
        label=label,
        names=tuple(_name(scored, int(index), measure) for index in first[both]),
        slice_ids=tuple(scored.slices.ids[first[both]].tolist()),
        reference=tuple(reference[both].tolist()),
        prediction=tuple(prediction[both].tolist()),
        n=found.n,
        bias=found.bias,
        lower=found.lower,
        upper=found.upper,
    )


def volume_error_percent(scored: Scored, label: Label) -> np.ndarray:
    """Model minus reference in percent of the reference, (volumes,); NaN where the reference has none."""
    reference, prediction, _, _ = _volumes(scored, label)
    found = np.full(len(reference), np.nan)
    np.divide(100 * (prediction - reference), reference, out=found, where=reference > 0)
    return found


def mean_volume_error(scored: Scored, label: Label) -> Mean:
    """Mean of the volumes' errors in percent, and over how many volumes."""
    return mean_of_present(volume_error_percent(scored, label).tolist())


def _areas(scored: Scored, label: Label) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Areas in cm² of the slices where either mask has the label, and which slices these are."""
    ours, theirs = scored.scores.prediction[:, label], scored.scores.reference[:, label]
    shown = np.flatnonzero((ours > 0) | (theirs > 0))
    size = scored.pixel_cm2[shown]
    return theirs[shown] * size, ours[shown] * size, shown


def _volumes(scored: Scored, label: Label) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(reference ml, prediction ml, a slice, phase) of each series and phase that is a volume."""
    slices = scored.slices
    keys = np.stack([slices.series_ids, slices.phases], axis=1)
    moments, first, moment, n = np.unique(
        keys, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    moment = moment.ravel()
    pixel_ml = np.full(len(moments), np.nan)
    for index, series_id in enumerate(moments[:, 0].tolist()):
        one = scored.series[series_id]
        if one.spacing_mm and one.slice_distance_mm and n[index] >= FEWEST_POSITIONS:
            row_mm, column_mm = one.spacing_mm
            pixel_ml[index] = row_mm * column_mm * one.slice_distance_mm / MM3_PER_ML
    sums = [
        np.bincount(moment, weights=pixels[:, label], minlength=len(moments)) * pixel_ml
        for pixels in (scored.scores.reference, scored.scores.prediction)
    ]
    return sums[0], sums[1], first, moments[:, 1]


def _fractions(
    scored: Scored, reference: np.ndarray, prediction: np.ndarray, first: np.ndarray, phases: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ejection fractions in percent of the series whose ED and ES are known."""
    places = {
        (int(scored.slices.series_ids[index]), str(scored.beats[index])): place
        for place, index in enumerate(first)
    }
    found: list[tuple[float, float, int]] = []
    for (series_id, beat), ed in places.items():
        es = places.get((series_id, Beat.ES.value))
        if beat == Beat.ED and es is not None:
            theirs = ejection_fraction_percent(reference[ed], reference[es])
            ours = ejection_fraction_percent(prediction[ed], prediction[es])
            found.append((theirs, ours, int(first[ed])))
    columns = np.array(found, float).reshape(-1, 3).T
    return columns[0], columns[1], columns[2].astype(np.intp)


def _name(scored: Scored, index: int, measure: Measure) -> str:
    slices = scored.slices
    name = f"{slices.patients[index]} {scored.series[int(slices.series_ids[index])].name}"
    if measure is Measure.AREA:
        name += f", slice {slices.positions[index] + 1}"
    return name if measure is Measure.EJECTION_FRACTION else f"{name}, phase {slices.phases[index] + 1}"

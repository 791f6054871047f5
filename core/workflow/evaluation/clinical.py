"""What a model measures against what the reference measures, as Bland and Altman set them side by side."""

from dataclasses import dataclass

import numpy as np

from core.labels import Label
from core.metrics.statistics.agreement import MIN_FOR_LIMITS, MeasureAgreement, agreement_of
from core.metrics.statistics.means import Mean, mean_of_present
from core.workflow.evaluation.measures import FIGURES, THINGS, UNITS, Measure, labels_of, values_of
from core.workflow.evaluation.model_scores import ModelScores

__all__ = ["MIN_FOR_LIMITS", "THINGS", "UNITS", "Measure", "Measured", "labels_of", "measured"]

MAX_POINTS = 800  # in a plot; means and limits are over all
N_RESAMPLES = 2000  # of intervals, so that a page of thousands of slices stays quick


@dataclass(frozen=True)
class Measured:
    """Points of a Bland-Altman plot, with bias and limits over all of them."""

    measure: Measure
    label: Label
    names: tuple[str, ...]  # of the points, to hover
    slice_ids: tuple[int, ...]  # one of each point, to open it
    reference: tuple[float, ...]
    prediction: tuple[float, ...]
    agreement: MeasureAgreement  # model minus reference, of all, also those that are not among the points

    @property
    def n(self) -> int:
        """Of all, also those that are not among the points."""
        return self.agreement.n


def measured(scored: ModelScores, measure: Measure, label: Label) -> Measured:
    """Return one measure of one label, of those that have it, by the model and by the reference."""
    reference, prediction, first = values_of(scored, measure, label)
    patients = scored.slices.patients[first].tolist()
    agreement = agreement_of(prediction.tolist(), reference.tolist(), patients, n_resamples=N_RESAMPLES)
    both = np.flatnonzero(np.isfinite(reference) & np.isfinite(prediction))
    if len(both) > MAX_POINTS:  # the farthest, and of the others as many as fit
        order = np.argsort(-np.abs((prediction - reference)[both] - agreement.bias.mean), kind="stable")
        far, others = both[order[: MAX_POINTS // 4]], both[order[MAX_POINTS // 4 :]]
        both = np.concatenate([far, others[:: -(-4 * len(others) // (3 * MAX_POINTS))]])
    return Measured(
        measure=measure,
        label=label,
        names=tuple(_name(scored, int(index), measure) for index in first[both]),
        slice_ids=tuple(scored.slices.ids[first[both]].tolist()),
        reference=tuple(reference[both].tolist()),
        prediction=tuple(prediction[both].tolist()),
        agreement=agreement,
    )


def volume_error_percent(scored: ModelScores, label: Label) -> np.ndarray:
    """Return (volumes,) errors in percent of the reference; NaN where the reference has none."""
    reference, prediction, _ = values_of(scored, Measure.VOLUME, label)
    missing = np.full(len(reference), np.nan)
    return np.divide(100 * (prediction - reference), reference, out=missing, where=reference > 0)


def mean_volume_error(scored: ModelScores, label: Label) -> Mean:
    """Return the mean of the volumes' errors in percent, and over how many volumes."""
    return mean_of_present(volume_error_percent(scored, label).tolist())


def _name(scored: ModelScores, index: int, measure: Measure) -> str:
    slices = scored.slices
    name = f"{slices.patients[index]} {scored.series[int(slices.series_ids[index])].name}"
    if measure is Measure.AREA:
        name += f", slice {slices.places[index] + 1}"
    return name if measure in FIGURES else f"{name}, phase {slices.phases[index] + 1}"

"""By how much a model's masks are too large or too small, slice by slice."""

import numpy as np

from core.workflow.evaluation.comparison import MetricComparison, compare_values
from core.workflow.evaluation.model_scores import ModelScores
from core.workflow.evaluation.paired_values import completed

MM_PER_CM = 10
NOTHING_DRAWN_RIGHTLY = 0.0  # error, of a slice, where the other model invented the label


def compare_size_errors(ours: ModelScores, theirs: ModelScores) -> MetricComparison:
    """Return how far the sizes of both models are off on the same slices.

    As volumes where every series knows its slice distance, else as areas.
    """
    series = [ours.series[series_id] for series_id in set(ours.slices.series_ids.tolist())]
    as_volume = all(one.slice_distance_mm is not None for one in series)
    key, title, unit = (
        ("volume_error", "Volume error", "ml") if as_volume else ("area_error", "Area error", "cm²")
    )
    errors = size_error(ours, as_volume=as_volume), size_error(theirs, as_volume=as_volume)
    return compare_values(
        *completed(*errors, NOTHING_DRAWN_RIGHTLY),
        ours.slices.patients.tolist(),
        key=key,
        title=title,
        unit=unit,
        higher_is_better=False,
    )


def size_error(scores: ModelScores, *, as_volume: bool) -> np.ndarray:
    """Return how far each label's size is off in each slice, (n, 4) in ml or cm².

    NaN where the label is in neither mask, or nobody knows the size of a pixel.
    """
    reference, prediction = scores.scores.reference, scores.scores.prediction
    size = scores.pixel_cm2
    if as_volume:
        distances = {key: facts.slice_distance_mm or np.nan for key, facts in scores.series.items()}
        size = size * np.array([distances[one] / MM_PER_CM for one in scores.slices.series_ids.tolist()])
    error = np.abs(prediction - reference) * size[:, None]
    return np.where(reference + prediction > 0, error, np.nan)

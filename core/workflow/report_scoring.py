"""Predict slices with a trained network, as they are, and count what the report's scores follow from."""

from collections.abc import Sequence

from core.metrics.columns import DISTANCES
from core.metrics.counts import count
from core.metrics.scores import score_masks
from core.network.predict import Predictor
from core.training.data import LabelledSlice
from core.workflow.report_record import SliceScore


def score(predictor: Predictor, slices: Sequence[LabelledSlice]) -> tuple[SliceScore, ...]:
    """Predict slices, as they are and on their own grid, and count."""
    predictions = predictor.predict([item.pixels for item in slices], [item.spacing_mm for item in slices])
    found = []
    for item, prediction in zip(slices, predictions, strict=True):
        scores = score_masks(item.mask, prediction.mask, item.spacing_mm)
        confusion = count(item.mask, prediction.mask)
        distances = tuple(tuple(getattr(one.scores, name) for one in scores) for name in DISTANCES)
        rows = tuple(tuple(row) for row in confusion.tolist())
        found.append(SliceScore(item.name, item.patient, rows, distances))
    return tuple(found)

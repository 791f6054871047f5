"""The slices on which a model does worst, with pictures of what it did there."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import NotFound
from core.imaging.thumbnail import difference_png, thumbnail_png
from core.labels import FOREGROUND, Label
from core.metrics.registry import METRICS
from core.store.database import open_store
from core.store.masks import masks
from core.store.series.series import series_row
from core.store.slices import scores
from core.store.slices.slices import slice_pixels, slice_row
from core.workflow.evaluation.model_scores import ModelScores, Part

SIDE = 320  # pixels of a picture
MARGIN = 12  # pixels of the image shown around the heart


@dataclass(frozen=True)
class WorstSlice:
    """One slice and what the model scored on it."""

    slice_id: int
    patient: str
    series: str
    number: int  # of the slice, from 1 at the base
    phase: int
    value: float  # what it is ordered by
    by_label: Mapping[Label, float]  # the same metric, label by label; NaN where it does not exist


@dataclass(frozen=True)
class Pictures:
    """PNGs of one slice."""

    reference: bytes
    prediction: bytes
    difference: bytes  # strong where missed or mistaken, pale where invented


def worst_slices(
    scored: ModelScores, metric: str, part: Part = None, offset: int = 0, limit: int = 6
) -> list[WorstSlice]:
    """Return a window of the slices from worst to best; those that have no such score are not among them.

    Args:
        scored: what a model scored.
        metric: a key of core.metrics.registry.METRICS.
        part: a label; None takes the mean of the heart's labels in the slice.
        offset: how many worse ones to pass over.
        limit: how many at most.
    """
    values = scored.heart(metric) if part is None else scored.values(metric)[:, part]
    present = np.flatnonzero(np.isfinite(values))
    badness = values[present] if METRICS[metric].higher_is_better else -values[present]
    order = present[np.argsort(badness, kind="stable")][offset : offset + limit]
    columns, slices = scored.values(metric), scored.slices
    return [
        WorstSlice(
            slice_id=int(slices.ids[index]),
            patient=str(slices.patients[index]),
            series=scored.series[int(slices.series_ids[index])].name,
            number=int(slices.places[index]) + 1,
            phase=int(slices.phases[index]),
            value=float(values[index]),
            by_label={label: float(columns[index, label]) for label in FOREGROUND},
        )
        for index in order
    ]


def pictures(model_id: int, slice_id: int, side: int = SIDE) -> Pictures:
    """Return pictures of the slice with its reference, with the model's mask, and where the two differ.

    Raises:
        NotFound: when the model has no score on the slice, or the slice no mask.
    """
    store = open_store()
    prediction = scores.scored_masks(store, model_id, [slice_id]).get(slice_id)
    truth = masks.newest_version(store, slice_id)
    if prediction is None or truth is None:
        raise NotFound(f"there is no score of this model on slice {slice_id}; score the model first")
    row = slice_row(store, slice_id)
    pixels, turn = slice_pixels(store, row), series_row(store, row.series_id).turn
    box = heart_box(truth.mask, prediction)
    pixels, reference, prediction = pixels[box], truth.mask[box], prediction[box]
    return Pictures(
        thumbnail_png(pixels, reference, side, turn),
        thumbnail_png(pixels, prediction, side, turn),
        difference_png(pixels, reference, prediction, side, turn),
    )


def heart_box(reference: np.ndarray, prediction: np.ndarray) -> tuple[slice, slice]:
    """Return a square around the heart of both masks, with a margin; the whole image where there is none."""
    heart = np.argwhere((reference > 0) | (prediction > 0))
    if not len(heart):
        return slice(None), slice(None)
    first, last = heart.min(axis=0), heart.max(axis=0) + 1
    length = int((last - first).max()) + 2 * MARGIN
    sides = []
    for low, high, size in zip(first.tolist(), last.tolist(), reference.shape, strict=True):
        start = max(0, min((low + high - length) // 2, size - length))
        sides.append(slice(start, start + length))
    return sides[0], sides[1]

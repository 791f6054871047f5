"""Scores of one stack of masks: every slice by itself, and the volume as one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.function.stack import pixel_volume_ml
from core.metrics.scores import LabelScore, score_masks


@dataclass(frozen=True)
class SeriesScores:
    """Scores of one stack of slices at one phase."""

    slices: tuple[tuple[LabelScore, ...], ...]  # by position
    volume: tuple[LabelScore, ...] | None  # pooled in 3-D; None for a single slice
    pixel_ml: float | None  # volume that a pixel stands for; None where a distance is unknown


@dataclass(frozen=True)
class FileScores:
    """Scores of one file at one phase."""

    file: str  # the prediction, below the folder that was given
    reference: str
    patient: str
    phase: int
    scores: SeriesScores

    @property
    def whole(self) -> tuple[LabelScore, ...]:
        """The scores of the file as it is: its volume, or its only slice."""
        return self.scores.volume or self.scores.slices[0]


def score_series(
    reference: np.ndarray,
    prediction: np.ndarray,
    spacing_mm: tuple[float, float] | None,
    slice_distance_mm: float | None = None,
    labels: Sequence[Label] = FOREGROUND,
) -> SeriesScores:
    """Score a stack at one phase, each slice in 2-D and all together in 3-D.

    Args:
        reference: (positions, height, width) uint8 labels.
        prediction: the same shape.
        spacing_mm: (row, column); None gives no distances.
        slice_distance_mm: between slice centres; None gives no distances in 3-D and no volumes.
        labels: those that the references know.
    """
    if spacing_mm is None or slice_distance_mm is None:
        spacing_3d, pixel_ml = None, None
    else:
        spacing_3d = (slice_distance_mm, *spacing_mm)
        pixel_ml = pixel_volume_ml(spacing_mm, slice_distance_mm)
    return SeriesScores(
        slices=tuple(
            score_masks(ours, theirs, spacing_mm, labels)
            for ours, theirs in zip(reference, prediction, strict=True)
        ),
        volume=score_masks(reference, prediction, spacing_3d, labels) if len(reference) > 1 else None,
        pixel_ml=pixel_ml,
    )

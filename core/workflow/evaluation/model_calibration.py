"""Whether a model's probabilities mean what they say: reliability over the scored slices."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.labels import FOREGROUND
from core.metrics.statistics.calibration import expected_calibration_error, reliability_rows
from core.records.slices import Split
from core.store.database import open_store
from core.store.slices import scores
from core.workflow.evaluation.model_scores import Part


@dataclass(frozen=True)
class Calibration:
    """Whether probabilities of a label mean what they say, near the heart."""

    part: Part  # None is the chosen label, whichever it is
    error: float  # expected calibration error
    mean_confidence: float  # over all pixels
    mean_accuracy: float
    confidence: tuple[float, ...]  # mean of each bin with pixels
    accuracy: tuple[float, ...]
    pixels: tuple[int, ...]


def calibrations(model_id: int, split: Split | None) -> list[Calibration]:
    """Return the reliability of a model's probabilities: of the chosen label, then label by label."""
    tables = scores.load_reliability(open_store(), model_id, split)
    parts: Sequence[Part] = (None, *FOREGROUND)
    by_part = []
    for part, table in zip(parts, tables, strict=True):
        rows = [row for row in reliability_rows(table) if row.pixels]
        n = max(int(table.pixels.sum()), 1)
        by_part.append(
            Calibration(
                part,
                expected_calibration_error(table),
                float(table.probability.sum()) / n,
                float(table.right.sum()) / n,
                tuple(row.confidence for row in rows),
                tuple(row.accuracy for row in rows),
                tuple(row.pixels for row in rows),
            )
        )
    return by_part

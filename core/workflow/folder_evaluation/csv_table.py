"""Scores as CSV: rows of files first, then what they are pooled, then their means, each named in `scope`.

`scope` says what a row is about: a `slice`, a `volume` (3-D, pooled over its slices), `pooled` (the counts of
all files together) or a mean per slice, per volume or per patient. `label` is RV, Myo, LV, Heart or
Background; Heart is the mean of the labels before it, Background stands apart. A score that does not exist is
an empty cell, and `n_...` says over how many a mean is. `missed` and `invented` mark labels that only the
reference or only the prediction has.
"""

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from pathlib import Path

from core.durable import write_durably
from core.errors import StoreUnavailable
from core.labels import SHORT_NAMES
from core.metrics.registry import METRICS
from core.metrics.scores import LabelScore, scores_of
from core.metrics.statistics.averages import Average, average, heart_means
from core.workflow.csv_files import as_csv
from core.workflow.folder_evaluation.scores import FileScores

HEART = "Heart"
COUNTS = ("tp", "fp", "fn", "tn")
Row = dict[str, object]


def columns() -> tuple[str, ...]:
    """Return the names of the columns, in their order."""
    return (
        *("scope", "file", "reference", "patient", "phase", "position", "label"),
        *COUNTS,
        *METRICS,
        *("missed", "invented", "reference_ml", "prediction_ml", "n"),
        *(f"n_{metric}" for metric in METRICS),
    )


def slices_beside(output: Path) -> Path:
    """The table of single slices that goes with a table of volumes.

    >>> slices_beside(Path("scores.csv")).name
    'scores-slices.csv'
    """
    return output.with_name(f"{output.stem}-slices{output.suffix}")


def write_files(files: Sequence[FileScores], output: Path) -> Path:
    """Write a row for each file and label, and the means of files, slices and patients at the end."""
    rows: list[Row] = []
    for file in files:
        scope = "volume" if file.scores.volume else "slice"
        rows += _unit_rows(scope, file, file.whole, position=None if file.scores.volume else 0)
    rows += _pooled_rows([file.whole for file in files])
    rows += _mean_rows(files)
    return _write(rows, output)


def write_slices(files: Sequence[FileScores], output: Path) -> Path:
    """Write a row for each slice and label, and their mean at the end."""
    rows: list[Row] = []
    for file in files:
        for position, scores in enumerate(file.scores.slices):
            rows += _unit_rows("slice", file, scores, position)
    slices = [scores for file in files for scores in file.scores.slices]
    rows += _average_rows("mean per slice", average(slices))
    return _write(rows, output)


def _mean_rows(files: Sequence[FileScores]) -> list[Row]:
    slices = [scores for file in files for scores in file.scores.slices]
    volumes = [file.scores.volume for file in files if file.scores.volume]
    rows = _average_rows("mean per slice", average(slices))
    if volumes:
        rows += _average_rows("mean per volume", average(volumes))
    patients = [file.patient for file in files]
    # A patient's mean is over its files as they are, so volumes and single slices are never mixed in one row.
    if len(volumes) in (0, len(files)):
        rows += _average_rows("mean per patient", average([file.whole for file in files], patients))
    return rows


def _unit_rows(
    scope: str, file: FileScores, scores: Sequence[LabelScore], position: int | None
) -> Iterable[Row]:
    """One row a label, then the heart's, then background's."""
    about = {
        "scope": scope,
        "file": file.file,
        "reference": file.reference,
        "patient": file.patient,
        "phase": file.phase,
        "position": "" if position is None else position,
    }
    pixel_ml = file.scores.pixel_ml if scope == "volume" else None
    background, *heart = scores
    for score in heart:
        yield about | _label_cells(score, pixel_ml)
    means = heart_means(scores)
    together: Row = {metric: _cell(mean.value) for metric, mean in means.items()}
    yield about | together | {"label": HEART} | {f"n_{metric}": mean.n for metric, mean in means.items()}
    yield about | _label_cells(background, None)


def _label_cells(score: LabelScore, pixel_ml: float | None) -> Row:
    cells: Row = {"label": SHORT_NAMES[score.label]}
    cells |= {name: getattr(score.counts, name) for name in COUNTS}
    cells |= {metric: _cell(score.scores[metric]) for metric in METRICS}
    cells |= {"missed": int(score.counts.missed), "invented": int(score.counts.invented)}
    if pixel_ml is not None:
        cells["reference_ml"] = _cell(score.counts.reference * pixel_ml)
        cells["prediction_ml"] = _cell(score.counts.prediction * pixel_ml)
    return cells


def _pooled_rows(units: Sequence[Sequence[LabelScore]]) -> Iterable[Row]:
    """Scores of the counts of all files together, where large hearts weigh more than small ones."""
    pooled = []
    for column in zip(*units, strict=True):
        counts = reduce(add, (score.counts for score in column))
        pooled.append(LabelScore(column[0].label, counts, scores_of(counts, None)))
    background, *heart = pooled
    for score in heart:
        yield {"scope": "pooled", "n": len(units)} | _label_cells(score, None)
    means = {metric: _cell(mean.value) for metric, mean in heart_means(pooled).items()}
    yield {"scope": "pooled", "label": HEART, "n": len(units)} | means
    yield {"scope": "pooled", "n": len(units)} | _label_cells(background, None)


def _average_rows(scope: str, averages: Sequence[Average]) -> list[Row]:
    rows: list[Row] = []
    for one in averages:
        row: Row = {"scope": scope, "label": HEART if one.label is None else SHORT_NAMES[one.label]}
        row |= {metric: _cell(mean.value) for metric, mean in one.means.items()}
        row |= {"missed": one.missed, "invented": one.invented, "n": one.n}
        rows.append(row | {f"n_{metric}": mean.n for metric, mean in one.means.items()})
    return rows


def _cell(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.6f}"


def _write(rows: Sequence[Row], output: Path) -> Path:
    """Write whole or not at all: a full disk leaves the table that was there before."""
    try:
        write_durably(output, as_csv(rows, columns()))
    except OSError as error:
        raise StoreUnavailable(
            f"{output} cannot be written ({error.strerror}); choose another --output"
        ) from error
    return output

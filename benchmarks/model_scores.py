"""The figures of a model card: Dice with bootstrap intervals over patients, by slice and by volume.

    python -m benchmarks.model_scores --model NAME|FILE [--data FOLDER ...] [--split validation]
                                      [--labels RV,Myo,LV] [--spacing MM] [--phantoms 4] [--looks N]
                                      [--keep-islands]

Every series with reference masks in the folders is predicted as the app does it, each slice on its own grid,
with the model's usual looks (or --looks 1|2|4) and without small islands (--keep-islands keeps them). Slices
with neither reference nor prediction of a label have no Dice and are left out. Volumes are the series of more
than one slice, pooled in 3-D. With --phantoms, synthetic beating hearts at every phase are scored instead.
"""

import argparse
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.cli.evaluate import parse_labels
from core.imaging.found import FileProblem
from core.imaging.phantom import beating_heart
from core.imaging.reading import find_series
from core.labels import SHORT_NAMES, Label
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice
from core.metrics.summary import bootstrap_mean
from core.network.predict import Predictor
from core.records import Series
from core.workflow.models import find_checkpoint
from core.workflow.prediction import DEFAULT_SPACING


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
        yield replace(heart, slices=tuple(image for image in heart.slices if image.mask is not None))


def dices(truth: np.ndarray, mask: np.ndarray, labels: tuple[Label, ...]) -> list[float]:
    """Dice of each label; NaN where neither has it."""
    confusion = count(truth, mask)
    return [dice(counts_of(confusion, label)) for label in labels]


def score(predictor: Predictor, every: Iterable[Series], labels: tuple[Label, ...]) -> None:
    """Predict, score and print two tables."""
    slices: list[list[float]] = []
    volumes: list[list[float]] = []
    slice_patients: list[str] = []
    volume_patients: list[str] = []
    for series in every:
        spacing = series.geometry.spacing_mm or DEFAULT_SPACING
        told = predictor.predict([image.pixels for image in series.slices], [spacing] * len(series.slices))
        truths = [image.mask for image in series.slices if image.mask is not None]
        pairs = [(truth, said.mask) for truth, said in zip(truths, told, strict=True)]
        slices += [dices(truth, mask, labels) for truth, mask in pairs]
        slice_patients += [series.patient] * len(pairs)
        for phase in sorted({image.phase for image in series.slices}):
            chosen = [pair for image, pair in zip(series.slices, pairs, strict=True) if image.phase == phase]
            if len(chosen) > 1:
                truth, mask = (np.stack(planes) for planes in zip(*chosen, strict=True))
                volumes.append(dices(truth, mask, labels))
                volume_patients.append(series.patient)
    for kind, rows, patients in (("slice", slices, slice_patients), ("volume", volumes, volume_patients)):
        if rows:
            table(kind, np.array(rows), patients, labels)


def table(kind: str, rows: np.ndarray, patients: list[str], labels: tuple[Label, ...]) -> None:
    """Mean Dice per label and over the labels, with 95 % intervals."""
    print(f"mean Dice per {kind}: {len(rows)} of {len(set(patients))} patients")
    with np.errstate(all="ignore"):
        heart = [float(np.nanmean(row)) if not np.isnan(row).all() else math.nan for row in rows]
    columns = {SHORT_NAMES[label]: rows[:, index].tolist() for index, label in enumerate(labels)}
    for name, values in {**columns, "Heart": heart}.items():
        found = bootstrap_mean(values, patients)
        print(f"  {name:6} {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]  n = {found.n}")


def main() -> None:
    """Read the arguments, print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="")
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--split", default="validation", choices=("train", "validation", "test", "all"))
    parser.add_argument("--labels", type=parse_labels, default=parse_labels("RV,Myo,LV"))
    parser.add_argument("--spacing", type=float)
    parser.add_argument("--looks", type=int)
    parser.add_argument("--keep-islands", action="store_true")
    parser.add_argument("--phantoms", type=int, default=0)
    chosen = parser.parse_args()
    predictor = Predictor(
        find_checkpoint(chosen.model), "cpu", looks=chosen.looks, remove_islands=not chosen.keep_islands
    )
    if chosen.phantoms:
        score(predictor, phantoms(chosen.phantoms), chosen.labels)
    if chosen.data:
        score(predictor, labelled_series(chosen.data, chosen.split, chosen.spacing), chosen.labels)


if __name__ == "__main__":
    main()

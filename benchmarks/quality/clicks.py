"""What a few clicks of smart correction are worth: Dice after each, beside a dab of the brush at each.

    python -m benchmarks.quality.clicks --data FOLDER [--data FOLDER ...] [--model NAME|FILE] [--clicks 5]
                                  [--every 2] [--split validation] [--phantoms 4] [--from-nothing]
                                  [--network FILE]

FOLDER holds slices with reference masks in any import format. The reader is simulated: each click goes into
the middle of the largest piece of wrong pixels and names the true label. `painted` puts a disc of 3 pixels
there instead, `nothing` leaves the mask as it is: the model's, or with --from-nothing an empty one. With
--phantoms, slices of so many synthetic hearts take the place of a folder. A slice without a heart counts as 1
once nothing is drawn on it any more. Intervals are bootstrapped over patients, on the difference to nothing
and to painting. Times are of one click on one core.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

import numpy as np
import torch

from benchmarks.quality.scored_cases import labelled_series, phantoms
from core.editing.hint import Hint
from core.labels import FOREGROUND
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice
from core.metrics.statistics.bootstrap import bootstrap_mean
from core.metrics.statistics.means import mean_of_present
from core.network.correction.corrector import Corrector
from core.network.predict import Predictor
from core.records.slices import DEFAULT_SPACING
from core.settings import settings
from core.training.correction.pointing import next_click
from core.workflow.models.registry import find_checkpoint

DISC_PIXELS = 3


@dataclass(frozen=True, eq=False)
class Case:
    """One slice to be corrected."""

    patient: str
    pixels: np.ndarray  # (height, width), scanner units
    truth: np.ndarray  # (height, width) uint8 of Label values
    start: np.ndarray  # the same, to be corrected
    spacing_mm: tuple[float, float]


Correct = Callable[[Case, Sequence[Hint]], np.ndarray]


def mean_dice(truth: np.ndarray, mask: np.ndarray) -> float:
    """Mean over the heart labels that either has; NaN where neither has any."""
    confusion = count(truth, mask)
    return mean_of_present(dice(counts_of(confusion, label)) for label in FOREGROUND).value


def painted(case: Case, hints: Sequence[Hint]) -> np.ndarray:
    """A disc at each click."""
    mask = case.start.copy()
    rows, columns = np.indices(mask.shape)
    for hint in hints:
        ((row, column),) = hint.points
        mask[np.hypot(rows - row, columns - column) <= DISC_PIXELS] = hint.label
    return mask


def scores(correct: Correct, case: Case, n_clicks: int, times: list[float]) -> list[float]:
    """Dice before and after each click."""
    mask, hints, found = case.start, [], [mean_dice(case.truth, case.start)]
    for _ in range(n_clicks):
        click = next_click(case.truth, mask)
        if click is not None:
            hints.append(click)
            began = time.perf_counter()
            mask = correct(case, hints)
            times.append(time.perf_counter() - began)
        found.append(mean_dice(case.truth, mask))
    return found


def cases(chosen: argparse.Namespace) -> Iterator[Case]:
    """The slices to be corrected, with the model's masks or with none."""
    predictor = Predictor(find_checkpoint(chosen.model), "cpu")
    every = phantoms(chosen.phantoms) if chosen.phantoms else labelled_series(chosen.data, chosen.split, None)
    for series in every:
        slices = [image for image in series.slices if image.mask is not None][:: chosen.every]
        spacing = series.geometry.spacing_mm or DEFAULT_SPACING
        told = predictor.predict([image.pixels for image in slices], [spacing] * len(slices))
        for image, said in zip(slices, told, strict=True):
            assert image.mask is not None
            start = np.zeros_like(said.mask) if chosen.from_nothing else said.mask
            if not isnan(mean_dice(image.mask, start)):  # else no heart in either: nothing to click at
                yield Case(series.patient, image.pixels, image.mask, start, spacing)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--split", default="validation", choices=("train", "validation", "test", "all"))
    parser.add_argument("--model", default="")
    parser.add_argument("--network", type=Path, default=settings().correction_model)
    parser.add_argument("--clicks", type=int, default=5)
    parser.add_argument("--every", type=int, default=2, help="take every n-th slice of a series")
    parser.add_argument("--phantoms", type=int, default=0)
    parser.add_argument("--from-nothing", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    corrector = Corrector(chosen.network)

    def corrected(case: Case, hints: Sequence[Hint]) -> np.ndarray:
        return corrector.correct(case.pixels, case.start, hints, case.spacing_mm)

    table: dict[str, list[list[float]]] = {"corrected": [], "painted": []}
    times: dict[str, list[float]] = {"corrected": [], "painted": []}
    patients: list[str] = []
    for case in cases(chosen):
        patients.append(case.patient)
        for name, correct in (("corrected", corrected), ("painted", painted)):
            table[name].append(scores(correct, case, chosen.clicks, times[name]))
    # Where the last wrong pixel went and neither mask has a heart there is no Dice; all is right there.
    ours, theirs = (np.nan_to_num(np.array(table[name]), nan=1.0) for name in ("corrected", "painted"))
    print(f"{len(ours)} slices of {len(set(patients))} patients; mean Dice over the heart labels")
    print(f"nothing: {ours[:, 0].mean():.3f}")
    for n in range(1, chosen.clicks + 1):
        gain = bootstrap_mean((ours[:, n] - ours[:, 0]).tolist(), patients)
        over = bootstrap_mean((ours[:, n] - theirs[:, n]).tolist(), patients)
        print(
            f"{n} clicks: corrected {ours[:, n].mean():.3f}, painted {theirs[:, n].mean():.3f}; "
            f"gain {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}], "
            f"over painting {over.mean:+.3f} [{over.low:+.3f}, {over.high:+.3f}]"
        )
    quick, slow = statistics.median(times["corrected"]), float(np.quantile(times["corrected"], 0.95))
    print(f"a click takes {1000 * quick:.0f} ms (median), {1000 * slow:.0f} ms (95 %)")


if __name__ == "__main__":
    main()

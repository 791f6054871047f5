"""What a few clicks of smart correction are worth: Dice after each, beside painting at the same places.

    python -m benchmarks.quality.clicks --data FOLDER [--model NAME|FILE] [--clicks 5] [--every 2]

FOLDER holds slices with reference masks in any import format; only its validation patients are used. The
reader is simulated: each click goes into the middle of the largest piece of wrong pixels and names the true
label. `painted` puts a disc of 3 pixels there instead, `nothing` leaves the model's mask as it is. A slice
without a heart counts as 1 once nothing is drawn on it any more. Intervals are bootstrapped over patients, on
the difference to nothing and to painting.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from math import isnan
from pathlib import Path

import numpy as np
from scipy import ndimage

from core.editing.hint import Hint
from core.editing.smart_click import refine
from core.imaging.reading import find_series
from core.labels import FOREGROUND, Label
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice
from core.metrics.statistics.bootstrap import bootstrap_mean
from core.metrics.statistics.means import mean_of_present
from core.network.predict import Predictor
from core.records.masks import Prediction
from core.records.slices import Series, Slice, Split
from core.workflow.models.registry import find_checkpoint
from core.workflow.prediction.predict_store import DEFAULT_SPACING

DISC_PIXELS = 3
Correct = Callable[[Slice, Prediction, Sequence[Hint], tuple[float, float]], np.ndarray]


def mean_dice(truth: np.ndarray, mask: np.ndarray) -> float:
    """Mean over the heart labels that either has; NaN where neither has any."""
    confusion = count(truth, mask)
    return mean_of_present(dice(counts_of(confusion, label)) for label in FOREGROUND).value


def next_click(truth: np.ndarray, mask: np.ndarray) -> Hint | None:
    """Into the middle of the largest piece of one label that is another; None where all is right."""
    largest, found = 0, None
    for label in Label:
        for wrong in Label:
            pieces, n_pieces = (
                ndimage.label((truth == label) & (mask == wrong)) if label != wrong else ([], 0)
            )
            if not n_pieces:
                continue
            sizes = np.bincount(np.ravel(pieces))[1:]
            if sizes.max() > largest:
                largest = int(sizes.max())
                piece = np.pad(pieces == 1 + sizes.argmax(), 1)
                deep = ndimage.distance_transform_edt(piece)[1:-1, 1:-1]
                row, column = np.unravel_index(int(deep.argmax()), truth.shape)
                found = Hint(((int(row), int(column)),), label, adds=True)
    return found


def refined(
    image: Slice, said: Prediction, hints: Sequence[Hint], spacing: tuple[float, float]
) -> np.ndarray:
    """What Septum makes of the clicks."""
    return refine(image.pixels, said.mask, said.probabilities, hints, spacing)


def painted(
    image: Slice, said: Prediction, hints: Sequence[Hint], spacing: tuple[float, float]
) -> np.ndarray:
    """A disc at each click."""
    mask = said.mask.copy()
    rows, columns = np.indices(mask.shape)
    for hint in hints:
        ((row, column),) = hint.points
        mask[np.hypot(rows - row, columns - column) <= DISC_PIXELS] = hint.label
    return mask


def scores(
    correct: Correct,
    image: Slice,
    said: Prediction,
    spacing: tuple[float, float],
    n_clicks: int,
    times: list[float],
) -> list[float]:
    """Dice before and after each click."""
    truth = image.mask
    assert truth is not None
    mask, hints, found = said.mask, [], [mean_dice(truth, said.mask)]
    for _ in range(n_clicks):
        click = next_click(truth, mask)
        if click is not None:
            hints.append(click)
            began = time.perf_counter()
            mask = correct(image, said, hints, spacing)
            times.append(time.perf_counter() - began)
        found.append(mean_dice(truth, mask))
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--clicks", type=int, default=5)
    parser.add_argument("--every", type=int, default=2, help="take every n-th slice of a series")
    chosen = parser.parse_args()
    predictor = Predictor(find_checkpoint(chosen.model), "cpu")
    table: dict[str, list[list[float]]] = {"refined": [], "painted": []}
    times: dict[str, list[float]] = {"refined": [], "painted": []}
    patients: list[str] = []
    for series in find_series([chosen.data], per_file=True):
        if not isinstance(series, Series) or series.split != Split.VALIDATION:
            continue
        slices = [image for image in series.slices if image.mask is not None][:: chosen.every]
        spacing = series.geometry.spacing_mm or DEFAULT_SPACING
        told = predictor.predict([image.pixels for image in slices], [spacing] * len(slices))
        for image, said in zip(slices, told, strict=True):
            if image.mask is None or isnan(mean_dice(image.mask, said.mask)):
                continue  # no heart in either: nothing to click at
            patients.append(series.patient)
            for name, correct in (("refined", refined), ("painted", painted)):
                table[name].append(scores(correct, image, said, spacing, chosen.clicks, times[name]))
    # Where the last wrong pixel went and neither mask has a heart there is no Dice; all is right there.
    ours, theirs = (np.nan_to_num(np.array(table[name]), nan=1.0) for name in ("refined", "painted"))
    print(f"{len(ours)} slices of {len(set(patients))} patients; mean Dice over the heart labels")
    print(f"nothing: {ours[:, 0].mean():.3f}")
    for n in range(1, chosen.clicks + 1):
        gain = bootstrap_mean((ours[:, n] - ours[:, 0]).tolist(), patients)
        over = bootstrap_mean((ours[:, n] - theirs[:, n]).tolist(), patients)
        print(
            f"{n} clicks: refined {ours[:, n].mean():.3f}, painted {theirs[:, n].mean():.3f}; "
            f"gain {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}], "
            f"over painting {over.mean:+.3f} [{over.low:+.3f}, {over.high:+.3f}]"
        )
    print(f"refining takes {1000 * statistics.median(times['refined']):.0f} ms (median)")


if __name__ == "__main__":
    main()

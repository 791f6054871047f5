"""How soon a reader who follows the queue meets the wrong masks, beside a reader who takes them at random.

    python -m benchmarks.quality.reading_order --data FOLDER [--model NAME] [--split validation]

Every slice of the split's volumes is predicted by the model, which must not have learnt from them, and ranked
as on the Review page. Correcting a slice brings its mean Dice over the heart labels to 1 and its wrong pixels
to 0. The table tells how much of all that was missing is mended after a part of the queue, where random order
mends just that part; intervals are bootstrapped over patients, whose slices are then ranked among each other.
"""

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.quality.clicks import mean_dice
from benchmarks.quality.simulated_lab import add_unread, move_in, predict_unread, volumes
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.masks import masks
from core.workflow.review import Filter, Order, list_slices

PARTS = (0.1, 0.25, 0.5)  # of the queue
N_RESAMPLES = 2000


def queue_of(folder: Path, split: Split) -> tuple[list[str], np.ndarray]:
    """From the top: the patient of each slice, and (n_slices, 2) its missing Dice and wrong pixels."""
    chosen = [found for of_one in volumes(folder).values() for found in of_one if found.split == split]
    truth = add_unread(chosen)
    predict_unread()
    patients, missing = [], []
    for row in list_slices(Filter((Status.PREDICTED,)), Order.WORTH, limit=len(truth)):
        shown = masks.newest_version(open_store(), row.id)
        assert shown is not None
        lacks = 1 - mean_dice(truth[row.id], shown.mask)  # NaN where there is no heart and none was found
        patients.append(row.patient)
        missing.append((np.nan_to_num(lacks), np.count_nonzero(truth[row.id] != shown.mask)))
    return patients, np.array(missing, float)


def mended(missing: np.ndarray) -> np.ndarray:
    """(parts, 2) share of the missing Dice and of the wrong pixels in the first parts of the queue."""
    so_far = np.cumsum(missing, axis=0) / missing.sum(axis=0)
    return np.array([so_far[round(part * len(missing)) - 1] for part in PARTS])


def resampled(patients: list[str], missing: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """The same for patients drawn with replacement; the queue's order stays."""
    names, of_slice = np.unique(patients, return_inverse=True)
    times = np.bincount(draw.integers(len(names), size=len(names)), minlength=len(names))
    return mended(np.repeat(missing, times[of_slice], axis=0))


def main() -> None:
    """Read the arguments, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="unet-cine")
    parser.add_argument("--split", type=Split, default=Split.VALIDATION)
    chosen = parser.parse_args()
    os.environ["SEPTUM_DEFAULT_MODEL"] = chosen.model
    with tempfile.TemporaryDirectory(prefix="septum-order-") as folder:
        move_in(Path(folder))
        patients, missing = queue_of(chosen.data, chosen.split)
    draw = np.random.default_rng(0)
    found = mended(missing)
    low, high = np.quantile(
        [resampled(patients, missing, draw) for _ in range(N_RESAMPLES)], (0.025, 0.975), axis=0
    )
    print(f"{len(missing)} slices of {len(set(patients))} patients, predicted by {chosen.model}")
    for part, *columns in zip(PARTS, found, low, high, strict=True):
        dice, pixels = (
            f"{100 * share:.0f} % [{100 * least:.0f}, {100 * most:.0f}]"
            for share, least, most in zip(*columns, strict=True)
        )
        print(
            f"first {100 * part:.0f} % of the queue: {dice} of the missing Dice, {pixels} of the wrong pixels"
        )


if __name__ == "__main__":
    main()

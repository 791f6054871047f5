"""All scores of a slice and of a volume: Septum beside MONAI, in turn, on the same masks, in one run.

    python -m benchmarks.speed.metrics [--rounds 20] [--size 256] [--radius 32] [--positions 10]

Both give Dice, IoU, HD95 and mean surface distance of RV, myocardium and LV. MONAI gets ready one-hot
tensors, which is not counted. Each round asks Septum, then MONAI, so that a busy machine slows both.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import torch
from monai.metrics import (
    compute_average_surface_distance,
    compute_dice,
    compute_hausdorff_distance,
    compute_iou,
)

from core.labels import Label
from core.metrics.scores import score_masks


def heart(size: int, centre: tuple[float, float], radius: float) -> np.ndarray:
    """LV within myocardium, RV beside it, (size, size) uint8."""
    rows, columns = np.mgrid[:size, :size]
    away = np.hypot(rows - centre[0], columns - centre[1])
    beside = np.hypot(rows - centre[0], columns - centre[1] + 1.6 * radius)
    mask = np.zeros((size, size), np.uint8)
    mask[beside < radius] = Label.RIGHT_VENTRICLE
    mask[away < radius] = Label.MYOCARDIUM
    mask[away < 0.65 * radius] = Label.LEFT_VENTRICLE
    return mask


def one_hot(mask: np.ndarray) -> torch.Tensor:
    """(1, 4, ...) float32."""
    return torch.nn.functional.one_hot(torch.from_numpy(mask).long(), 4).movedim(-1, 0)[None].float()


def monai(truth: torch.Tensor, guess: torch.Tensor, spacing_mm: tuple[float, ...]) -> None:
    """The same scores by MONAI."""
    compute_dice(guess, truth)
    compute_iou(guess, truth)
    compute_hausdorff_distance(guess, truth, percentile=95, spacing=spacing_mm)
    compute_average_surface_distance(guess, truth, symmetric=True, spacing=spacing_mm)


def milliseconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


def compare(
    what: str, masks: tuple[np.ndarray, np.ndarray], spacing_mm: tuple[float, ...], rounds: int
) -> None:
    """Time both in turn and print medians, the fastest, and the ratio of the medians."""
    tensors = one_hot(masks[0]), one_hot(masks[1])
    ours, theirs = [], []
    for number in range(rounds + 2):  # the first two warm up
        times = (
            milliseconds(lambda: score_masks(*masks, spacing_mm)),
            milliseconds(lambda: monai(*tensors, spacing_mm)),
        )
        if number >= 2:
            ours.append(times[0])
            theirs.append(times[1])
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(
        f"{what}: Septum {statistics.median(ours):.1f} ms (fastest {min(ours):.1f}), "
        f"MONAI {statistics.median(theirs):.1f} ms (fastest {min(theirs):.1f}), {ratio:.1f} times"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--radius", type=float, default=32, help="of the heart's outline, in pixels")
    parser.add_argument("--positions", type=int, default=10)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    middle = chosen.size / 2
    truth = heart(chosen.size, (middle, middle + 2), chosen.radius)
    guess = heart(chosen.size, (middle + 2, middle), chosen.radius + 1)
    compare(f"one slice of {chosen.size} pixels", (truth, guess), (1.4, 1.4), chosen.rounds)
    stacks = np.stack([truth] * chosen.positions), np.stack([guess] * chosen.positions)
    compare(
        f"a volume of {chosen.positions} such slices", stacks, (8.0, 1.4, 1.4), max(3, chosen.rounds // 4)
    )


if __name__ == "__main__":
    main()

"""How long a training will take and how much memory it needs, told before it starts; no torch."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from core.recipes.training import AugmentationName
from core.records.runs import Epoch
from core.store.slices.approved import ApprovedSlices
from core.workflow.training.cost import cost_of
from core.workflow.training.request import TrainingRequest

MB = 1_000_000
# Multiplications a second of one processor thread with bfloat16, in training; a guess until a run was timed.
FIRST_GUESS = 50e9
PASSES = 3  # of the network for one training step: forward, and twice the work backward
START_SECONDS = 8.0  # loading torch, reading slices, scoring the first
# Measured with benchmarks of all three architectures at 96 and 192 pixels: peaks were met within a third.
BASE_MB = 500.0  # Python, torch and its caches
BYTES_PER_FEATURE = 18.0  # what comes out of a convolution, its batch norm and its activation, and gradients
COPIES = 7  # of each weight: itself, gradient, two of Adam, average, best so far, and one being saved
BYTES_PER_PIXEL = 12.0  # of every slice of the set: the canvas, its mask, and what it is made from


@dataclass(frozen=True)
class Workload:
    """What goes through the network in one epoch, in pixels at the network's pixel size."""

    training: float
    validation: float
    largest: float  # pixels of the largest slice
    n_slices: int

    @classmethod
    def of(cls, request: TrainingRequest, training: ApprovedSlices, validation: ApprovedSlices) -> "Workload":
        """The load of these slices under the request's recipe."""
        config = request.config
        pixels = [pixels_of(slices, config.spacing_mm) for slices in (training, validation)]
        largest = max((float(some.max()) for some in pixels if len(some)), default=0.0)
        cropped = config.augmentation == AugmentationName.RECOMMENDED and config.crop
        # Whole slices lie on one canvas, as large as the largest of them.
        each = float(config.crop**2) if cropped else largest
        n_slices = len(training) + len(validation)
        return cls(each * len(training), largest * len(validation), largest, n_slices)


@dataclass(frozen=True)
class Estimate:
    """What to expect of a training."""

    seconds_per_epoch: float
    seconds: float
    measured: bool  # whether an earlier run on this store timed the machine
    memory_mb: float
    available_mb: float | None  # None where the system does not tell


def pixels_of(slices: ApprovedSlices, spacing_mm: float) -> np.ndarray:
    """Pixels of each slice at the network's pixel size, (n,); one of unknown size is taken to have it."""
    return slices.sizes * np.nan_to_num(slices.pixel_mm2, nan=spacing_mm**2) / spacing_mm**2


def work_of(request: TrainingRequest, load: Workload) -> float:
    """Multiplications of one epoch, with its share of the validations."""
    validation = 0.0 if request.config.final else load.validation / request.config.validate_every
    return cost_of(request.config.network).multiplications * (PASSES * load.training + validation)


def rate_of(runs: Sequence[tuple[float, Sequence[Epoch]]]) -> float | None:
    """Multiplications a second in earlier runs, each as (work of an epoch, its epochs); None without any."""
    rates = [work / median(epoch.seconds for epoch in epochs) for work, epochs in runs if work > 0 and epochs]
    return median(rates) if rates else None


def estimate(request: TrainingRequest, load: Workload, rate: float | None) -> Estimate:
    """Return the time (seconds) and memory (MB) that a training is expected to take.

    Args:
        request: what is asked for.
        load: of its slices.
        rate: multiplications a second where earlier runs told, see `rate_of`.
    """
    threads = max(1, (os.cpu_count() or 1) - 1)
    seconds_per_epoch = work_of(request, load) / (rate or FIRST_GUESS * threads)
    return Estimate(
        seconds_per_epoch=seconds_per_epoch,
        seconds=START_SECONDS + request.config.epochs * seconds_per_epoch,
        measured=rate is not None,
        memory_mb=memory_mb(request, load),
        available_mb=available_mb(),
    )


def memory_mb(request: TrainingRequest, load: Workload) -> float:
    """Return about the most memory that the training holds at once, in MB."""
    config = request.config
    cropped = config.augmentation == AugmentationName.RECOMMENDED and config.crop
    pixels = float(config.crop**2) if cropped else load.largest
    cost = cost_of(config.network)
    features = cost.features * config.batch_size * BYTES_PER_FEATURE
    return (
        BASE_MB
        + COPIES * 4 * cost.weights / MB
        + pixels * features / MB
        + load.n_slices * load.largest * BYTES_PER_PIXEL / MB
    )


def available_mb() -> float | None:
    """Memory that a new process could take now, in MB; None where the system does not tell."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024 / MB
    return None

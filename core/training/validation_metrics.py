"""Dice and IoU of a validation pass: counted on the device, a whole batch at once."""

import torch
from torch import Tensor

from core.labels import FOREGROUND
from core.metrics import overlap
from core.metrics.counts import N_LABELS, CountArrays
from core.metrics.statistics.means import mean_of_present


def confusion(truth: Tensor, prediction: Tensor) -> Tensor:
    """(N, C, C) pixel counts, true label by predicted label, of each slice."""
    slices = torch.arange(len(truth), device=truth.device)[:, None, None]
    index = (slices * N_LABELS + truth) * N_LABELS + prediction
    counts = torch.bincount(index.flatten(), minlength=len(truth) * N_LABELS**2)
    return counts.reshape(len(truth), N_LABELS, N_LABELS)


def mean_overlap_per_label(confusions: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean Dice and mean IoU of each heart label over the slices where truth or prediction has it."""
    counts = CountArrays.of(confusions.cpu().numpy())
    dice, iou = (
        tuple(mean_of_present(values[:, label].tolist()).value for label in FOREGROUND)
        for values in (overlap.dice(counts), overlap.iou(counts))
    )
    return dice, iou

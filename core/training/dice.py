"""Dice and IoU of a validation pass: counted on the device, a whole batch at once."""

import torch
from torch import Tensor

from core.labels import FOREGROUND, Label

N_LABELS = len(Label)


def confusion(truth: Tensor, prediction: Tensor) -> Tensor:
    """(N, C, C) pixel counts, true label by predicted label, of each slice."""
    slices = torch.arange(len(truth), device=truth.device)[:, None, None]
    index = (slices * N_LABELS + truth) * N_LABELS + prediction
    counts = torch.bincount(index.flatten(), minlength=len(truth) * N_LABELS**2)
    return counts.reshape(len(truth), N_LABELS, N_LABELS)


def mean_overlap_per_label(confusions: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean Dice and mean IoU of each heart label over the slices where truth or prediction has it."""
    counts = confusions.double()
    shared = counts.diagonal(dim1=1, dim2=2)
    pixels = counts.sum(1) + counts.sum(2)  # of both masks
    dice = (2 * shared / pixels).nanmean(dim=0)  # 0/0 is NaN: the label is in neither
    iou = (shared / (pixels - shared)).nanmean(dim=0)
    return tuple(float(dice[label]) for label in FOREGROUND), tuple(float(iou[label]) for label in FOREGROUND)

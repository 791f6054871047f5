"""Whether the faster loop learns as well: Dice after as many epochs, beside the plain loop, over seeds."""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from core.imaging.reading import find_series
from core.metrics.statistics.bootstrap import bootstrap_mean
from core.network.architectures.registry import build
from core.recipes.model import ModelConfig
from core.recipes.training import TrainConfig
from core.records.slices import Series, Split
from core.training.data import LabelledSlice, training_set
from core.training.loop import Training
from core.training.losses import make_loss
from core.training.validation_metrics import confusion, mean_overlap_per_label

Epoch = Callable[[nn.Module, DataLoader, torch.optim.Adam, Callable], None]


def labelled(folder: Path, split: Split) -> list[LabelledSlice]:
    """The slices with masks of a split, as its folders name it."""
    return [
        LabelledSlice(f"{found.name}/{image.position}", found.patient, image.pixels, image.mask, (1.8, 1.8))
        for found in find_series([folder])
        if isinstance(found, Series) and found.split == split
        for image in found.slices
        if image.mask is not None
    ]


def compare(
    folder: Path,
    seeds: int,
    config: TrainConfig,
    device: torch.device,
    dataset: Callable[[list[LabelledSlice]], torch.utils.data.Dataset],
    plain_epoch: Epoch,
) -> None:
    """Train both loops from the same weights under each seed and print the paired difference of Dice.

    Args:
        folder: with train and val, such as the course's.
        seeds: how many.
        config: of both; patience is not used, the last weights count.
        device: of both.
        dataset: the plain loop's slices, one varied image at a time.
        plain_epoch: the plain loop's pass over the training slices.
    """
    train, validation = labelled(folder, Split.TRAIN), labelled(folder, Split.VALIDATION)
    print(f"{len(train)} training slices, {len(validation)} validation slices, {config.epochs} epochs")
    gains, ratios = [], []
    for seed in range(seeds):
        ours, our_seconds = septum(train, validation, config, seed, device)
        theirs, their_seconds = plain(train, validation, config, seed, device, dataset, plain_epoch)
        gains.append(ours - theirs)
        ratios.append(their_seconds / our_seconds)
        print(
            f"seed {seed}: Septum {ours:.3f} at {our_seconds:.2f} s an epoch, plain {theirs:.3f} at "
            f"{their_seconds:.2f} s",
            flush=True,
        )
    interval = bootstrap_mean(gains, list(range(seeds)))
    print(
        f"mean Dice, Septum minus plain: {interval.mean:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}] "
        f"over {seeds} seeds (bootstrap of the seeds, 95 %)"
    )
    print(f"times faster: median {statistics.median(ratios):.2f}")


def septum(
    train: list[LabelledSlice],
    validation: list[LabelledSlice],
    config: TrainConfig,
    seed: int,
    device: torch.device,
) -> tuple[float, float]:
    """Mean Dice after the last epoch, and the median seconds of an epoch."""
    model = ModelConfig()
    torch.manual_seed(seed)
    network = build(model)
    training = Training(
        network, training_set(train, model, 8), None, replace(config, seed=seed, patience=0), device
    )
    seconds = statistics.median(epoch.seconds for epoch in training.epochs())
    held = training_set(validation, model, 8)
    return mean_dice(training.network, held.images, held.masks, device), seconds


def plain(
    train: list[LabelledSlice],
    validation: list[LabelledSlice],
    config: TrainConfig,
    seed: int,
    device: torch.device,
    dataset: Callable[[list[LabelledSlice]], torch.utils.data.Dataset],
    plain_epoch: Epoch,
) -> tuple[float, float]:
    """The same of the plain loop, from the same weights."""
    torch.manual_seed(seed)
    random.seed(seed)
    network = build(ModelConfig()).to(device)
    optimizer = torch.optim.Adam(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    loader = DataLoader(
        dataset(train),
        batch_size=config.batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    shares = training_set(train, ModelConfig(), 8).shares_percent()
    loss = make_loss(config, shares.to(device))
    times = []
    for _ in range(config.epochs):
        began = time.perf_counter()
        plain_epoch(network, loader, optimizer, loss)
        times.append(time.perf_counter() - began)
    images = np.stack([(item.pixels - item.pixels.mean()) / item.pixels.std() for item in validation])
    masks = torch.from_numpy(np.stack([item.mask for item in validation]))
    dice = mean_dice(network, torch.from_numpy(images).float()[:, None], masks, device)
    return dice, statistics.median(times)


@torch.inference_mode()
def mean_dice(network: nn.Module, images: torch.Tensor, masks: torch.Tensor, device: torch.device) -> float:
    """Mean over the heart's labels of the mean over slices, in float32."""
    network.eval()
    guesses = [network(part.to(device)).argmax(dim=1).cpu() for part in images.split(8)]
    found, _ = mean_overlap_per_label(confusion(masks.long().cpu(), torch.cat(guesses)))
    return statistics.fmean(found)

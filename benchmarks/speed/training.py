"""An epoch of 100 slices of 96x96: Septum's loop beside a plain one and MONAI's, in turn, in one run.

    python -m benchmarks.speed.training [--epochs 5] [--threads 1]
    python -m benchmarks.speed.training --seeds 5 --data FOLDER --epochs 60

Same batch size and number of slices; the plain loop has the same network and loss, too. It is what tutorials
show: a Dataset that rotates or flips each image with Pillow, a DataLoader, float32. MONAI trains its own
BasicUNet of like size as its tutorials do. On a shared machine only the ratios count.

The second form trains Septum's and the plain one to the end on real slices, FOLDER/train and FOLDER/val,
under several seeds, and tells the paired difference of validation Dice with its interval.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from benchmarks.speed.training_dice import compare
from benchmarks.speed.training_monai import monai_epoch
from core.network.architectures.registry import build
from core.network.device import has_fast_bfloat16, pick_device
from core.recipes.model import ModelConfig
from core.recipes.training import REPORT
from core.training.data import LabelledSlice, training_set
from core.training.loop import Training
from core.training.losses import Loss, make_loss

SLICES, SIDE = 100, 96


def random_slices() -> list[LabelledSlice]:
    generator = np.random.default_rng(0)
    return [
        LabelledSlice(
            f"slice{number}",
            f"patient{number}",
            generator.normal(100, 30, (SIDE, SIDE)).astype(np.float32),
            generator.integers(0, 4, (SIDE, SIDE)).astype(np.uint8),
            (1.8, 1.8),
        )
        for number in range(SLICES)
    ]


class PlainDataset(Dataset):
    """One of four for each image, with Pillow, as most course code does it."""

    def __init__(self, slices: list[LabelledSlice]) -> None:
        self.slices = slices

    def __len__(self) -> int:
        return len(self.slices)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        item = self.slices[index]
        image = Image.fromarray((item.pixels - item.pixels.mean()) / item.pixels.std())
        mask = Image.fromarray(item.mask)
        choice = random.randrange(4)
        if choice == 1:
            image, mask = (part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for part in (image, mask))
        elif choice == 2:
            image, mask = (part.transpose(Image.Transpose.FLIP_TOP_BOTTOM) for part in (image, mask))
        elif choice == 3:
            angle = random.uniform(-10, 10)
            image, mask = image.rotate(angle, Image.Resampling.BILINEAR), mask.rotate(angle)
        return torch.from_numpy(np.array(image))[None], torch.from_numpy(np.array(mask)).long()


def plain_epoch(
    network: torch.nn.Module, loader: DataLoader, optimizer: torch.optim.Adam, loss: Loss
) -> None:
    network.train()
    for images, masks in loader:
        images, masks = (
            images.to(next(network.parameters()).device),
            masks.to(next(network.parameters()).device),
        )
        value = loss(network(images), masks)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        value.item()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--epochs", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--device", default="auto")
    arguments.add_argument("--seeds", type=int, default=0, help="compare Dice over so many seeds instead")
    arguments.add_argument("--data", type=Path, help="folder with train and val; needed for --seeds")
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    device = pick_device(chosen.device)
    if chosen.seeds:
        if chosen.data is None:
            arguments.error("--seeds needs --data FOLDER")
        recipe = replace(REPORT, epochs=chosen.epochs)
        compare(chosen.data, chosen.seeds, recipe, device, PlainDataset, plain_epoch)
        return
    slices, model = random_slices(), ModelConfig()

    def wait() -> None:
        if device.type == "cuda":
            torch.cuda.synchronize()

    training = Training(build(model), training_set(slices, model, 8), None, REPORT, device)
    epochs = training.epochs()
    plain = build(model).to(device)
    optimizer = torch.optim.Adam(plain.parameters(), lr=1e-3, weight_decay=1e-4)
    loader = DataLoader(PlainDataset(slices), batch_size=REPORT.batch_size, shuffle=True)
    loss = make_loss(REPORT, training.training.shares_percent())
    loops: dict[str, Callable[[], object]] = {
        "Septum": lambda: next(epochs),
        "plain PyTorch": lambda: plain_epoch(plain, loader, optimizer, loss),
        "MONAI": monai_epoch(slices, REPORT, device),
    }
    times: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(1 + chosen.epochs):
        for name, epoch in loops.items():
            wait()
            started = time.perf_counter()
            epoch()
            wait()
            if number:  # the first one fills caches
                times[name].append(time.perf_counter() - started)
    print(
        f"device {device}, {chosen.threads} thread(s), bfloat16 in hardware: {has_fast_bfloat16(device.type)}"
    )
    ours = statistics.median(times["Septum"])
    print(
        f"seconds for an epoch of {SLICES} slices, median of {chosen.epochs}, and as a multiple of Septum's"
    )
    for name, each in times.items():
        print(f"  {name:14}{statistics.median(each):7.2f}{statistics.median(each) / ours:7.2f}")


if __name__ == "__main__":
    main()

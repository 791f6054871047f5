"""An epoch as MONAI's tutorials train: its cached data set, its transforms, its BasicUNet and its loss."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from monai.data import CacheDataset, DataLoader
from monai.losses import DiceCELoss
from monai.networks.nets import BasicUNet
from monai.transforms import (
    Compose,
    EnsureTyped,
    Identityd,
    NormalizeIntensityd,
    OneOf,
    RandFlipd,
    RandRotated,
)

from benchmarks.speed.inference import MONAI_FEATURES
from core.labels import Label
from core.recipes.training import TrainConfig
from core.training.data import LabelledSlice

KEYS = ("image", "mask")
DEGREES = 10.0


def monai_epoch(
    slices: Sequence[LabelledSlice], recipe: TrainConfig, device: torch.device
) -> Callable[[], None]:
    """Return what trains a network of like size for one epoch: one of four ways for each image, float32."""
    ways = OneOf(
        [
            Identityd(KEYS),
            RandFlipd(KEYS, prob=1.0, spatial_axis=0),
            RandFlipd(KEYS, prob=1.0, spatial_axis=1),
            RandRotated(KEYS, prob=1.0, range_x=np.deg2rad(DEGREES), mode=("bilinear", "nearest")),
        ]
    )
    items = [{"image": item.pixels[None], "mask": item.mask[None].astype(np.int64)} for item in slices]
    prepared = [EnsureTyped(KEYS), NormalizeIntensityd("image"), ways]
    cached = CacheDataset(items, Compose(prepared), progress=False)
    loader = DataLoader(cached, batch_size=recipe.batch_size, shuffle=True)
    network = BasicUNet(2, 1, len(Label), MONAI_FEATURES).to(device).train()
    optimizer = torch.optim.Adam(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    loss = DiceCELoss(to_onehot_y=True, softmax=True)

    def epoch() -> None:
        for batch in loader:
            value = loss(network(batch["image"].to(device)), batch["mask"].to(device))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            value.item()

    return epoch

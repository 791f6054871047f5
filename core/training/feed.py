"""What a network sees of slices in training, where that is more than the grey picture."""

from typing import Protocol

import torch
from torch import Tensor, nn

from core.training.augment import Batch


class Feed(Protocol):
    """Makes what a network sees."""

    def learnt(self, network: nn.Module, images: Tensor, masks: Tensor, generator: torch.Generator) -> Tensor:
        """Planes (N, planes, H, W) of varied images (N, 1, H, W) with masks (N, H, W)."""

    def validated(self, network: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        """Planes (N, planes, h, w) and masks (N, h, w) of slices as they are; nothing is random."""

"""Masks to be corrected: what models say, nothing at all, and masks that were damaged on purpose."""

from collections.abc import Sequence

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn

from core.labels import FOREGROUND, Label
from core.network.device import fast_autocast

OF_MODELS, FROM_NOTHING = 0.6, 0.15  # shares of the masks; the rest is the truth, damaged
DAMAGED = 0.35  # share of what models say that is damaged, too
MAX_SHIFT = 6  # pixels
MAX_STEPS = 3  # pixels by which a label is grown or shrunk
ISLAND_RADIUS = (2.0, 8.0)  # pixels


class Mistakes:
    """Makes masks to be corrected out of pictures and their true masks."""

    def __init__(self, networks: Sequence[nn.Module], device: torch.device) -> None:
        """Take segmentation networks whose mistakes are to be corrected; there may be none."""
        self.device = device
        self.networks = [network.eval().to(device) for network in networks]

    def masks(self, images: Tensor, truth: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Return a mask to start from for each picture, (N, height, width) uint8.

        Args:
            images: (N, 1, height, width) float32, normalised, on the device.
            truth: (N, height, width) uint8 of Label values.
            random: decides on everything but dropout, which draws from torch's own generator.
        """
        kind = random.random(len(truth))
        started = truth.copy()
        of_models = (kind < OF_MODELS) if self.networks else np.zeros(len(truth), bool)
        if of_models.any():
            network = self.networks[random.integers(len(self.networks))]
            chosen = torch.from_numpy(np.flatnonzero(of_models)).to(self.device)
            # Half the time as unsure as dropout makes it: on slices that it learnt from it is hardly wrong.
            started[of_models] = self.said(network, images[chosen], unsure=random.random() < 0.5)
        nothing = (kind >= OF_MODELS) & (kind < OF_MODELS + FROM_NOTHING)
        started[nothing] = Label.BACKGROUND
        for index in np.flatnonzero(~nothing):
            if not of_models[index] or random.random() < DAMAGED:
                started[index] = damaged(started[index], random)
        return started

    def first_masks(self, images: Tensor, truth: np.ndarray) -> np.ndarray:
        """Return what the first model says, (N, height, width) uint8; nothing where there is no model."""
        return self.said(self.networks[0], images) if self.networks else np.zeros_like(truth)

    @torch.no_grad()
    def said(self, network: nn.Module, images: Tensor, *, unsure: bool = False) -> np.ndarray:
        """Return the network's masks of (N, 1, height, width), with dropout where it is to be unsure."""
        dropouts = [module for module in network.modules() if isinstance(module, nn.Dropout)]
        for module in dropouts:
            module.train(unsure)
        with fast_autocast(self.device):
            logits = network(images.contiguous(memory_format=torch.channels_last))
        for module in dropouts:
            module.eval()
        return logits.float().cpu().numpy().argmax(axis=1).astype(np.uint8)


def damaged(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the mask (height, width) uint8 with one to three kinds of damage."""
    for damage in random.choice(np.array(DAMAGES), size=random.integers(1, 4), replace=False):
        mask = damage(mask, random)
    return mask


def shifted(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """All labels some pixels away."""
    offset = random.integers(-MAX_SHIFT, MAX_SHIFT + 1, size=2)
    moved: np.ndarray = ndimage.shift(mask, offset, order=0, cval=Label.BACKGROUND)
    return moved


def grown_or_shrunk(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """One label wider or narrower; what it leaves goes to the label that is nearest."""
    label = FOREGROUND[random.integers(len(FOREGROUND))]
    steps = int(random.integers(1, MAX_STEPS + 1))
    there = mask == label
    if random.random() < 0.5:
        return np.where(ndimage.binary_dilation(there, iterations=steps), label, mask).astype(np.uint8)
    left = there & ~ndimage.binary_erosion(there, iterations=steps)
    if there.all():
        return mask
    nearest = ndimage.distance_transform_edt(there, return_distances=False, return_indices=True)
    return np.where(left, mask[tuple(nearest)], mask).astype(np.uint8)


def without_label(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """One label gone, or called another."""
    label, other = random.permutation(len(FOREGROUND))[:2]
    replacement = FOREGROUND[other] if random.random() < 0.3 else Label.BACKGROUND
    return np.where(mask == FOREGROUND[label], replacement, mask).astype(np.uint8)


def cut(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What lies beyond a straight line through the heart is gone, of one label or of all."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return mask
    middle = random.integers(len(rows))
    angle = random.uniform(0, 2 * np.pi)
    across = np.arange(mask.shape[0])[:, None] - rows[middle], np.arange(mask.shape[1]) - columns[middle]
    gone = np.cos(angle) * across[0] + np.sin(angle) * across[1] > 0
    if random.random() < 0.5:
        gone &= mask == FOREGROUND[random.integers(len(FOREGROUND))]
    return np.where(gone, Label.BACKGROUND, mask).astype(np.uint8)


def with_island(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A disc of any label, near the heart or anywhere."""
    rows, columns = np.nonzero(mask)
    centre = random.uniform(0, mask.shape)
    if len(rows) and random.random() < 0.7:
        middle = random.integers(len(rows))
        centre = np.array([rows[middle], columns[middle]]) + random.normal(0, 8, 2)
    distance = np.hypot(
        np.arange(mask.shape[0])[:, None] - centre[0], np.arange(mask.shape[1])[None] - centre[1]
    )
    label = random.integers(len(Label))
    return np.where(distance < random.uniform(*ISLAND_RADIUS), label, mask).astype(np.uint8)


DAMAGES = (shifted, grown_or_shrunk, grown_or_shrunk, without_label, cut, with_island)

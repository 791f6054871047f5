"""What the training loop feeds a correction network with: masks to correct, and a reader's hints."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from core.editing.hint import Hint
from core.errors import RunRefused
from core.network import checkpoint
from core.network.correction.planes import correction_planes
from core.network.correction.promise import allowed_labels, kept
from core.network.device import fast_autocast
from core.recipes.checkpoint_header import require_task
from core.recipes.model import Task
from core.training.augment import Batch
from core.training.correction.mistakes import Mistakes
from core.training.correction.pointing import next_click, next_hint

ROUNDS = (0.4, 0.3, 0.2, 0.1)  # how often the network has 0, 1, 2 or 3 answers behind it before it learns
VALIDATED_ROUNDS = 1  # as many before the answer that is validated


class HintFeed:
    """Turns pictures with true masks into what a correction network sees of them.

    The reader looks at the network's own last answer before the next hint, as in the app, so that it learns
    to go on from its own mistakes (Mahadevan et al., Iteratively Trained Interactive Segmentation, BMVC 2018;
    the last mask as an input as in Sofiiuk et al., Reviving Iterative Training with Mask Guidance, 2021).
    """

    def __init__(self, mistakes: Mistakes, crop: int) -> None:
        """Take the masks to begin with; `crop` is the side in pixels of what is validated, 0 all of it."""
        self.mistakes, self.crop = mistakes, crop

    def learnt(self, network: nn.Module, images: Tensor, masks: Tensor, generator: torch.Generator) -> Tensor:
        """Return (N, planes, height, width) float32 to learn one step from.

        Args:
            network: as it is now; it answers earlier hints and is left in training mode.
            images: (N, 1, height, width) float32, varied already.
            masks: (N, height, width) of Label values: the truth.
            generator: all that is random follows from it, but for dropout.
        """
        seed = int(torch.randint(2**62, (), generator=generator, device=generator.device))
        random = np.random.default_rng(seed)
        truth = masks.cpu().numpy().astype(np.uint8)
        now = self.mistakes.masks(images, truth, random)
        hints: list[list[Hint]] = [[] for _ in truth]
        network.eval()
        for _ in range(random.choice(len(ROUNDS), p=ROUNDS)):
            point(truth, now, hints, random)
            now = answers(network, images, now, hints)
        network.train()
        point(truth, now, hints, random)
        return planes_of(images, now, hints)

    def validated(self, network: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the planes and the true masks of slices after the same plain clicks every time."""
        images, masks = near_heart(batch, self.crop)
        truth = masks.cpu().numpy().astype(np.uint8)
        now = self.mistakes.first_masks(images, truth)
        hints: list[list[Hint]] = [[] for _ in truth]
        for _ in range(VALIDATED_ROUNDS):
            point(truth, now, hints)
            now = answers(network, images, now, hints)
        point(truth, now, hints)
        return planes_of(images, now, hints), masks


def hint_feed(mistakes_of: Sequence[Path], crop: int, stride: int, device: torch.device) -> HintFeed:
    """Return what a correction network is fed with in training.

    Args:
        mistakes_of: checkpoints whose mistakes are to be corrected.
        crop: side of the training crop in pixels; 0 takes slices whole.
        stride: of the network that learns.
        device: where it learns.

    Raises:
        BadCheckpoint: when one of them is no checkpoint of ours, or does not segment.
        RunRefused: when one of them cannot see what the network sees.
    """
    networks = []
    for path in mistakes_of:
        network, config = checkpoint.load(path)
        require_task(path.name, config, Task.SEGMENTATION)
        if (crop or stride) % config.stride:
            raise RunRefused(
                f"{path.name} takes slices in steps of {config.stride} pixels; choose a --crop that fits it"
            )
        networks.append(network)
    return HintFeed(Mistakes(networks, device), crop)


def point(
    truth: np.ndarray, now: np.ndarray, hints: list[list[Hint]], random: np.random.Generator | None = None
) -> None:
    """Add to the hints of each slice what a reader points at next; plain clicks where nothing is random."""
    for true, mask, given in zip(truth, now, hints, strict=True):
        hint = next_hint(true, mask, random) if random else next_click(true, mask)
        if hint is not None:
            given.append(hint)


@torch.no_grad()
def answers(network: nn.Module, images: Tensor, now: np.ndarray, hints: list[list[Hint]]) -> np.ndarray:
    """Return the masks (N, height, width) uint8 after the hints, what was pointed at as it was said."""
    with fast_autocast(images.device):
        logits = network(planes_of(images, now, hints))
    said = logits.float().softmax(dim=1).cpu().numpy()
    height, width = now.shape[1:]
    return np.stack(
        [
            kept(each.argmax(axis=0).astype(np.uint8), each, allowed_labels(given, (height, width)))
            for each, given in zip(said, hints, strict=True)
        ]
    )


def planes_of(images: Tensor, now: np.ndarray, hints: list[list[Hint]]) -> Tensor:
    """Return (N, planes, height, width) float32 on the device of the images."""
    grey = images.cpu().numpy()[:, 0]
    planes = np.stack([correction_planes(*each) for each in zip(grey, now, hints, strict=True)])
    return torch.from_numpy(planes).to(images.device).contiguous(memory_format=torch.channels_last)


def near_heart(batch: Batch, crop: int) -> tuple[Tensor, Tensor]:
    """Return (images, masks) cut to a square of `crop` pixels around each heart; as they are where 0."""
    height, width = batch.masks.shape[-2:]
    rows, columns = (min(crop, length) if crop else length for length in (height, width))
    corners = [
        (
            int(min(max(0, centre[0] - rows // 2), height - rows)),
            int(min(max(0, centre[1] - columns // 2), width - columns)),
        )
        for centre in batch.centres.tolist()
    ]
    images, masks = (
        torch.stack(
            [
                each[..., top : top + rows, left : left + columns]
                for each, (top, left) in zip(planes, corners, strict=True)
            ]
        )
        for planes in (batch.images, batch.masks)
    )
    return images, masks

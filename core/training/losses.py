"""The losses, on logits of shape (N, C, H, W) and labels of shape (N, H, W).

A new one is a function and its entry in `BUILD` here, beside its key and title in core/recipes/losses.py.
"""

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from core.metrics import balance
from core.recipes.losses import LossName
from core.recipes.training import TrainConfig

Loss = Callable[[Tensor, Tensor], Tensor]

SMOOTH = 1e-6  # pixels; keeps 0/0 away where a label is neither present nor predicted


def cross_entropy(logits: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean negative log-likelihood; with weights (C,), the weighted mean over pixels."""
    return F.cross_entropy(logits, labels, weight=weights)


def focal(logits: Tensor, labels: Tensor, gamma: float = 2.0, alpha: float = 1.0) -> Tensor:
    """Mean over pixels of -alpha (1 - p)^gamma log p, p the softmax probability of the true label.

    Source: Lin et al., Focal Loss for Dense Object Detection, ICCV 2017, in its softmax form.
    """
    log_p = F.log_softmax(logits, dim=1).gather(1, labels[:, None])[:, 0]
    return (-alpha * (1 - log_p.exp()) ** gamma * log_p).mean()


def soft_dice(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean over the heart labels of 1 - 2|P.G| / (|P| + |G|), summed over the whole batch.

    Pooling the batch keeps a label that is absent from one slice from counting as a miss there.
    """
    n_labels = logits.shape[1]
    probabilities = logits.softmax(dim=1)
    truth = F.one_hot(labels, n_labels).movedim(-1, 1).to(probabilities.dtype)
    shared = (probabilities * truth).sum(dim=(0, 2, 3))
    total = probabilities.sum(dim=(0, 2, 3)) + truth.sum(dim=(0, 2, 3))
    dice = (2 * shared + SMOOTH) / (total + SMOOTH)
    return 1 - dice[1:].mean()


def effective_number_weights(amounts: Tensor, beta: float) -> Tensor:
    """The weights of `core.metrics.balance.effective_number_weights`, (C,) float32, for amounts (C,).

    >>> effective_number_weights(torch.tensor([50.0, 50.0]), 0.9)
    tensor([1., 1.])
    """
    weights = balance.effective_number_weights(amounts.double().cpu().numpy(), beta)
    return torch.from_numpy(weights).float().to(amounts.device)


def weighted_cross_entropy(config: TrainConfig, shares_percent: Tensor) -> Loss:
    """Cross-entropy in which rare labels weigh more, by the effective number of samples."""
    return partial(cross_entropy, weights=effective_number_weights(shares_percent, config.beta))


def focal_as_asked(config: TrainConfig) -> Loss:
    """The focal loss with the configuration's gamma and alpha."""
    return partial(focal, gamma=config.gamma, alpha=config.alpha)


def sum_of(*losses: Loss) -> Loss:
    """The sum of losses, each weighing the same."""

    def total(logits: Tensor, labels: Tensor) -> Tensor:
        first, *others = (loss(logits, labels) for loss in losses)
        return sum(others, start=first)

    return total


# By key: from the configuration and the (C,) share of each label among the training pixels, in percent.
BUILD: dict[LossName, Callable[[TrainConfig, Tensor], Loss]] = {
    LossName.CROSS_ENTROPY: lambda config, shares: cross_entropy,
    LossName.WEIGHTED_CROSS_ENTROPY: weighted_cross_entropy,
    LossName.FOCAL: lambda config, shares: focal_as_asked(config),
    LossName.DICE: lambda config, shares: soft_dice,
    LossName.DICE_FOCAL: lambda config, shares: sum_of(soft_dice, focal_as_asked(config)),
    LossName.CE_DICE: lambda config, shares: sum_of(cross_entropy, soft_dice),
    LossName.WEIGHTED_CE_DICE: lambda config, shares: sum_of(
        weighted_cross_entropy(config, shares), soft_dice
    ),
}


def make_loss(config: TrainConfig, shares_percent: Tensor) -> Loss:
    """The loss that the configuration names.

    Args:
        config: names the loss and its beta, gamma and alpha.
        shares_percent: (C,) share of each label among the training pixels, in percent.
    """
    return BUILD[config.loss](config, shares_percent)

"""The seven losses of the report, on logits of shape (N, C, H, W) and labels of shape (N, H, W)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from core.training.config import LossName, TrainConfig

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
    """Weights (1 - beta) / (1 - beta^n) of each label, normalised to mean 1.

    Args:
        amounts: (C,) how much there is of each label: its share of the pixels in percent, or a count.
        beta: in [0, 1); 0 weighs all labels alike.

    Source: Cui et al., Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019.
    A label that never occurs gets the weight of the rarest one that does.

    >>> effective_number_weights(torch.tensor([50.0, 50.0]), 0.9)
    tensor([1., 1.])
    """
    amounts = amounts.double()
    if not bool((amounts > 0).any()):
        raise ValueError("amounts must name at least one label that occurs")
    present = amounts.clamp_min(float(amounts[amounts > 0].min()))
    # log1p and expm1 keep beta near 1 exact, where 1 - beta^n would cancel to 0.
    log_beta = torch.log1p(torch.tensor(beta - 1.0, dtype=torch.float64))
    weights = (1 - beta) / -torch.expm1(present * log_beta)
    return (weights / weights.mean()).float()


def make_loss(config: TrainConfig, shares_percent: Tensor) -> Loss:
    """The loss that the configuration names.

    Args:
        config: names the loss and its beta, gamma and alpha.
        shares_percent: (C,) share of each label among the training pixels, in percent.
    """
    weights = effective_number_weights(shares_percent, config.beta).to(shares_percent.device)

    def weighted(logits: Tensor, labels: Tensor) -> Tensor:
        return cross_entropy(logits, labels, weights)

    def focused(logits: Tensor, labels: Tensor) -> Tensor:
        return focal(logits, labels, config.gamma, config.alpha)

    return {
        LossName.CROSS_ENTROPY: cross_entropy,
        LossName.WEIGHTED_CROSS_ENTROPY: weighted,
        LossName.FOCAL: focused,
        LossName.DICE: soft_dice,
        LossName.DICE_FOCAL: lambda logits, labels: soft_dice(logits, labels) + focused(logits, labels),
        LossName.CE_DICE: lambda logits, labels: cross_entropy(logits, labels) + soft_dice(logits, labels),
        LossName.WEIGHTED_CE_DICE: lambda logits, labels: (
            weighted(logits, labels) + soft_dice(logits, labels)
        ),
    }[config.loss]

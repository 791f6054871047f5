"""What a weighting of the loss would make of the labels' shares."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.labels import Label
from core.metrics.balance import effective_number_weights, inverse_frequency_weights, loss_shares_percent
from core.workflow.dashboard.label_shares import Share


@dataclass(frozen=True)
class Weighting:
    """One way to weigh a pixelwise loss."""

    name: str
    weights: Mapping[Label, float]  # mean 1
    loss_percent: Mapping[Label, float]  # where the loss comes from


def weightings(
    seen: Share, *, beta: float, gamma: float, certainty: Mapping[Label, float], raw_counts: bool = False
) -> tuple[Weighting, ...]:
    """Return the weights and loss shares of each way to weigh the labels, plain cross-entropy first.

    Args:
        seen: what is learnt from.
        beta: of the effective number of samples, in [0, 1).
        gamma: of the focal loss.
        certainty: mean probability that the network gives the true label, for each label; what is sure
            already counts little in the focal loss.
        raw_counts: weigh by numbers of pixels; otherwise by shares in percent, as the report does.
    """
    percent = np.array([seen.percent[label] for label in Label])
    amounts = np.array([seen.pixels[label] for label in Label], float) if raw_counts else percent
    sure = np.array([certainty[label] for label in Label])
    even = np.ones(len(percent))
    effective, inverse = effective_number_weights(amounts, beta), inverse_frequency_weights(amounts)
    return (
        _weighting("Cross-entropy", even, loss_shares_percent(percent, even, probability=sure)),
        _weighting(
            f"Effective number, β = {beta:g}",
            effective,
            loss_shares_percent(percent, effective, probability=sure),
        ),
        _weighting("Inverse frequency", inverse, loss_shares_percent(percent, inverse, probability=sure)),
        _weighting(
            f"Focal, γ = {gamma:g}", even, loss_shares_percent(percent, even, probability=sure, gamma=gamma)
        ),
    )


def _weighting(name: str, weights: np.ndarray, loss: np.ndarray) -> Weighting:
    return Weighting(
        name,
        {label: float(weights[label]) for label in Label},
        {label: float(loss[label]) for label in Label},
    )

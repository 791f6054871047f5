"""How rare each label is, what weights make of that, and where the loss then comes from."""

import math

import numpy as np

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.metrics.counts import N_LABELS

RARE_PERCENT = 1.0  # of all pixels; below it a label is called rare
LACKING_PERCENT = 5.0  # of slices; from it on missing labels are worth a word


def shares_percent(pixels: np.ndarray) -> np.ndarray:
    """Return the (4,) percent of all pixels that each label takes, from (4,) or (masks, 4); NaN without any.

    >>> shares_percent(np.array([6, 1, 1, 0])).tolist()
    [75.0, 12.5, 12.5, 0.0]
    """
    total = pixels.reshape(-1, N_LABELS).sum(axis=0)
    return 100 * total / total.sum() if total.sum() else np.full(N_LABELS, math.nan)


def lacking_percent(pixels: np.ndarray) -> np.ndarray:
    """Return the (4,) percent of masks that lack each label, from pixels (masks, 4); NaN without masks."""
    return 100 * (pixels == 0).mean(axis=0) if len(pixels) else np.full(N_LABELS, math.nan)


def effective_number_weights(amounts: np.ndarray, beta: float) -> np.ndarray:
    """Return weights (1 - beta) / (1 - beta^n) of each label, normalised to mean 1.

    Args:
        amounts: (4,) n of each label: its share of the pixels in percent as the report takes it, or raw
            pixel counts. With counts in the thousands and beta 0.999 every weight is 1, so show the weights.
        beta: in [0, 1); 0 weighs all labels alike, towards 1 they become the inverse frequencies.

    A label that never occurs gets the weight of the rarest one that does.
    Source: Cui et al., Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019.

    >>> effective_number_weights(np.array([1.0, 2.0]), 0.5).round(3).tolist()
    [1.2, 0.8]
    """
    if not 0 <= beta < 1:
        raise ValueError(f"beta must be in [0, 1), got {beta}")
    present = _present(amounts)
    if beta == 0:
        return np.ones(len(present))
    # expm1 keeps beta near 1 exact, where 1 - beta^n would cancel to 0.
    return _mean_one((1 - beta) / -np.expm1(present * math.log(beta)))


def inverse_frequency_weights(amounts: np.ndarray) -> np.ndarray:
    """Return weights 1 / n of each label, of mean 1; an absent label gets the weight of the rarest.

    >>> inverse_frequency_weights(np.array([3.0, 1.0])).tolist()
    [0.5, 1.5]
    """
    return _mean_one(1 / _present(amounts))


def focal_factor(probability: np.ndarray, gamma: float) -> np.ndarray:
    """Return (1 - p)^gamma, by which the focal loss scales a pixel whose label was given probability p."""
    return (1 - np.asarray(probability, float)) ** gamma


def loss_shares_percent(
    shares: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    probability: np.ndarray | float = 1 / N_LABELS,
    gamma: float = 0.0,
) -> np.ndarray:
    """Return which part of a pixelwise loss comes from each label, (4,) percent.

    Args:
        shares: (4,) of the pixels, in any unit.
        weights: (4,) of the labels; None weighs all alike.
        probability: in (0, 1], that the network gives the true label, one value or one for each label (4,);
            with equal values it cancels out; 1/4 is a network that knows nothing.
        gamma: of the focal loss; 0 is cross-entropy.
    """
    known = np.broadcast_to(np.asarray(probability, float), (len(shares),))
    if not ((known > 0) & (known <= 1)).all():
        raise ValueError(f"probability must be in (0, 1], got {known.tolist()}")
    parts = np.asarray(shares, float) * focal_factor(known, gamma) * -np.log(known)
    parts = parts if weights is None else parts * weights
    return 100 * parts / parts.sum() if parts.sum() else np.full(len(parts), math.nan)


def balance_warnings(
    pixels: np.ndarray, what: str = "slices", natural: np.ndarray | None = None
) -> list[str]:
    """Return warnings before a training on masks with these pixels (masks, 4), in plain sentences.

    Args:
        pixels: of each label in each mask.
        what: the masks are of.
        natural: (masks, 4) bool, where anatomy lets a label be absent; nowhere if left out.

    >>> balance_warnings(np.array([[80, 0, 10, 10], [80, 5, 5, 10]]), "training slices")
    ['No RV in 1 of 2 training slices (50 %).']
    """
    if not len(pixels):
        return [f"There are no {what} with masks."]
    warnings = []
    shares = shares_percent(pixels)
    expected = np.ones(pixels.shape, bool) if natural is None else ~natural
    for label in FOREGROUND:
        name, absent = SHORT_NAMES[label], pixels[:, label] == 0
        n_lacking, n_expected = int((absent & expected[:, label]).sum()), int(expected[:, label].sum())
        if absent.all():
            warnings.append(f"No {name} in any of the {len(pixels)} {what}: it cannot be learnt from them.")
            continue
        if n_lacking and 100 * n_lacking / n_expected >= LACKING_PERCENT:
            besides = "" if n_expected == len(pixels) else ", the apex left out"
            share = f"{100 * n_lacking / n_expected:.0f} %"
            warnings.append(f"No {name} in {n_lacking} of {n_expected} {what}{besides} ({share}).")
        if shares[label] < RARE_PERCENT:
            times = shares[Label.BACKGROUND] / shares[label]
            warnings.append(
                f"{name} is {shares[label]:.2f} % of the pixels, background {times:.0f} times as much."
            )
    return warnings


def _present(amounts: np.ndarray) -> np.ndarray:
    """The amounts, with absent labels at the smallest that is there."""
    values = np.asarray(amounts, float)
    if not (values > 0).any():
        raise ValueError("amounts must name at least one label that occurs")
    return np.maximum(values, values[values > 0].min())


def _mean_one(weights: np.ndarray) -> np.ndarray:
    return weights / weights.mean()

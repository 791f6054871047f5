"""How likely each label is at each pixel: by distances to carried borders, and with a network's word."""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit

from core.editing.spread.layers import CAVITY, ORDER, WALL
from core.labels import Label

Distances = Mapping[Label, np.ndarray]  # (height, width) of each layer's border in mm, below 0 within it
BORDER_MM = 0.5  # how far a border may lie beside the true one even where nothing is unsure
LEAST = 1e-3  # probability of what is thought impossible, so that nobody rules anything out


def beliefs(distances: Distances, unsure_mm: np.ndarray) -> np.ndarray:
    """Return the probability of each label, (4, height, width), that sums to 1 over the first axis.

    The cavity lies within its wall, and what is within the wall is not the other ventricle.

    Args:
        distances: of each label's layer, as in `core.editing.spread.layers`.
        unsure_mm: (height, width) how far the borders may lie elsewhere, beside what is usual.
    """
    width = np.hypot(BORDER_MM, unsure_mm)
    within = {label: expit(-distances[label] / width) for label in ORDER}
    within[CAVITY] = np.minimum(within[CAVITY], within[WALL])
    told = np.zeros((len(Label), *unsure_mm.shape))
    told[CAVITY] = within[CAVITY]
    told[WALL] = within[WALL] - within[CAVITY]
    for label in ORDER:
        if label not in (CAVITY, WALL):
            told[label] = within[label] * (1 - within[WALL])
    told[Label.BACKGROUND] = 1 - told[1:].sum(axis=0)
    return told


def pooled(carried: np.ndarray, network: np.ndarray, trust: np.ndarray) -> np.ndarray:
    """Return what two together say, (4, height, width): their logarithms are added, and it sums to 1.

    Args:
        carried: (4, height, width) probabilities.
        network: the same.
        trust: (height, width) 0 or more: what the network's word counts beside the carried one.
    """
    sum_of_logs = np.log(carried.clip(LEAST)) + trust * np.log(network.clip(LEAST))
    odds = np.exp(sum_of_logs - sum_of_logs.max(axis=0))
    together: np.ndarray = odds / odds.sum(axis=0)
    return together

"""Which patients train and which validate, where the data does not say so itself."""

import random
from collections.abc import Iterable


def split_patients(
    patients: Iterable[str], validation_share: float = 0.2, seed: int = 0
) -> tuple[set[str], set[str]]:
    """Return the (training, validation) patients; the same patients and seed give the same split.

    Raises:
        ValueError: with fewer than 2 patients, since a patient must never validate itself.
    """
    shuffled = sorted(set(patients))
    if len(shuffled) < 2:
        raise ValueError(f"need at least 2 patients to validate on unseen ones, got {shuffled}")
    random.Random(seed).shuffle(shuffled)
    n_validation = min(len(shuffled) - 1, max(1, round(validation_share * len(shuffled))))
    return set(shuffled[n_validation:]), set(shuffled[:n_validation])

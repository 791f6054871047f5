"""Slices of which a model has said something."""

import numpy as np

from core.store.database import Store
from core.store.masks.predictions import NewPrediction, save_predictions


def save_prediction(
    store: Store,
    slice_id: int,
    mask: np.ndarray,
    probabilities: np.ndarray,
    uncertainty: float,
    model_id: int | None,
    model_name: str,
    disagreement: float | None = None,
) -> bool:
    """Keep what a model says of one slice; whether it is shown now."""
    said = NewPrediction(slice_id, mask, probabilities, uncertainty, disagreement)
    return save_predictions(store, [said], model_id, model_name)[0]

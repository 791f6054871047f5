"""Count pixels once, as a 4x4 confusion matrix; every overlap score divides these counts later."""

from dataclasses import dataclass

import numpy as np

from core.labels import Label

N_LABELS = len(Label)


@dataclass(frozen=True)
class Counts:
    """Pixels of one label that two masks share, or only one has; counts of several slices may be added."""

    tp: int  # pixels with the label in both masks
    fp: int  # only in the prediction
    fn: int  # only in the reference
    tn: int  # in neither

    @property
    def reference(self) -> int:
        """Pixels of the label in the reference."""
        return self.tp + self.fn

    @property
    def prediction(self) -> int:
        """Pixels of the label in the prediction."""
        return self.tp + self.fp

    @property
    def missed(self) -> bool:
        """Whether the reference has the label and the prediction has none of it."""
        return self.reference > 0 and self.prediction == 0

    @property
    def invented(self) -> bool:
        """Whether the prediction has the label and the reference has none of it."""
        return self.prediction > 0 and self.reference == 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)


@dataclass(frozen=True, eq=False)
class CountArrays:
    """Counts of many labels and slices at once: int64 arrays of one shape, such as (slices, labels)."""

    tp: np.ndarray
    fp: np.ndarray
    fn: np.ndarray
    tn: np.ndarray

    @classmethod
    def of(cls, confusions: np.ndarray) -> "CountArrays":
        """Counts (..., 4) of each label, read from confusion matrices (..., 4, 4)."""
        tp = np.einsum("...ll->...l", confusions)
        fp, fn = confusions.sum(axis=-2) - tp, confusions.sum(axis=-1) - tp
        return cls(tp, fp, fn, confusions.sum(axis=(-2, -1))[..., None] - tp - fp - fn)


def count(reference: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """Return the pixels by label, (4, 4) int64: row the reference's label, column the prediction's.

    Args:
        reference: integer labels 0 to 3 of any shape.
        prediction: integer labels of the same shape.

    Raises:
        ValueError: when shapes differ, or there are values that are no labels.

    >>> count(np.array([[3, 3], [0, 0]]), np.array([[3, 0], [0, 0]]))[3]
    array([1, 0, 0, 1])
    """
    if reference.shape != prediction.shape:
        raise ValueError(f"masks must have one shape, got {reference.shape} and {prediction.shape}")
    for name, mask in (("reference", reference), ("prediction", prediction)):
        if not np.issubdtype(mask.dtype, np.integer):
            raise ValueError(f"{name} must hold integer labels, got {mask.dtype}")
        if mask.size and not (mask.min() >= 0 and mask.max() < N_LABELS):
            raise ValueError(f"{name} must hold labels 0 to 3, got {int(mask.min())} to {int(mask.max())}")
    pairs = reference.astype(np.intp).ravel() * N_LABELS + prediction.astype(np.intp).ravel()
    return np.bincount(pairs, minlength=N_LABELS**2).reshape(N_LABELS, N_LABELS)


def counts_of(confusion: np.ndarray, label: Label) -> Counts:
    """Return the counts of one label, read from a confusion matrix (4, 4).

    >>> counts_of(count(np.array([3, 3, 0, 0]), np.array([3, 0, 0, 0])), Label.LEFT_VENTRICLE)
    Counts(tp=1, fp=0, fn=1, tn=2)
    """
    counts = CountArrays.of(confusion)
    return Counts(*(int(pixels[label]) for pixels in (counts.tp, counts.fp, counts.fn, counts.tn)))

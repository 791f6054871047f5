"""Files of labels: any way of writing 0 to 3 becomes 0 to 3, and what was done is said."""

from collections.abc import Mapping

import numpy as np

from core.errors import BadInput
from core.labels import Label

STRETCHED = {0: 0, 85: 1, 170: 2, 255: 3}  # 0 to 3 stretched over 8 bits so that people see them
BINARY = {0, 255}  # a mask of one thing; stretched labels never show the LV without its myocardium
TOLERANCE = 0.01  # of labels stored as floats, such as 0.9999
EXPECTED = "expected 0 background, 1 RV, 2 myocardium, 3 LV"


def read_labels(values: np.ndarray, file: str) -> tuple[np.ndarray, list[str]]:
    """uint8 labels of the same shape, and notes on what was recognised.

    Args:
        values: as stored.
        file: its name, for messages.

    Raises:
        BadInput: when there are values that are no labels.

    >>> read_labels(np.array([[0, 85], [170, 255]]), "mask.png")
    (array([[0, 1],
           [2, 3]], dtype=uint8), ['values 0, 85, 170, 255 read as labels 0 to 3'])
    """
    if values.dtype.kind == "f":
        values = _whole_numbers(values, file)
    found = {int(value) for value in np.unique(values)}
    if found == BINARY:
        raise BadInput(
            f"{file} holds only 0 and 255, which does not say what is marked, {EXPECTED}; export labels"
        )
    if max(found, default=0) > max(Label) and found <= set(STRETCHED):
        return _translated(values, STRETCHED), ["values 0, 85, 170, 255 read as labels 0 to 3"]
    odd = {value for value in found if not 0 <= value <= max(Label)}
    if odd:
        raise BadInput(f"{file} holds label {_listed(odd)}, {EXPECTED}; convert the labels first")
    return values.astype(np.uint8), []


def _whole_numbers(values: np.ndarray, file: str) -> np.ndarray:
    """Floats that are labels up to rounding, as integers."""
    # Anything beyond 16 bits is no label, and would overflow on its way to an integer.
    if np.isfinite(values).all() and np.abs(values).max(initial=0) < 1 << 16:
        rounded = np.round(values)
        if np.abs(values - rounded).max(initial=0) <= TOLERANCE:
            return rounded.astype(np.int64)
    raise BadInput(f"{file} holds values between labels, expected whole numbers 0 to 3; export labels")


def _translated(values: np.ndarray, numbering: Mapping[int, int]) -> np.ndarray:
    labels = np.zeros(values.shape, np.uint8)
    for number, label in numbering.items():
        labels[values == number] = label
    return labels


def _listed(numbers: set[int]) -> str:
    shown = ", ".join(map(str, sorted(numbers)[:5]))
    return shown if len(numbers) <= 5 else f"{shown} and {len(numbers) - 5} more"

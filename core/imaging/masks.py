"""Files of labels: any way of writing 0 to 3 becomes 0 to 3, and what was done is said."""

import numpy as np

from core.errors import BadInput
from core.labels import Label

STRETCHED = {0: 0, 85: 1, 170: 2, 255: 3}  # 0 to 3 stretched over 8 bits so that people see them
TOLERANCE = 0.01  # of labels stored as floats, such as 0.9999


def read_labels(values: np.ndarray, file: str) -> tuple[np.ndarray, list[str]]:
    """uint8 labels of the same shape, and notes on what was recognised.

    Raises:
        BadInput: when there are values that are no labels.

    >>> read_labels(np.array([[0, 85], [170, 255]]), "mask.png")
    (array([[0, 1],
           [2, 3]], dtype=uint8), ['values 0, 85, 170, 255 read as labels 0 to 3'])
    """
    if np.issubdtype(values.dtype, np.floating):
        rounded = np.round(values)
        if not np.isfinite(values).all() or np.abs(values - rounded).max(initial=0) > TOLERANCE:
            raise BadInput(
                f"{file} holds values between labels, expected whole numbers 0 to 3; export labels"
            )
        values = rounded.astype(np.int64)
    found = np.unique(values)
    if found.size and found.max() > 3 and set(found.tolist()) <= set(STRETCHED):
        lookup = np.zeros(256, np.uint8)
        for stretched, label in STRETCHED.items():
            lookup[stretched] = label
        return lookup[values], ["values 0, 85, 170, 255 read as labels 0 to 3"]
    odd = [int(value) for value in found if not 0 <= value <= max(Label)]
    if odd:
        raise BadInput(
            f"{file} holds label {', '.join(map(str, odd[:5]))}, expected 0 background, 1 RV, 2 myocardium, "
            "3 LV; convert the labels first"
        )
    return values.astype(np.uint8), []

"""Which way in the patient a stack of slices runs."""

from dataclasses import dataclass

Vector = tuple[float, float, float]  # of length 1, to the patient's right, front and head


@dataclass(frozen=True)
class Directions:
    """Which way in the patient a stack runs."""

    down: Vector  # to a slice's next row
    across: Vector  # to its next column
    onward: Vector  # to the next position

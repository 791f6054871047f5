"""What a reader points at for a smart correction."""

from dataclasses import dataclass

from core.labels import Label


@dataclass(frozen=True)
class Hint:
    """A click (one point) or a scribble (many): here is the label, or here it is not."""

    points: tuple[tuple[int, int], ...]  # (row, column)
    label: Label
    adds: bool  # False: the label is to go from here

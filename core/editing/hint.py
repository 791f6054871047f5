"""What a reader points at for a smart correction."""

from dataclasses import dataclass

from core.labels import Label


@dataclass(frozen=True)
class Hint:
    """A click (one point), a scribble (many) or a box: here is the label, or here it is not."""

    points: tuple[tuple[int, int], ...]  # (row, column)
    label: Label
    adds: bool  # False: the label is to go from here
    box: bool = False  # the points are two opposite corners, and the label lies nowhere outside of them

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of the points, the last row and column included."""
        rows, columns = zip(*self.points, strict=True)
        return min(rows), min(columns), max(rows), max(columns)

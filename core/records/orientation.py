"""How a series is shown: which way round its pictures, and from which end its slices are counted."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.errors import BadInput

QUARTERS = 4  # of a full turn
MIRRORED = "m"  # ends the key of a mirrored picture


@dataclass(frozen=True)
class Turn:
    """One of the eight ways in which a picture can be shown without a pixel being changed."""

    quarters: int = 0  # by which it is turned clockwise, after the mirroring
    mirrored: bool = False  # left and right

    def __post_init__(self) -> None:
        if self.quarters not in range(QUARTERS):
            raise ValueError(f"a picture is turned by 0 to 3 quarters, got {self.quarters}")

    @property
    def key(self) -> str:
        """What is stored: degrees, and whether it is mirrored.

        >>> Turn().key, Turn(3, mirrored=True).key
        ('0', '270m')
        """
        return f"{90 * self.quarters}{MIRRORED if self.mirrored else ''}"

    def shown(self, plane: np.ndarray) -> np.ndarray:
        """Return a picture or mask (height, width, ...) as it is shown.

        >>> Turn(1).shown(np.array([[1, 2], [3, 4]])).tolist()
        [[3, 1], [4, 2]]
        """
        return np.ascontiguousarray(np.rot90(plane[:, ::-1] if self.mirrored else plane, -self.quarters))

    def as_source(self, shown: np.ndarray) -> np.ndarray:
        """Return the picture or mask that is shown so.

        >>> turn = Turn(3, mirrored=True)
        >>> turn.as_source(turn.shown(np.array([[1, 2], [3, 4]]))).tolist()
        [[1, 2], [3, 4]]
        """
        plane = np.rot90(shown, self.quarters)
        return np.ascontiguousarray(plane[:, ::-1] if self.mirrored else plane)


AS_SOURCE = Turn()
TURNS = tuple(Turn(quarters, mirrored) for mirrored in (False, True) for quarters in range(QUARTERS))
BY_KEY = {turn.key: turn for turn in TURNS}


def turn_of(key: str) -> Turn:
    """Return the turn of that key.

    Raises:
        BadInput: when there is none.
    """
    if key not in BY_KEY:
        raise BadInput(f"a picture cannot be turned by {key!r}, expected one of {', '.join(BY_KEY)}")
    return BY_KEY[key]


class BaseEnd(StrEnum):
    """Which end of the source's order of slices is the heart's base; the value is what is stored."""

    UNKNOWN = ""
    FIRST = "first"
    LAST = "last"

    @property
    def other(self) -> "BaseEnd":
        """The other end; counted from the last one, where nobody knew."""
        return BaseEnd.FIRST if self is BaseEnd.LAST else BaseEnd.LAST


def number_from_base(position: int, n_positions: int, base: BaseEnd) -> int:
    """Return what readers call a slice: 1 is the base, or the source's first where nobody knows the base.

    >>> number_from_base(1, 10, BaseEnd.LAST), number_from_base(1, 10, BaseEnd.UNKNOWN)
    (9, 2)
    """
    return n_positions - position if base is BaseEnd.LAST else position + 1


class BaseTold(StrEnum):
    """Who told where the base is; the value is what is stored."""

    NOBODY = ""
    SOURCE = "source"  # how its planes lie in the patient
    MASKS = "masks"  # at the base the heart is larger
    READER = "reader"

"""Why a slice is worth a look: the rule that says so and its numbers; the words for it are a page's."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What can speak for a look; the value is what is stored."""

    UNSURE = "unsure"  # the model is
    UPSIDE_DOWN = "upside_down"  # the picture is segmented differently; the amount is the Dice
    OPEN = "open"  # a cavity lacks wall on so many percent of its rim
    PIECES = "pieces"  # a structure is in so many
    TOUCHING = "touching"  # a cavity touches another, which a wall encloses, along so many pixels
    HOLE = "hole"  # the heart encloses so many pixels of background
    MISSING = "missing"  # both neighbours have the structure
    LARGER = "larger"  # than in both neighbours, so many times; no amount where neither has it
    SMALLER = "smaller"


class Beside(StrEnum):
    """In which direction the neighbours of a slice lie; the value is what is stored."""

    SLICES = "slices"
    PHASES = "phases"


@dataclass(frozen=True)
class Reason:
    """One rule that found something."""

    rule: Rule
    structure: str = ""  # key of the one that it is about; this and the next are "" where a rule has none
    other: str = ""  # key of the one that it lacks or touches
    beside: Beside | None = None  # which neighbours it was compared with
    amount: float | None = None  # as the rule has it

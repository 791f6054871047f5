"""What readers decide on a whole heart: its phases, which slices count, and what is known of the body."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.labels import Label


class HeartFact(StrEnum):
    """One number of a heart that a reader may give; the value is what is stored."""

    ED_PHASE = "ed_phase"  # from 0
    ES_PHASE = "es_phase"
    HEIGHT_M = "height_m"
    WEIGHT_KG = "weight_kg"
    HEART_RATE_BPM = "heart_rate_bpm"
    INSERTION_POSITION = "insertion_position"  # from 0: of the slice on which the two are marked
    ANTERIOR_ROW = "anterior_row"  # in its pixels
    ANTERIOR_COLUMN = "anterior_column"
    INFERIOR_ROW = "inferior_row"
    INFERIOR_COLUMN = "inferior_column"


PHASE_FACTS = (HeartFact.ED_PHASE, HeartFact.ES_PHASE)
BODY_BOUNDS = {  # within which a number is one of a person, a child included
    HeartFact.HEIGHT_M: (0.3, 2.6),
    HeartFact.WEIGHT_KG: (1.0, 400.0),
    HeartFact.HEART_RATE_BPM: (20.0, 300.0),
}


INSERTION_FACTS = (
    HeartFact.INSERTION_POSITION,
    HeartFact.ANTERIOR_ROW,
    HeartFact.ANTERIOR_COLUMN,
    HeartFact.INFERIOR_ROW,
    HeartFact.INFERIOR_COLUMN,
)


@dataclass(frozen=True)
class Insertions:
    """The two insertions of the right ventricle as somebody marked them on one slice, in its pixels."""

    position: int
    anterior: tuple[float, float]  # (row, column)
    inferior: tuple[float, float]


@dataclass(frozen=True, order=True)
class LeftOut:
    """A slice that does not count for a cavity at one phase, nor for the wall that encloses this cavity."""

    position: int
    phase: int
    cavity: Label


@dataclass(frozen=True)
class GivenFact:
    """A number of a heart, by whom and when."""

    value: float
    reader: str
    at: datetime


@dataclass(frozen=True)
class SliceDecision:
    """Whether a slice counts for a cavity, by whom and when; the newest one holds."""

    place: LeftOut
    counts: bool
    reader: str
    at: datetime


@dataclass(frozen=True)
class HeartChoices:
    """All that readers have decided on one series and that holds now."""

    facts: Mapping[HeartFact, GivenFact] = field(default_factory=dict)
    slices: tuple[SliceDecision, ...] = ()  # the newest decision on each place

    @property
    def left_out(self) -> frozenset[LeftOut]:
        """The places that somebody took out and nobody took in again."""
        return frozenset(one.place for one in self.slices if not one.counts)

    def phase(self, fact: HeartFact) -> int | None:
        """The phase that a reader chose; None where nobody did."""
        given = self.facts.get(fact)
        return None if given is None else int(given.value)

    @property
    def insertions(self) -> Insertions | None:
        """Where a reader marked the insertions of the right ventricle; None where nobody did."""
        given = [self.facts[fact].value for fact in INSERTION_FACTS if fact in self.facts]
        if len(given) < len(INSERTION_FACTS):
            return None
        position, *places = given
        return Insertions(int(position), (places[0], places[1]), (places[2], places[3]))


NO_CHOICES = HeartChoices()


@dataclass(frozen=True)
class Body:
    """What is known of the person whose heart it is; None where nobody says.

    Raises:
        ValueError: when a number is none of a person.
    """

    height_m: float | None = None
    weight_kg: float | None = None
    heart_rate_bpm: float | None = None

    def __post_init__(self) -> None:
        for fact, (low, high) in BODY_BOUNDS.items():
            value = getattr(self, fact.value)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{fact.value} must be from {low:g} to {high:g}, got {value}")


NOBODY_SAYS = Body()

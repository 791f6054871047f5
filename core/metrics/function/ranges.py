"""Normal ranges of figures by sex and age, from a table that somebody vouches for; none is shipped."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.metrics.function.figure import FIGURES

SEXES = ("M", "F")


@dataclass(frozen=True)
class NormalRange:
    """Between which values a figure is normal for people of one sex and some ages.

    Raises:
        ValueError: when the figure is none, or an end lies below the other.
    """

    figure: str  # a key of FIGURES
    sex: str  # M, F, or "" for both
    from_age: float  # years, inclusive
    to_age: float  # years, inclusive: 29 means until the thirtieth birthday
    low: float
    high: float
    source: str  # where it was published

    def __post_init__(self) -> None:
        if self.figure not in FIGURES:
            raise ValueError(f"{self.figure!r} is no figure, expected one of {', '.join(FIGURES)}")
        if self.sex not in (*SEXES, ""):
            raise ValueError(f"the sex must be M, F or nothing, got {self.sex!r}")
        if not 0 <= self.from_age <= self.to_age:
            raise ValueError(f"the ages {self.from_age:g} to {self.to_age:g} are none")
        if not self.low < self.high:
            raise ValueError(f"the range {self.low:g} to {self.high:g} is none")

    def holds(self, sex: str, age_years: float) -> bool:
        """Return whether it is for such a person."""
        return self.sex in ("", sex) and self.from_age <= age_years < self.to_age + 1

    def overlaps(self, other: "NormalRange") -> bool:
        """Return whether both would speak of one person."""
        same = self.figure == other.figure and ("" in (self.sex, other.sex) or self.sex == other.sex)
        return same and self.from_age < other.to_age + 1 and other.from_age < self.to_age + 1


def range_for(
    ranges: Sequence[NormalRange], figure: str, sex: str, age_years: float | None
) -> NormalRange | None:
    """Return the range of a figure for a person; None where sex or age is not known, or none is given."""
    if age_years is None or sex not in SEXES:
        return None
    found = (one for one in ranges if one.figure == figure and one.holds(sex, age_years))
    return next(found, None)

"""The phases of a series as people speak of them: ED and ES by name, others by number."""

from dataclasses import dataclass

FEW = 2  # phases up to which a name alone says which one it is


@dataclass(frozen=True)
class Phases:
    """How many phases a series has, and what some of them are called."""

    n: int
    names: tuple[tuple[int, str], ...] = ()  # of phases that have one, such as (0, "ED")

    def name(self, phase: int) -> str:
        """Return what a phase is called; "" where it has no name."""
        return dict(self.names).get(phase, "")

    def describe(self, phase: int) -> str:
        """Return which phase it is; "" for the only one of a series that has no name.

        >>> Phases(2, ((0, "ED"), (1, "ES"))).describe(1), Phases(20, ((0, "ED"),)).describe(0)
        ('ES', 'ED (phase 1 of 20)')
        >>> Phases(20).describe(4), Phases(1).describe(0)
        ('phase 5 of 20', '')
        """
        name, number = self.name(phase), f"phase {phase + 1} of {self.n}"
        if name:
            return name if self.n <= FEW else f"{name} ({number})"
        return number if self.n > 1 else ""

    def short(self, phase: int) -> str:
        """Return the same for a narrow column.

        >>> Phases(20, ((0, "ED"),)).short(0), Phases(20).short(4), Phases(1).short(0)
        ('ED', '5 of 20', '')
        """
        return self.name(phase) or (f"{phase + 1} of {self.n}" if self.n > 1 else "")

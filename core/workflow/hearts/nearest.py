"""From which corrected slices another one gets its mask: the nearest in the beat, else in the stack."""

from collections.abc import Sequence

from core.records.slices import Place

MAX_POSITIONS = 2  # of the stack between a slice and a corrected one of its phase; farther is another anatomy


def nearest(here: Place, corrected: Sequence[Place], n_phases: int) -> list[Place]:
    """Return the corrected places that a place gets its mask from, at most two; none where all are too far.

    Those of its own position go first: the nearest phase before and after, and the heart beats in a ring.
    Where none is corrected there, the nearest positions on both sides in its own phase.

    >>> nearest((4, 3), [(4, 0), (4, 8), (4, 12)], 20)
    [(4, 0), (4, 8)]
    >>> nearest((4, 18), [(4, 0), (4, 8)], 20)
    [(4, 8), (4, 0)]
    >>> nearest((4, 3), [(2, 3), (5, 3), (5, 4)], 20)
    [(5, 3), (2, 3)]
    >>> nearest((4, 3), [(7, 3)], 20)
    []
    """
    position, phase = here
    phases = [other for place, other in corrected if place == position and other != phase]
    if phases:
        before = min(phases, key=lambda other: (phase - other) % n_phases)
        after = min(phases, key=lambda other: (other - phase) % n_phases)
        return [(position, other) for other in dict.fromkeys((before, after))]
    away = sorted((abs(place - position), place) for place, other in corrected if other == phase)
    sides: dict[bool, Place] = {}
    for distance, place in away:
        if 0 < distance <= MAX_POSITIONS:
            sides.setdefault(place < position, (place, phase))
    return list(sides.values())

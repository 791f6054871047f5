"""Base and apex of a heart: how much of a cavity's rim is myocardium there, and what a slice is worth.

A slice counts for the left ventricle where at least half of the cavity's rim is myocardium (Schulz-Menger et
al., J Cardiovasc Magn Reson 22:19, 2020). The share is shown; nothing is taken out by itself.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from core.labels import Label
from core.metrics.function.figure import together
from core.metrics.function.heart import HeartFunction
from core.metrics.function.stack import SliceStack
from core.records.hearts import LeftOut

COUNTS_FROM = 0.5  # of the rim
N_ENDS = 2  # slices at either end of a cavity that are shown
Measure = Callable[[Collection[LeftOut]], HeartFunction]


@dataclass(frozen=True)
class EndSlice:
    """One slice at the base or apex of a cavity at one phase; what taking it out, or in again, changes."""

    place: LeftOut
    is_base: bool  # else at the apex
    counts: bool
    ml: float | None  # of the cavity in it; None where sizes are not known
    surrounded: float | None  # share of the cavity's rim; None of a cavity that no wall encloses
    change_ml: float  # of the cavity's volume at this phase
    change_ef_points: float | None  # of the cavity's EF; None where there is none, before or after
    change_mass_g: float | None  # of the wall; None of a cavity without one, or where there is none

    @property
    def is_doubtful(self) -> bool:
        """Whether the rule speaks against how the slice stands, in or out."""
        return self.surrounded is not None and self.counts != (self.surrounded >= COUNTS_FROM)


def base_is_first(stack: SliceStack) -> bool:
    """Return whether the stack begins at the base, where the heart is larger, as in `slice_levels`."""
    heart = stack.pixels[..., list(stack.labels.foreground)].sum(axis=(1, 2))
    filled = heart.nonzero()[0]
    if len(filled) < 2:
        return True
    third = -(-(filled[-1] - filled[0] + 1) // 3)
    first, last = heart[filled[0] : filled[0] + third], heart[filled[-1] + 1 - third : filled[-1] + 1]
    return bool(first.mean() >= last.mean())


def end_places(stack: SliceStack, phase: int, cavity: Label, n: int = N_ENDS) -> dict[int, bool]:
    """Return the positions at both ends of a cavity at one phase: whether each is of the base; base first."""
    filled = list(stack.filled(cavity, phase))
    if not base_is_first(stack):
        filled.reverse()
    base = filled[:n]
    apex = [position for position in filled[-n:] if position not in base]
    return {**dict.fromkeys(base, True), **dict.fromkeys(apex, False)}


def end_slices(
    stack: SliceStack,
    phase: int,
    cavities: Iterable[Label],
    surrounded: Mapping[LeftOut, float | None],
    left_out: Collection[LeftOut],
    measure: Measure,
) -> list[EndSlice]:
    """Return the slices at base and apex of cavities at one phase, one cavity after the other, base first.

    Args:
        stack: the areas of all slices.
        phase: which one.
        cavities: which ones.
        surrounded: share of the rim that is wall, by place.
        left_out: what does not count now.
        measure: gives the heart's function with other places left out.
    """
    now = measure(left_out)
    return [
        _end_slice(stack, LeftOut(position, phase, cavity), is_base, surrounded, left_out, now, measure)
        for cavity in cavities
        for position, is_base in end_places(stack, phase, cavity).items()
    ]


def _end_slice(
    stack: SliceStack,
    place: LeftOut,
    is_base: bool,
    surrounded: Mapping[LeftOut, float | None],
    left_out: Collection[LeftOut],
    now: HeartFunction,
    measure: Measure,
) -> EndSlice:
    counts = place not in left_out
    then = measure(set(left_out) ^ {place})
    side = stack.labels.structures[place.cavity].short_name.lower()
    ml = None
    if not stack.obstacle:
        pixels = stack.pixels[place.position, place.phase, place.cavity]
        ml = float(pixels * stack.pixel_ml[place.position])
    return EndSlice(
        place=place,
        is_base=is_base,
        counts=counts,
        ml=ml,
        surrounded=surrounded.get(place),
        change_ml=(ml or 0.0) * (-1 if counts else 1),
        change_ef_points=change_of(f"{side}_ef_percent", now, then),
        change_mass_g=change_of(f"{side}_mass_g", now, then),
    )


def change_of(key: str, now: HeartFunction, then: HeartFunction) -> float | None:
    """Return by how much a figure changes; None where either has no such number."""
    if key not in now.figures or key not in then.figures:
        return None
    return together(lambda before, after: after - before, now.figures[key], then.figures[key]).value

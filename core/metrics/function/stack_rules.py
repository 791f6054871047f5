"""Rules of a heart that name slices: what is missing, lies at the base, or grows towards the apex."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.metrics.function.base import COUNTS_FROM, base_is_first, end_places
from core.metrics.function.heart import HeartFunction
from core.metrics.function.stack import SliceStack
from core.records.hearts import LeftOut

GROWTH = 1.25  # times larger than the slice nearer the base
GROWTH_CM2 = 1.0


@dataclass(frozen=True)
class HeartFinding:
    """One thing about a whole heart that is worth a look."""

    rule: str  # a key
    text: str  # a sentence for the reader
    places: tuple[tuple[int, int], ...] = ()  # (position, phase) of the slices to look at


def moments_of(function: HeartFunction) -> dict[str, int]:
    """Return the phases of ED and ES by name, as far as they are known."""
    moments = function.basis.moments
    known = {"ED": moments.ed.phase, "ES": moments.es.phase}
    return {name: phase for name, phase in known.items() if phase is not None}


def missing(stack: SliceStack, function: HeartFunction) -> Iterator[HeartFinding]:
    """Yield each slice that lacks a label at ED or ES between two that have it; places without a slice."""
    if stack.n_missing_places:
        yield HeartFinding("gap", "A slice is missing within the stack, so the volumes are estimates.")
    for moment, phase in moments_of(function).items():
        for label in stack.labels.foreground:
            filled = stack.filled(label, phase)
            between = set(range(filled[0], filled[-1])) - set(filled) if filled else set()
            for position in sorted(between):
                name = stack.labels.structures[label].short_name
                number = stack.number(position)
                text = f"Slice {number} has no {name} at {moment}, but slices on both sides have."
                yield HeartFinding("missing", text, ((position, phase),))


def at_base(
    stack: SliceStack, function: HeartFunction, surrounded: Mapping[LeftOut, float | None]
) -> Iterator[HeartFinding]:
    """Yield each outermost slice that counts although its cavity is not half surrounded."""
    for moment, phase in moments_of(function).items():
        for cavity in stack.labels.walled:
            for position, is_base in end_places(stack, phase, cavity, 1).items():
                place = LeftOut(position, phase, cavity)
                share = surrounded.get(place)
                if share is None or share >= COUNTS_FROM or place in function.basis.left_out:
                    continue
                name, number = stack.labels.structures[cavity].short_name, stack.number(position)
                text = (
                    f"In slice {number}, at the {'base' if is_base else 'apex'}, myocardium surrounds "
                    f"{100 * share:.0f} % of the {name} at {moment}; below 50 % a slice does not count."
                )
                yield HeartFinding("base", text, ((position, phase),))


def growing(stack: SliceStack, function: HeartFunction) -> Iterator[HeartFinding]:
    """Yield each slice below the first two whose walled cavity is larger than in the one nearer the base."""
    if stack.spacing_mm is None:
        return
    cm2 = stack.spacing_mm[0] * stack.spacing_mm[1] / 100
    for moment, phase in moments_of(function).items():
        for cavity in stack.labels.walled:
            filled = list(stack.filled(cavity, phase))
            if not base_is_first(stack):
                filled.reverse()
            areas = (stack.pixels[filled, phase, cavity] * cm2).tolist()
            for position, there, here in list(zip(filled[1:], areas, areas[1:], strict=False))[1:]:
                if here > GROWTH * there and here - there > GROWTH_CM2:
                    name = stack.labels.structures[cavity].short_name
                    text = (
                        f"At {moment} the {name} grows towards the apex, from {there:.1f} to {here:.1f} cm² "
                        f"in slice {position + 1}."
                    )
                    yield HeartFinding("growing", text, ((position, phase),))

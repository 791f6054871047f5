"""End-diastole and end-systole of a heart: chosen by a reader, named by the source, or found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.metrics.function.stack import SliceStack
from core.metrics.location import CardiacPhase, cardiac_phases
from core.records.hearts import NO_CHOICES, HeartChoices, HeartFact


class Told(StrEnum):
    """Who says which phase it is."""

    READER = "reader"
    SOURCE = "source"  # a file's name or a table beside it calls the phase ED or ES
    FOUND = "found"  # the largest, or smallest, walled cavity over all slices together
    NOBODY = "nobody"


@dataclass(frozen=True)
class Moment:
    """One phase of a series, and who says so."""

    phase: int | None
    told: Told
    reader: str = ""  # who chose it


NO_MOMENT = Moment(None, Told.NOBODY)


@dataclass(frozen=True)
class Moments:
    """ED and ES of one heart: the same for all its slices and for both ventricles."""

    ed: Moment = NO_MOMENT
    es: Moment = NO_MOMENT


def moments_of(
    stack: SliceStack, choices: HeartChoices = NO_CHOICES, names: Sequence[tuple[int, str]] = ()
) -> Moments:
    """Return ED and ES: a reader's choice before what the source calls so, and that before what is found.

    Args:
        stack: all slices, also those that do not count: taking the base out moves no phase.
        choices: of readers.
        names: (phase, name) of phases to which the source gave one.
    """
    found = found_moments(stack)
    named = {name.upper(): phase for phase, name in names if phase < stack.n_phases}
    moments = []
    for fact, name, own in ((HeartFact.ED_PHASE, "ED", found.ed), (HeartFact.ES_PHASE, "ES", found.es)):
        chosen = choices.phase(fact)
        if chosen is not None and chosen < stack.n_phases:
            moments.append(Moment(chosen, Told.READER, choices.facts[fact].reader))
        elif name in named:
            moments.append(Moment(named[name], Told.SOURCE))
        else:
            moments.append(own)
    return Moments(*moments)


def found_moments(stack: SliceStack) -> Moments:
    """Return the phases of the largest and the smallest walled cavity, by the rule of `cardiac_phases`.

    In a single phase nothing beats, so that neither is found.
    """
    positions, phases = np.nonzero(stack.drawn)
    if not len(phases):
        return Moments()
    pixels = stack.pixels[positions, phases]
    said = cardiac_phases(np.zeros(len(phases), np.int64), phases, pixels, stack.labels)
    by_moment = {
        moment: Moment(int(phases[said == moment.value][0]), Told.FOUND)
        for moment in (CardiacPhase.ED, CardiacPhase.ES)
        if (said == moment.value).any()
    }
    return Moments(by_moment.get(CardiacPhase.ED, NO_MOMENT), by_moment.get(CardiacPhase.ES, NO_MOMENT))

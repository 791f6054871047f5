"""Whether a whole heart makes sense: rules in words, soft where careful masks break them, too.

docs/function.md says how often the reference masks of 60 hearts break each; none forbids anything.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from core.labels import Role
from core.metrics.function.figure import FIGURES
from core.metrics.function.heart import HeartFunction, wall_mass_g
from core.metrics.function.stack import SliceStack, walled_first
from core.metrics.function.stack_rules import HeartFinding, at_base, growing, missing, moments_of
from core.records.hearts import LeftOut

SV_PERCENT = 50.0  # of the left stroke volume, by which both may differ
MASS_PERCENT = 30.0  # of the mass at ED, by which that at ES may differ
MIN_CURVE = 8  # phases from which a curve has to be smooth
JUMP_PERCENT = 8.0  # of the largest volume, beyond both neighbours in time


def heart_findings(
    stack: SliceStack, function: HeartFunction, surrounded: Mapping[LeftOut, float | None]
) -> list[HeartFinding]:
    """Return what does not make sense about a heart, the weightiest first.

    Args:
        stack: the areas of its slices.
        function: what was measured from them.
        surrounded: share of a cavity's rim that is wall, of the places where that was looked at.
    """
    return [
        *_exchanged(stack, function),
        *missing(stack, function),
        *at_base(stack, function, surrounded),
        *_strokes(stack, function),
        *_mass(stack, function),
        *_curve(stack, function),
        *growing(stack, function),
    ]


def reasons(function: HeartFunction) -> dict[str, list[str]]:
    """Return why figures have no number: the titles of those that share a reason, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for key, figure in function.figures.items():
        if figure.value is None:
            by_reason.setdefault(figure.reason, []).append(FIGURES[key].title if key in FIGURES else key)
    return by_reason


def _exchanged(stack: SliceStack, function: HeartFunction) -> Iterator[HeartFinding]:
    for cavity in walled_first(stack.labels):
        name = stack.labels.structures[cavity].short_name
        edv, esv = (function.figures[f"{name.lower()}_{key}_ml"].value for key in ("edv", "esv"))
        if edv is not None and esv is not None and esv > edv:
            yield HeartFinding("exchanged", f"The {name} is larger at ES than at ED; check the two phases.")
        elif esv == 0:
            yield HeartFinding("empty", f"No {name} is marked at ES, so its EF reads 100 %; check the masks.")


def _strokes(stack: SliceStack, function: HeartFunction) -> Iterator[HeartFinding]:
    names = [stack.labels.structures[cavity].short_name for cavity in walled_first(stack.labels)]
    strokes = [function.figures[f"{name.lower()}_sv_ml"].value for name in names]
    if len(strokes) != 2 or strokes[0] is None or strokes[1] is None:
        return
    if strokes[0] > 0 and 100 * abs(strokes[0] - strokes[1]) > SV_PERCENT * strokes[0]:
        text = (
            f"With each beat the {names[0]} pumps {strokes[0]:.0f} ml and the {names[1]} {strokes[1]:.0f}, "
            "which differ by more than half; look at the base."
        )
        yield HeartFinding("strokes", text)


def _mass(stack: SliceStack, function: HeartFunction) -> Iterator[HeartFinding]:
    moments = moments_of(function)
    if stack.obstacle or len(moments) < 2 or not all(stack.whole[phase] for phase in moments.values()):
        return
    volumes = stack.volumes_ml(function.basis.left_out)
    for wall in stack.labels.with_role(Role.WALL):
        ed, es = (wall_mass_g(float(volumes[moments[name], wall])) for name in ("ED", "ES"))
        if ed > 0 and 100 * abs(es - ed) > MASS_PERCENT * ed:
            text = (
                f"The myocardium weighs {ed:.0f} g at ED and {es:.0f} g at ES, which should be nearly the "
                "same; look at its outer edge and at the base."
            )
            yield HeartFinding("mass", text)


def _curve(stack: SliceStack, function: HeartFunction) -> Iterator[HeartFinding]:
    """A phase that stands out from both its neighbours, and is neither ED nor ES."""
    moments = set(moments_of(function).values())
    for cavity in walled_first(stack.labels):
        curve = function.curves_ml[cavity]
        known = [value for value in curve if value is not None]
        if len(known) < MIN_CURVE or len(known) < len(curve):
            continue
        volumes = np.array(known)
        jump = JUMP_PERCENT / 100 * volumes.max()
        before, here, after = volumes[:-2], volumes[1:-1], volumes[2:]  # a prospective cine does not close
        # A phase that is too small makes its neighbour stand out, too; the one that does most is meant.
        beyond = np.maximum(here - np.maximum(before, after), np.minimum(before, after) - here)
        around = np.pad(beyond, 1, constant_values=-np.inf)
        out = (beyond > jump) & (beyond >= np.maximum(around[:-2], around[2:]))
        for phase in (np.flatnonzero(out) + 1).tolist():
            if phase in moments:
                continue
            name = stack.labels.structures[cavity].short_name
            text = (
                f"At phase {phase + 1} the {name} is {volumes[phase]:.0f} ml, between "
                f"{volumes[phase - 1]:.0f} and {volumes[phase + 1]:.0f} ml; look at the slices of this phase."
            )
            yield HeartFinding(
                "curve", text, tuple((position, phase) for position in range(len(stack.drawn)))
            )

"""What charts of runs beside each other say above their curves."""

from collections.abc import Sequence

from core.text import plural
from core.workflow.training.curves import EPOCH, LOSSES, Group, GroupLines, kept_values

SCALES_DIFFER = "Each loss has a scale of its own: compare the shapes, not the heights"
CLOSE = 0.02  # of Dice or IoU: as good as there


def mean_of(group: Group, quantity: str) -> float:
    """Mean over the runs of what their kept epochs reached; NaN where none did."""
    values = kept_values(group, quantity)
    return sum(values) / len(values) if values else float("nan")


def best_in_words(groups: Sequence[Group], quantity: str) -> str:
    """Which group did best in its kept epochs, and whether every run of it did better than all others."""
    known = [(mean_of(group, quantity), group) for group in groups if kept_values(group, quantity)]
    if not known:
        return "No epoch was validated yet"
    lower = quantity in LOSSES
    if lower and len({run.choices.get("loss") for group in groups for run in group.runs}) > 1:
        return SCALES_DIFFER
    ranked = sorted(known, key=lambda pair: pair[0] if lower else -pair[0])
    mean, best = ranked[0]
    side = "lowest" if lower else "highest"
    sentence = f"{best.label}: {side} {quantity}, {mean:.3f}"
    if len(ranked) == 1:
        return f"{best.label} reaches a {quantity} of {mean:.3f}"
    if quantity == "training loss":  # not what an epoch is kept for
        return sentence
    ours = kept_values(best, quantity)
    others = [value for _, group in ranked[1:] for value in kept_values(group, quantity)]
    apart = max(ours) < min(others) if lower else min(ours) > max(others)
    if len(ours) == 1 and len(others) == len(ranked) - 1:
        return f"{sentence}, {abs(mean - ranked[1][0]):.3f} from {ranked[1][1].label}"
    return f"{sentence}; {'every run of it beats every other' if apart else 'single runs overlap'}"


def soonest_in_words(lines: Sequence[GroupLines], quantity: str, x: str) -> str:
    """Which group's mean came first close to the best mean of all."""
    curves = [(one.label, one.band) for one in lines if one.band is not None]
    if not curves:
        return "No epoch was validated yet"
    best = max(max(band.mean) for _, band in curves)
    reached = [
        (position, label)
        for label, band in curves
        for position, mean in zip(band.x, band.mean, strict=True)
        if mean >= best - CLOSE
    ]
    position, label = min(reached)
    when = f"in epoch {position:.0f}" if x == EPOCH else f"after {position:.1f} min"
    if len(curves) == 1:
        return f"{label} comes within {CLOSE} of its best {quantity} {when}"
    return f"{label} is the first within {CLOSE} of the best {quantity}, {when}"


def describe_runs(groups: Sequence[Group]) -> str:
    """Return over how many runs and groups a chart is."""
    n = sum(len(group.runs) for group in groups)
    return f"n = {plural(n, 'run')}" + (f" in {plural(len(groups), 'group')}" if len(groups) > 1 else "")


def describe_lines(groups: Sequence[Group], window: int) -> str:
    """Over how many runs it is, what line and band are, and how it was smoothed."""
    text = describe_runs(groups)
    if any(len(group.runs) > 1 for group in groups):
        text += "; line: mean, band: lowest to highest, as far as all runs of a group go"
    return text + (f"; running mean over {window} epochs" if window > 1 else "")

"""Whether a candidate has earned the place of the active model: what the hold-out says, in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.metrics.summary import Interval, bootstrap_mean_of_means, mean_of_present
from core.records import ModelRow, Split
from core.store import models
from core.store.database import open_store
from core.workflow.model_cards import read_card
from core.workflow.models import shipped_or_active
from core.workflow.scored import Scored, load_scored, waiting
from core.workflow.words import counted

MOST_LOST = 0.01  # Dice that any label may lose
FEW = 6  # patients, below which an equal model passes more often than the intervals say (docs/metrics.md)
JUDGES = (Split.TEST, Split.VALIDATION)  # test first: validation chose which weights were kept


@dataclass(frozen=True)
class Verdict:
    """What the hold-out says of a candidate beside the active model."""

    allowed: bool
    reason: str  # why, in a sentence
    split: Split | None = None  # whose patients judged; None where nothing could
    n_slices: int = 0
    n_patients: int = 0
    dice: Mapping[Label, tuple[float, float]] | None = None  # (candidate, active) mean over slices
    gain: Interval | None = None  # of the mean over the labels, paired; whole patients are drawn
    to_score: tuple[int, ...] = ()  # models that slices of the split wait to be scored by
    caveats: tuple[str, ...] = ()  # why the comparison may mislead


def judge(candidate_id: int) -> Verdict:
    """Compare a candidate with the active model on the frozen hold-out.

    Raises:
        NotFound: when there is no such model.
    """
    store = open_store()
    candidate, active = models.model_row(store, candidate_id), shipped_or_active()
    if active is None:
        return Verdict(True, "There is no active model yet.")
    if active.id == candidate.id:
        return Verdict(False, f"{candidate.name} is the active model.")
    for split in JUDGES:
        if split == Split.VALIDATION and (
            learnt_from_validation(candidate) or learnt_from_validation(active)
        ):
            return Verdict(
                False,
                "One of the two learnt from validation patients, and no slice of a test patient has a mask; "
                "approve some on the Review page.",
            )
        unscored = tuple(model.id for model in (candidate, active) if waiting(model.id, split))
        ours, theirs = load_scored(candidate.id, split), load_scored(active.id, split)
        if ours is not None and theirs is not None and same_slices(ours, theirs):
            return replace(judged(ours, theirs, split), to_score=unscored)
        if unscored:
            told = f"The two models are not scored on the same slices of the {split} patients yet."
            return Verdict(False, told, split, to_score=unscored)
    return Verdict(
        False,
        "No slice of the hold-out has a mask to judge by; approve slices of validation or test patients on "
        "the Review page.",
    )


def judged(ours: Scored, theirs: Scored, split: Split) -> Verdict:
    """The rule: no label loses more than 0.01 of Dice, and the mean over the labels is shown to gain."""
    dice = {label: (mean_dice(ours, label), mean_dice(theirs, label)) for label in FOREGROUND}
    gains = {label: mine - other for label, (mine, other) in dice.items() if not isnan(mine - other)}
    place = f"the {counted(len(ours), 'slice')} of {counted(ours.n_patients, f'{split} patient')}"
    fallen = [label for label, gain in gains.items() if gain < -MOST_LOST]
    risen = [label for label, gain in gains.items() if gain > 0]
    gained = heart_gain(ours, theirs)
    if fallen:
        told = ", ".join(f"{SHORT_NAMES[label]} from {in_turn(dice[label])}" for label in fallen)
        allowed, reason = False, f"On {place} Dice falls by more than {MOST_LOST}: {told}."
    elif not risen:
        allowed, reason = False, f"On {place} no label's Dice is better than the active model's."
    else:
        told = ", ".join(f"{SHORT_NAMES[label]} from {in_turn(dice[label])}" for label in risen)
        rise = f"On {place} Dice rises: {told}; no label loses more than {MOST_LOST}."
        allowed, reason = gained.low > 0, f"{rise} {how_sure(gained)}"
    return Verdict(
        allowed,
        reason,
        split,
        len(ours),
        ours.n_patients,
        dice,
        gained,
        caveats=caveats(ours, theirs),
    )


def heart_gain(ours: Scored, theirs: Scored) -> Interval:
    """Mean of the labels' mean differences in Dice, with its 95 % interval over patients."""
    labels = list(FOREGROUND)
    differences = ours.values("dice")[:, labels] - theirs.values("dice")[:, labels]
    return bootstrap_mean_of_means(differences, ours.slices.patients.tolist())


def how_sure(gained: Interval) -> str:
    """The gain with its interval, and whether it may be luck."""
    if isnan(gained.low):
        return "The slices of one patient cannot tell whether this is luck; the hold-out needs more patients."
    told = f"The mean over the labels changes by {gained.mean:+.3f} (95 % interval {gained.low:+.3f} to "
    if gained.low > 0:
        return f"{told}{gained.high:+.3f})."
    return f"{told}{gained.high:+.3f}), which could be luck; more patients of the hold-out would tell."


def same_slices(ours: Scored, theirs: Scored) -> bool:
    """Whether both models were scored on exactly the same slices, so that nothing but the models differs."""
    return bool(np.array_equal(ours.slices.ids, theirs.slices.ids))


def mean_dice(scored: Scored, label: Label) -> float:
    """Mean over the slices where the label is in the truth or in the model's mask; NaN where it never is."""
    return mean_of_present(scored.values("dice")[:, label].tolist()).value


def in_turn(pair: tuple[float, float]) -> str:
    """The active model's score and then the candidate's."""
    return f"{pair[1]:.3f} to {pair[0]:.3f}"


def caveats(ours: Scored, theirs: Scored) -> tuple[str, ...]:
    """Judging patients that one of the models has learnt from, and too few of them."""
    found = []
    judges = set(ours.slices.patients.tolist())
    for scored in (ours, theirs):
        seen = learnt_from(scored.model, judges)
        if seen:
            found.append(
                f"{scored.model.name}, or a model that it started from, learnt from "
                f"{counted(len(seen), 'patient')} of the hold-out before they came into this store, so it "
                "looks better than it is."
            )
    if ours.split == Split.VALIDATION:
        found.append("No test patient has a mask; validation patients also chose which weights were kept.")
    if 1 < len(judges) < FEW:
        found.append(
            f"Only {counted(len(judges), 'patient')} judged: a model that is no better passes so small a "
            "hold-out more often than the interval says."
        )
    return tuple(found)


def learnt_from_validation(model: ModelRow) -> bool:
    """Whether the model was trained on train + validation."""
    return read_card(model).final


def learnt_from(model: ModelRow, patients: set[str]) -> set[str]:
    """Which of these patients the model has seen, or one of those whose weights it started from."""
    store, seen, line = open_store(), set(), {model.id}
    while True:
        seen |= read_card(model).learnt_from(patients)
        if model.parent_id is None or model.parent_id in line:
            return seen
        model = models.model_row(store, model.parent_id)
        line.add(model.id)

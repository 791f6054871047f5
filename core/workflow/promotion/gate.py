"""Whether a candidate has earned the place of the active model: what the hold-out says, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.labels import SHORT_NAMES, Label
from core.metrics.statistics.comparison import MIN_PATIENTS, Difference
from core.records.models import ModelRow
from core.records.slices import HELD_OUT, Split
from core.store.database import open_store
from core.store.models import models
from core.text import plural
from core.workflow.evaluation.comparison import MetricComparison, compare_values
from core.workflow.evaluation.finding import MAX_DICE_LOSS, Finding, Outcome, finding
from core.workflow.evaluation.model_scores import ModelScores, load_model_scores, waiting
from core.workflow.models.cards import read_card
from core.workflow.models.patient_marks import PatientMarks
from core.workflow.models.registry import shipped_or_active


@dataclass(frozen=True)
class HoldoutVerdict:
    """What the hold-out says of a candidate against the active model."""

    allowed: bool
    reason: str  # why, in a sentence
    split: Split | None = None  # whose patients judged; None where nothing could
    n_slices: int = 0
    n_patients: int = 0
    finding: Finding | None = None  # what the comparison of their Dice shows
    to_score: tuple[int, ...] = ()  # models that slices of the split wait to be scored by
    caveats: tuple[str, ...] = ()  # why the comparison may mislead


def judge(candidate_id: int) -> HoldoutVerdict:
    """Return what the frozen hold-out says of a candidate against the active model.

    Raises:
        NotFound: when there is no such model.
    """
    store = open_store()
    candidate, active = models.model_row(store, candidate_id), shipped_or_active()
    if active is None:
        return HoldoutVerdict(True, "There is no active model yet.")
    if active.id == candidate.id:
        return HoldoutVerdict(False, f"{candidate.name} is the active model.")
    for split in HELD_OUT:
        if split == Split.VALIDATION and (
            learnt_from_validation(candidate) or learnt_from_validation(active)
        ):
            return HoldoutVerdict(
                False,
                "One of the two learnt from validation patients, and no slice of a test patient has a mask; "
                "approve some on the Review page.",
            )
        unscored = tuple(model.id for model in (candidate, active) if waiting(model.id, split))
        ours, theirs = load_model_scores(candidate.id, split), load_model_scores(active.id, split)
        if ours is not None and theirs is not None and same_slices(ours, theirs):
            return replace(judged(ours, theirs, split), to_score=unscored)
        if unscored:
            reason = f"The two models are not scored on the same slices of the {split} patients yet."
            return HoldoutVerdict(False, reason, split, to_score=unscored)
    return HoldoutVerdict(
        False,
        "No slice of the hold-out has a mask to judge by; approve slices of validation or test patients on "
        "the Review page.",
    )


def judged(ours: ModelScores, theirs: ModelScores, split: Split) -> HoldoutVerdict:
    """Return the verdict on scores of the same slices: the finding of the comparison, in a sentence."""
    dice = compare_values(
        ours.values("dice"),
        theirs.values("dice"),
        ours.slices.patients.tolist(),
        key="dice",
        title="Dice",
        unit="",
        higher_is_better=True,
    )
    found = finding(dice)
    slices = f"the {plural(len(ours), 'slice')} of {plural(found.n_patients, f'{split} patient')}"
    rise = f"On {slices} Dice rises: {changes(dice, found.risen)}; no label loses more than {MAX_DICE_LOSS}."
    reason = {
        Outcome.TOO_FEW: too_few(dice, found, split),
        Outcome.FALLS: f"On {slices} Dice falls by more than {MAX_DICE_LOSS}: {changes(dice, found.fallen)}.",
        Outcome.NO_GAIN: f"On {slices} no label's Dice is better than the active model's.",
        Outcome.LUCK: f"{rise} {describe_gain(found.gain)}",
        Outcome.BETTER: f"{rise} {describe_gain(found.gain)}",
    }[found.outcome]
    return HoldoutVerdict(
        found.outcome == Outcome.BETTER,
        reason,
        split,
        len(ours),
        found.n_patients,
        found,
        caveats=caveats(ours, theirs),
    )


def too_few(dice: MetricComparison, found: Finding, split: Split) -> str:
    """Return that too few patients judge, how many more it takes, and what fell so far, in sentences."""
    missing = MIN_PATIENTS - found.n_patients
    fell = f" So far Dice falls: {changes(dice, found.fallen)}." if found.fallen else ""
    return (
        f"Too few to tell: slices of {plural(found.n_patients, f'{split} patient')} judge, and it takes "
        f"{MIN_PATIENTS}; approve slices of {plural(missing, f'more {split} patient')} on the Review page."
        f"{fell}"
    )


def changes(dice: MetricComparison, labels: Sequence[Label]) -> str:
    """Return the active model's Dice and then the candidate's, label by label."""
    cells = ((SHORT_NAMES[label], dice.cells[label]) for label in labels)
    return ", ".join(f"{name} from {cell.baseline:.3f} to {cell.candidate:.3f}" for name, cell in cells)


def describe_gain(gained: Difference) -> str:
    """Return the gain with its interval in a sentence, and whether it may be luck."""
    change = f"The mean over the labels changes by {gained.mean:+.3f} (95 % interval {gained.low:+.3f} to "
    if gained.low > 0:
        return f"{change}{gained.high:+.3f})."
    return f"{change}{gained.high:+.3f}), which could be luck; more patients of the hold-out would tell."


def same_slices(ours: ModelScores, theirs: ModelScores) -> bool:
    """Return whether both were scored on exactly the same slices, so that nothing but the models differs."""
    return bool(np.array_equal(ours.slices.ids, theirs.slices.ids))


def caveats(ours: ModelScores, theirs: ModelScores) -> tuple[str, ...]:
    """Return why the comparison may mislead: patients that a model has learnt from, or too few of them."""
    warnings = []
    judges = set(ours.slices.patients.tolist())
    for scored in (ours, theirs):
        seen, known = learnt_from(scored.model, judges)
        if not known:
            warnings.append(
                f"Cannot tell whether {scored.model.name} learnt from patients of the hold-out: it, or a "
                "model that it started from, was trained elsewhere and names nobody."
            )
        if seen:
            warnings.append(
                f"{scored.model.name}, or a model that it started from, learnt from "
                f"{plural(len(seen), 'patient')} of the hold-out before they came into this store, so it "
                "looks better than it is."
            )
    if ours.split == Split.VALIDATION:
        warnings.append("No test patient has a mask; validation patients also chose which weights were kept.")
    return tuple(warnings)


def learnt_from_validation(model: ModelRow) -> bool:
    """Whether the model was trained on train + validation."""
    return read_card(model).final


def learnt_from(model: ModelRow, patients: set[str]) -> tuple[set[str], bool]:
    """Which of these patients the model has seen, or one of those whose weights it started from.

    Returns:
        those that are known, and whether that can be told of all models of the line.
    """
    store, seen, line, known = open_store(), set[str](), {model.id}, True
    marks = PatientMarks.of_store(store)
    while True:
        card = read_card(model)
        found = card.learnt_from(patients, marks)
        known = known and found is not None
        seen |= found or set()
        if model.parent_id is None or model.parent_id in line:
            return seen, known and not (card.parent and model.parent_id is None)
        model = models.model_row(store, model.parent_id)
        line.add(model.id)

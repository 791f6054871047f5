"""What the course report found, beside what these trainings found: agree, not, or not shown; never tuned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from core.labels import SHORT_NAMES, Label
from core.metrics.summary import Interval
from core.training.config import TrainConfig
from core.workflow.report_plan import Experiment, experiments, final
from core.workflow.report_record import RunRecord
from core.workflow.report_scores import Arm, ArmDifference, arm_of, difference

# Share of the pixels of the training slices, in percent: the report's Figure 2.
REPORTED_SHARES = {
    Label.BACKGROUND: 82.35,
    Label.RIGHT_VENTRICLE: 5.30,
    Label.MYOCARDIUM: 6.09,
    Label.LEFT_VENTRICLE: 6.27,
}
REPORTED_TEST_DICE = 0.85
# What the report chose, by experiment: the arm of the plan, and the sentence.
REPORTED_CHOICES = {
    "loss": ("Dice-Focal", "Dice-Focal is the best of the losses"),
    "augmentation": ("with", "Training is better with augmentation"),
    "architecture": ("U-Net", "The U-Net is the best of the three architectures"),
    "learning-rate": ("1e-03", "1e-3 is the best learning rate"),
    "weight-decay": ("1e-04", "1e-4 is the best weight decay"),
}


class Verdict(StrEnum):
    """How ours relates to the report's."""

    AGREE = "agree"
    NOT = "not"
    NOT_SHOWN = "not shown"
    WAITING = "not trained yet"


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    report: str
    ours: str
    verdict: Verdict
    why: str


def findings(
    base: TrainConfig, records: Sequence[RunRecord], shares_percent: Mapping[Label, float]
) -> list[Finding]:
    """The whole table, from whatever has been trained so far."""
    chosen = [choice(one, records) for one in experiments(base)]
    return [label_shares(shares_percent), *chosen, on_test(arm_of("final", records, final(base), "test"))]


def label_shares(shares_percent: Mapping[Label, float]) -> Finding:
    """The report's Figure 2: how rare each label is."""

    def told(shares: Mapping[Label, float]) -> str:
        return ", ".join(f"{SHORT_NAMES[label]} {share:.2f} %" for label, share in shares.items())

    same = all(abs(shares_percent[label] - share) < 0.01 for label, share in REPORTED_SHARES.items())
    return Finding(
        f"Pixels of the training slices: {told(REPORTED_SHARES)}",
        told(shares_percent),
        Verdict.AGREE if same else Verdict.NOT,
        "counted on the same slices" if same else "other slices, or other masks",
    )


def choice(experiment: Experiment, records: Sequence[RunRecord]) -> Finding:
    """Whether what the report chose is ahead of every other arm.

    It agrees where the chosen arm is shown to be better than all others; it does not where another arm is
    shown to be better than the chosen one. "Shown": see `ArmDifference.shown`.
    """
    name, sentence = REPORTED_CHOICES[experiment.name]
    arms = [arm_of(setting.label, records, setting.config) for setting in experiment.settings]
    arms = [arm for arm in arms if arm.records]
    ours = next((arm for arm in arms if arm.label == name), None)
    others = [arm for arm in arms if arm.label != name]
    if ours is None or not others:
        return Finding(sentence, "", Verdict.WAITING, "")
    pairs = [(arm, found) for arm in others if (found := difference(ours, arm)) is not None]
    worst = [(arm, found) for arm, found in pairs if found.shown and found.interval.mean < 0]
    rival, found = min(worst or pairs, key=lambda pair: pair[1].interval.mean)
    told = (
        f"{ours.label} {in_brackets(ours.interval('dice'))}, "
        f"{rival.label} {in_brackets(rival.interval('dice'))}; "
        f"difference {in_brackets(found.interval, signed=True)}, seed by seed "
        + ", ".join(f"{value:+.3f}" for value in found.by_seed)
    )
    n_shown = sum(one.shown and one.interval.mean > 0 for _, one in pairs)
    if worst:
        return Finding(sentence, told, Verdict.NOT, f"{rival.label} is ahead in every seed, interval below 0")
    if n_shown == len(pairs):
        return Finding(sentence, told, Verdict.AGREE, "ahead in every seed, interval above 0")
    return Finding(sentence, told, Verdict.NOT_SHOWN, doubt(found, n_shown, len(pairs)))


def doubt(found: ArmDifference, n_shown: int, n: int) -> str:
    """Why nothing was shown against the closest rival."""
    if len(found.by_seed) < 2:
        return "one seed alone shows nothing"
    reason = "the interval holds 0: the difference is too small for so few seeds and patients"
    if min(found.by_seed) < 0 < max(found.by_seed):
        reason = "the seeds differ on which is ahead"
    return reason + (f"; shown to be ahead of {n_shown} of the {n} others" if n > 1 else "")


def on_test(arm: Arm) -> Finding:
    """The report's headline: the final model on the test slices."""
    sentence = f"The final model reaches a test Dice of {REPORTED_TEST_DICE:.0%}".replace("%", " %")
    if not arm.records:
        return Finding(
            sentence,
            "no score",
            Verdict.NOT_SHOWN,
            "the data folder has no masks of the test slices; the final models are kept, and the same "
            "command scores them once masks lie there",
        )
    found = arm.interval("dice")
    agrees = found.low <= REPORTED_TEST_DICE <= found.high
    return Finding(
        sentence,
        in_brackets(found),
        Verdict.AGREE if agrees else Verdict.NOT,
        "the interval holds the report's figure" if agrees else "the interval leaves the report's figure out",
    )


def in_brackets(found: Interval, *, signed: bool = False) -> str:
    """A mean with its interval.

    >>> in_brackets(Interval(0.5, 0.25, 0.75, 20)), in_brackets(Interval(0.5, 0.25, 0.75, 20), signed=True)
    ('0.500 [0.250, 0.750]', '+0.500 [+0.250, +0.750]')
    """
    sign = "+" if signed else ""
    if isnan(found.mean):
        return "none"
    between = "" if isnan(found.low) else f" [{found.low:{sign}.3f}, {found.high:{sign}.3f}]"
    return f"{found.mean:{sign}.3f}{between}"

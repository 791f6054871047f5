"""What the Dice of two models shows: one rule for the table, the chart, the sentence and the gate."""

from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.metrics.statistics.comparison import MIN_PATIENTS, Difference
from core.text import plural
from core.workflow.evaluation.comparison import MetricComparison

MAX_DICE_LOSS = 0.01  # Dice that any label may lose


class Outcome(StrEnum):
    """What the slices that both models were scored on say of the candidate."""

    TOO_FEW = "too few"
    FALLS = "falls"
    NO_GAIN = "no gain"
    LUCK = "luck"
    BETTER = "better"


@dataclass(frozen=True)
class Finding:
    """The outcome, and the labels that it goes by."""

    outcome: Outcome
    n_patients: int  # that have a Dice
    gain: Difference  # of the mean over the labels
    fallen: tuple[Label, ...]  # by more than MAX_DICE_LOSS
    risen: tuple[Label, ...]

    @property
    def headline(self) -> str:
        """The finding in a few words."""
        names = ", ".join(SHORT_NAMES[label] for label in self.fallen or self.risen)
        verb = "are" if self.n_patients != 1 else "is"
        return {
            Outcome.TOO_FEW: f"{plural(self.n_patients, 'patient')} {verb} too few to tell",
            Outcome.FALLS: f"Dice falls by more than {MAX_DICE_LOSS}: {names}",
            Outcome.NO_GAIN: "No label's Dice rises",
            Outcome.LUCK: f"Dice rises, which could be luck: {names}",
            Outcome.BETTER: f"Dice over the heart rises by {self.gain.mean:.3f}",
        }[self.outcome]


def finding(dice: MetricComparison) -> Finding:
    """Return what the comparison shows, by the rule that every promotion goes by.

    No label may lose more than 0.01 of mean Dice, the interval of the mean over the labels has to lie above
    0, and fewer than ten patients tell nothing.
    """
    changes = {label: dice.cells[label].difference.mean for label in FOREGROUND}
    fallen = tuple(label for label, change in changes.items() if change < -MAX_DICE_LOSS)
    risen = tuple(label for label, change in changes.items() if change > 0)
    gain = dice.cells[None].difference
    if dice.n_patients < MIN_PATIENTS or isnan(gain.low):
        outcome = Outcome.TOO_FEW
    elif fallen:
        outcome = Outcome.FALLS
    elif not risen:
        outcome = Outcome.NO_GAIN
    else:
        outcome = Outcome.BETTER if gain.low > 0 else Outcome.LUCK
    return Finding(outcome, dice.n_patients, gain, fallen, risen)

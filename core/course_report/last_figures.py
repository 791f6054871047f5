"""The report's Figures 8 to 11: how a training went, shown of its final model and here of the baseline.

The report trains its final model on train + validation, so nothing is kept aside for its validation curves.
The baseline is the same recipe with the validation slices kept aside.
"""

from core.course_report.arms import Arm, ArmDifference
from core.course_report.finding import Finding, Verdict, format_by_seed, format_interval
from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.metrics.statistics.bootstrap import crossed_mean
from core.metrics.statistics.means import mean_of_present


def losses(baseline: Arm) -> Finding:
    """Figures 8 and 9: the training and the validation loss."""
    said = ("8 and 9", "Training and validation loss by epoch")
    if not baseline.records:
        return Finding(*said, "", Verdict.WAITING, "")

    def mean(values: list[float]) -> str:
        return f"{mean_of_present(values).value:.2f}"

    records = baseline.records
    lowest = [min(record.epochs, key=lambda epoch: epoch.validation_loss) for record in records]
    when = in_words([epoch.number for epoch in lowest])
    ours = (
        f"training loss {mean([record.epochs[0].training_loss for record in records])} falling to "
        f"{mean([record.epochs[-1].training_loss for record in records])}, validation loss "
        f"{mean([record.epochs[0].validation_loss for record in records])} falling to "
        f"{mean([epoch.validation_loss for epoch in lowest])} after {when} epochs and "
        f"{mean([record.epochs[-1].validation_loss for record in records])} after the last"
    )
    return Finding(*said, ours, Verdict.NO_CLAIM, "means of the seeds")


def by_label(baseline: Arm) -> Finding:
    """Figure 10: Dice and IoU of each label."""
    said = ("10", "The labels reach different levels")
    if not baseline.records:
        return Finding(*said, "", Verdict.WAITING, "")
    means = {label: baseline.interval("dice", label) for label in FOREGROUND}
    worst, best = (choose(means, key=lambda label: means[label].mean) for choose in (min, max))
    gap = between_labels(baseline, best, worst)
    ours = ", ".join(f"{SHORT_NAMES[label]} {format_interval(found)}" for label, found in means.items())
    apart = (
        f"{SHORT_NAMES[best]} less {SHORT_NAMES[worst]} {format_interval(gap.interval, signed=True)}, "
        f"seed by seed {format_by_seed(gap.by_seed)}"
    )
    return Finding(*said, ours, Verdict.AGREE if gap.shown else Verdict.NOT_SHOWN, apart)


def mean_dice(baseline: Arm) -> Finding:
    """Figure 11: mean Dice and loss."""
    said = ("11", "Mean Dice by epoch")
    if not baseline.records:
        return Finding(*said, "", Verdict.WAITING, "")
    kept = [record.kept_epoch for record in baseline.records]
    ours = f"{format_interval(baseline.interval('dice'))} with the weights kept, of epoch {in_words(kept)}"
    return Finding(*said, ours, Verdict.NO_CLAIM, "")


def between_labels(arm: Arm, one: Label, other: Label) -> ArmDifference:
    """Dice of one label minus that of another, on the same slices."""
    values = arm.values("dice", one) - arm.values("dice", other)
    return ArmDifference(
        crossed_mean(values, arm.patients), tuple(mean_of_present(row).value for row in values.tolist())
    )


def in_words(numbers: list[int]) -> str:
    """Numbers in a sentence.

    >>> in_words([3]), in_words([3, 8, 5])
    ('3', '3, 8 and 5')
    """
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}" if others else last

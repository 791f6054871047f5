"""What the course report found, beside what these trainings found; never tuned towards it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.course_report.arms import Arm, ArmDifference, arm_of, difference
from core.course_report.finding import Finding, Verdict, format_by_seed, format_interval
from core.course_report.last_figures import by_label, losses, mean_dice
from core.course_report.plan import Experiment, experiments, final
from core.course_report.record import RunRecord
from core.labels import SHORT_NAMES, Label
from core.recipes.training import TrainConfig

# Share of the pixels of the training slices, in percent: the report's Figure 2.
REPORTED_SHARES = {
    Label.BACKGROUND: 82.35,
    Label.RIGHT_VENTRICLE: 5.30,
    Label.MYOCARDIUM: 6.09,
    Label.LEFT_VENTRICLE: 6.27,
}
REPORTED_TEST_DICE = 0.85


@dataclass(frozen=True)
class Reported:
    """What the report says of an experiment, by the names of the plan's arms."""

    figure: str  # its number
    best: str  # the arm that it found ahead
    sentence: str
    chosen: str  # the arm that it went on with


REPORTED = {
    "loss": Reported("3", "Dice-Focal", "Dice-Focal is the best of seven losses", "Dice-Focal"),
    "augmentation": Reported("4", "with", "Augmentation brings 2 to 3 %", "with"),
    "architecture": Reported(
        "5",
        "UNet3+",
        "UNet3+ converges faster than the U-Net and DeepLabV3 and is much better over 100 epochs; "
        "the U-Net was chosen all the same",
        "U-Net",
    ),
    "learning-rate": Reported(
        "6", "1e-03", "1e-3 is the best of three learning rates after 500 epochs", "1e-03"
    ),
    "weight-decay": Reported("7", "1e-04", "1e-4 is the best of four weight decays", "1e-04"),
}


def findings(
    base: TrainConfig, records: Sequence[RunRecord], shares_percent: Mapping[Label, float]
) -> list[Finding]:
    """The whole table, from whatever has been trained so far."""
    among = experiments(base)
    trained = arm_of("baseline", records, base)
    return [
        label_shares(shares_percent),
        *(choice(one, records) for one in among),
        losses(trained),
        by_label(trained),
        mean_dice(trained),
        *(others_ahead(one, records) for one in among if one.name == "architecture"),
        on_test(arm_of("final", records, final(base), "test")),
    ]


def label_shares(shares_percent: Mapping[Label, float]) -> Finding:
    """The report's Figure 2: how rare each label is."""

    def format_shares(shares: Mapping[Label, float]) -> str:
        return ", ".join(f"{SHORT_NAMES[label]} {share:.2f} %" for label, share in shares.items())

    same = all(abs(shares_percent[label] - share) < 0.01 for label, share in REPORTED_SHARES.items())
    return Finding(
        "2",
        f"Pixels of the training slices: {format_shares(REPORTED_SHARES)}",
        format_shares(shares_percent),
        Verdict.AGREE if same else Verdict.NOT,
        "counted on the same slices" if same else "other slices, or other masks",
    )


def choice(experiment: Experiment, records: Sequence[RunRecord]) -> Finding:
    """Whether the arm that the report found best is ahead of every other.

    It agrees where that arm is shown to be better than all others; it does not where another arm is shown to
    be better. "Shown": see `ArmDifference.shown`.
    """
    reported = REPORTED[experiment.name]
    name, said = reported.best, (reported.figure, reported.sentence)
    arms = [arm_of(setting.label, records, setting.config) for setting in experiment.settings]
    arms = [arm for arm in arms if arm.records]
    ours = next((arm for arm in arms if arm.label == name), None)
    others = [arm for arm in arms if arm.label != name]
    if ours is None or not others:
        return Finding(*said, "", Verdict.WAITING, "")
    pairs = [(arm, gap) for arm in others if (gap := difference(ours, arm)) is not None]
    worst = [(arm, gap) for arm, gap in pairs if gap.shown and gap.interval.mean < 0]
    rival, gap = min(worst or pairs, key=lambda pair: pair[1].interval.mean)
    figures = (
        f"{ours.label} {format_interval(ours.interval('dice'))}, "
        f"{rival.label} {format_interval(rival.interval('dice'))}; "
        f"difference {format_interval(gap.interval, signed=True)}, seed by seed {format_by_seed(gap.by_seed)}"
    )
    n_shown = sum(one.shown and one.interval.mean > 0 for _, one in pairs)
    if worst:
        return Finding(*said, figures, Verdict.NOT, f"{rival.label} is ahead in every seed, interval below 0")
    if n_shown == len(pairs):
        return Finding(*said, figures, Verdict.AGREE, "ahead in every seed, interval above 0")
    return Finding(*said, figures, Verdict.NOT_SHOWN, why_not_shown(gap, n_shown, len(pairs)))


def why_not_shown(gap: ArmDifference, n_shown: int, n: int) -> str:
    """Why nothing was shown against the closest rival."""
    if len(gap.by_seed) < 2:
        return "one seed alone shows nothing"
    reason = "the interval holds 0: the difference is too small for so few seeds and patients"
    if min(gap.by_seed) < 0 < max(gap.by_seed):
        reason = "the seeds differ on which is ahead"
    return reason + (f"; shown to be ahead of {n_shown} of the {n} others" if n > 1 else "")


def others_ahead(networks: Experiment, records: Sequence[RunRecord]) -> Finding:
    """The report's conclusion on the network that it chose: both others did better."""
    said = ("text", "DeepLabV3 and UNet3+ do better than the U-Net")
    arms = {one.label: arm_of(one.label, records, one.config) for one in networks.settings}
    chosen = arms.pop(REPORTED[networks.name].chosen)
    gaps = {
        name: gap
        for name, arm in arms.items()
        if chosen.records and arm.records and (gap := difference(arm, chosen)) is not None
    }
    if len(gaps) < len(arms):
        return Finding(*said, "", Verdict.WAITING, "")
    figures = "; ".join(
        f"{name} less {chosen.label} {format_interval(gap.interval, signed=True)}, "
        f"seed by seed {format_by_seed(gap.by_seed)}"
        for name, gap in gaps.items()
    )
    if any(gap.shown and gap.interval.mean < 0 for gap in gaps.values()):
        return Finding(*said, figures, Verdict.NOT, f"{chosen.label} is shown to be ahead of one")
    ahead = [name for name, gap in gaps.items() if gap.shown]
    if len(ahead) == len(gaps):
        return Finding(*said, figures, Verdict.AGREE, "each is ahead in every seed, interval above 0")
    return Finding(*said, figures, Verdict.NOT_SHOWN, f"shown of {' and '.join(ahead) or 'neither'}")


def on_test(arm: Arm) -> Finding:
    """The report's headline: the final model on the test slices."""
    sentence = f"The final model reaches a test Dice of {REPORTED_TEST_DICE:.0%}".replace("%", " %")
    if not arm.records:
        return Finding(
            "text",
            sentence,
            "no score",
            Verdict.NOT_SHOWN,
            "the data folder has no masks of the test slices; the final models are kept, and the same "
            "command scores them once masks lie there",
        )
    interval = arm.interval("dice")
    agrees = interval.low <= REPORTED_TEST_DICE <= interval.high
    return Finding(
        "text",
        sentence,
        format_interval(interval),
        Verdict.AGREE if agrees else Verdict.NOT,
        "the interval holds the report's figure" if agrees else "the interval leaves the report's figure out",
    )

"""The report's tables as Markdown."""

from collections.abc import Iterable, Sequence
from math import isnan

from core.course_report.arms import Arm, arm_of, difference
from core.course_report.finding import Finding, format_interval
from core.course_report.findings import REPORTED
from core.course_report.plan import Experiment
from core.course_report.record import RunRecord
from core.labels import FOREGROUND, SHORT_NAMES

OVERLAP = {"iou": "IoU", "accuracy": "accuracy", "precision": "precision", "recall": "recall"}
DISTANCE = "hd95_mm"


def findings_table(table_lines: Sequence[Finding]) -> str:
    """The report beside ours."""
    return table(
        ("Figure", "What the report says or shows", "Ours", "Verdict", "Why"),
        ((one.where, one.report, one.ours, f"**{one.verdict}**", one.why) for one in table_lines),
    )


def experiment_table(experiment: Experiment, records: Sequence[RunRecord]) -> str:
    """The arms of one experiment on the validation slices, each against what the report chose."""
    arms = [arm_of(setting.label, records, setting.config) for setting in experiment.settings]
    chosen = REPORTED[experiment.name].chosen
    ours = next((arm for arm in arms if arm.label == chosen and arm.records), None)
    return arms_table([arm for arm in arms if arm.records], experiment.title, ours)


def arms_table(arms: Sequence[Arm], title: str, ours: Arm | None = None) -> str:
    """Scores of each arm: Dice with intervals, the rest as means; with one arm, how far it is ahead."""
    labels = [f"Dice {SHORT_NAMES[label]}" for label in FOREGROUND]
    heads = [title, "Seeds", "Mean Dice [95 %]", "Seed by seed"]
    if ours is not None:
        heads.append(f"{ours.label} minus it [95 %]")
    heads += [*labels, *OVERLAP.values(), "HD95 mm", "Epochs", "min"]
    return table(heads, (arm_line(arm, ours) for arm in arms))


def arm_line(arm: Arm, ours: Arm | None) -> list[str]:
    """One setting."""
    return [
        arm.label,
        str(len(arm.seeds)),
        format_interval(arm.interval("dice")),
        ", ".join(format_number(value) for value in arm.each()),
        *([] if ours is None else [ahead(ours, arm)]),
        *(format_number(arm.interval("dice", label).mean) for label in FOREGROUND),
        *(format_number(arm.interval(metric).mean) for metric in OVERLAP),
        format_number(arm.interval(DISTANCE).mean, 1),
        format_number(arm.epochs, 1),
        format_number(arm.minutes, 1),
    ]


def ahead(ours: Arm, other: Arm) -> str:
    """By how much ours is ahead; bold where it is shown, a dash where there is nothing to compare."""
    gap = None if other.label == ours.label else difference(ours, other)
    if gap is None:
        return "-"
    text = format_interval(gap.interval, signed=True)
    return f"**{text}**" if gap.shown else text


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Rows between pipes.

    >>> print(table(("a", "b"), [("1", "2 | 3")]))
    | a | b |
    |---|---|
    | 1 | 2 / 3 |
    """
    rows = [heads, *lines]
    text_rows = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join([text_rows[0], "|" + "---|" * len(heads), *text_rows[1:]])


def format_number(number: float, digits: int = 3) -> str:
    """A number; a dash where there is none.

    >>> format_number(0.5), format_number(float("nan"))
    ('0.500', '-')
    """
    return "-" if isnan(number) else f"{number:.{digits}f}"

"""Runs beside each other: grouped by what they were asked for, the seeds of a group as one band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isnan

from core.labels import FOREGROUND, SHORT_NAMES
from core.metrics.statistics.curves import Band, band, present, smooth
from core.metrics.statistics.means import mean_of_present
from core.recipes.training import TrainConfig
from core.records.runs import Epoch
from core.workflow.training.runs import training_runs

RUN, ALL = "run", "all that differs"  # ways of grouping besides single choices
MAX_CHOICES_TOLD = 3  # in one label; runs that differ in more are better told by their names
CHOICES = {
    "loss": "loss",
    "augmentation": "augmentation",
    "architecture": "architecture",
    "learning_rate": "learning rate",
    "weight_decay": "weight decay",
    "widths": "widths",
    "batch_size": "batch size",
    "epochs": "epochs",
    "patience": "patience",
    "preset": "preset",
}
EPOCH, MINUTES = "Epoch", "Minutes of training"
LOSSES = ("validation loss", "training loss")
OVERLAPS = ("Dice", "IoU")


@dataclass(frozen=True)
class ComparedRun:
    """A training as it is compared: where it came from does not matter."""

    name: str  # told apart from all others
    choices: Mapping[str, str]  # by the words in CHOICES
    epochs: tuple[Epoch, ...]

    @property
    def kept(self) -> Epoch | None:
        """The epoch whose weights were kept."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)


@dataclass(frozen=True)
class Group:
    """Runs that were asked for alike, apart from the seed and what is not looked at."""

    label: str
    runs: tuple[ComparedRun, ...]


@dataclass(frozen=True)
class RunLine:
    """One quantity of one run."""

    run: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class GroupLines:
    """One quantity of a group: each run, and what they have in common."""

    label: str
    lines: tuple[RunLine, ...]
    band: Band | None


def stored_runs(limit: int = 60) -> list[ComparedRun]:
    """The newest trainings of the store that have an epoch."""
    return [
        ComparedRun(f"{run.name} ({run.row.id})", choices_of(run.request.config), run.epochs)
        for run in training_runs(limit)
        if run.epochs
    ]


def choices_of(config: TrainConfig) -> dict[str, str]:
    """What may set a run apart, in words."""
    values = {title: getattr(config, name) for name, title in CHOICES.items()}
    values["widths"] = "-".join(map(str, (*config.widths, config.bottleneck)))
    return {
        title: f"{value:g}" if isinstance(value, float) else str(value) for title, value in values.items()
    }


def differing(runs: Sequence[ComparedRun]) -> list[str]:
    """The choices in which the runs differ."""
    return [name for name in CHOICES.values() if len({run.choices.get(name) for run in runs}) > 1]


def ways_to_group(runs: Sequence[ComparedRun]) -> list[str]:
    """By what they can be told apart, the most telling way first."""
    varied = differing(runs)
    if len(varied) > MAX_CHOICES_TOLD:
        return [RUN, *varied, ALL]
    return [*([ALL] if len(varied) > 1 else []), *varied, RUN]


def group_runs(runs: Sequence[ComparedRun], by: str) -> tuple[Group, ...]:
    """The runs by one of `ways_to_group`, in the order in which they came."""
    names = differing(runs) if by == ALL else [by]
    groups: dict[str, list[ComparedRun]] = {}
    for run in runs:
        label = run.name if by == RUN else ", ".join(choice_text(run, name) for name in names)
        groups.setdefault(label, []).append(run)
    return tuple(Group(label, tuple(members)) for label, members in groups.items())


def choice_text(run: ComparedRun, name: str) -> str:
    """What was chosen; a number says what it is of."""
    value_text = run.choices.get(name, "")
    return f"{name} {value_text}" if value_text[:1].isdigit() else value_text


def value(epoch: Epoch, quantity: str) -> float:
    """A loss, `mean Dice`, `mean IoU` or a label's overlap such as `Dice RV`; NaN where there is none."""
    if quantity in LOSSES:
        return epoch.validation_loss if quantity == "validation loss" else epoch.training_loss
    which, _, name = quantity.rpartition(" ")
    if which == "mean":
        scores = epoch.validation_dice if name == "Dice" else epoch.validation_iou
        return mean_of_present(scores).value
    scores = epoch.validation_dice if which == "Dice" else epoch.validation_iou
    return scores[[SHORT_NAMES[label] for label in FOREGROUND].index(name)]


def line(run: ComparedRun, quantity: str, x: str = EPOCH, window: int = 1) -> RunLine:
    """The quantity by epoch or by minutes of training, as a running mean over the window."""
    positions: list[float] = [float(epoch.number) for epoch in run.epochs]
    if x == MINUTES:
        positions = [seconds / 60 for seconds in accumulate(epoch.seconds for epoch in run.epochs)]
    values = [value(epoch, quantity) for epoch in run.epochs]
    known_x, known_y = present((positions, values))
    return RunLine(run.name, tuple(known_x), tuple(smooth(known_y, window)))


def group_lines(group: Group, quantity: str, x: str = EPOCH, window: int = 1) -> GroupLines:
    """The quantity of every run of the group, and their band as far as all of them go."""
    lines = tuple(line(run, quantity, x, window) for run in group.runs)
    known = [(one.x, one.y) for one in lines if one.x]
    return GroupLines(group.label, lines, band(known))


def kept_values(group: Group, quantity: str) -> list[float]:
    """What each run reached in the epoch whose weights were kept; runs without one are left out."""
    values = [value(run.kept, quantity) for run in group.runs if run.kept is not None]
    return [score for score in values if not isnan(score)]

"""The experiments of the course report, and the trainings that they need: each one once, seed by seed.

And how long those that are left will take, by what those that have ended took.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.course_report.record import RunRecord
from core.errors import RunRefused
from core.metrics.statistics.means import mean_of_present
from core.recipes.architectures import ARCHITECTURES, architecture_of
from core.recipes.losses import LOSSES
from core.recipes.training import REPORT, AugmentationName, TrainConfig
from core.workflow.training.cost import cost_of

LEARNING_RATES = (1e-2, 1e-3, 1e-4)
WEIGHT_DECAYS = (1e-2, 1e-3, 1e-4, 1e-5)
FINAL = "final"
VARIED = ("loss", "augmentation", "architecture", "learning_rate", "weight_decay", "final")


@dataclass(frozen=True)
class Setting:
    """One arm of an experiment."""

    label: str
    config: TrainConfig  # with seed 0


@dataclass(frozen=True)
class Experiment:
    """One question of the report: everything as in the baseline but one choice."""

    name: str  # of files
    title: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class PlannedRun:
    """One training to be done, and the name of its files."""

    name: str
    config: TrainConfig


def baseline(
    epochs: int = REPORT.epochs,
    widths: tuple[int, ...] = REPORT.widths,
    bottleneck: int = REPORT.bottleneck,
    patience: int = REPORT.patience,
    batch_size: int = REPORT.batch_size,
) -> TrainConfig:
    """The report's recipe in the size that the machine has time for."""
    return replace(
        REPORT, epochs=epochs, widths=widths, bottleneck=bottleneck, patience=patience, batch_size=batch_size
    )


def experiments(base: TrainConfig) -> tuple[Experiment, ...]:
    """What the report compared, on validation slices; the baseline is an arm of each."""
    losses = tuple(
        Setting(loss.reported_as, replace(base, loss=name))
        for name, loss in LOSSES.items()
        if loss.reported_as
    )
    augmentation = (
        Setting("without", replace(base, augmentation=AugmentationName.OFF)),
        Setting("with", replace(base, augmentation=AugmentationName.REPORT)),
    )
    networks = tuple(
        Setting(network.reported_as, with_network(base, network.key))
        for network in ARCHITECTURES.values()
        if network.reported_as
    )
    rates = tuple(Setting(f"{rate:.0e}", replace(base, learning_rate=rate)) for rate in LEARNING_RATES)
    decays = tuple(Setting(f"{decay:.0e}", replace(base, weight_decay=decay)) for decay in WEIGHT_DECAYS)
    return (
        Experiment("loss", "Loss", losses),
        Experiment("augmentation", "Augmentation", augmentation),
        Experiment("architecture", "Architecture", networks),
        Experiment("learning-rate", "Learning rate", rates),
        Experiment("weight-decay", "Weight decay", decays),
    )


def final(base: TrainConfig) -> TrainConfig:
    """The last training of the report: on train + validation, to be scored on test."""
    return replace(base, final=True)


def with_network(base: TrainConfig, architecture: str) -> TrainConfig:
    """Another architecture, as much smaller than its full size as the baseline's U-Net is."""
    if architecture == base.architecture:
        return base
    ours, theirs = architecture_of(base.architecture), architecture_of(architecture)
    if (ours.widths, ours.bottleneck) == (theirs.widths, theirs.bottleneck):  # the same stages
        return replace(base, architecture=architecture)
    share = base.bottleneck / theirs.bottleneck
    smaller = tuple(max(1, round(width * share)) for width in theirs.widths)
    return replace(base, architecture=architecture, widths=smaller)


def planned_runs(base: TrainConfig, seeds: int, only: Sequence[str] = ()) -> tuple[PlannedRun, ...]:
    """All trainings, the whole of one seed before the next, so that there is a result at any time.

    Args:
        base: the report's recipe in the size at hand.
        seeds: how many, from 0.
        only: names of experiments, or `final`; empty means all of them.

    Raises:
        RunRefused: for a name that no experiment has.
    """
    among = experiments(base)
    known = [*(one.name for one in among), FINAL]
    unknown = sorted(set(only) - set(known))
    if unknown:
        raise RunRefused(f"there is no experiment {', '.join(unknown)}; there are {', '.join(known)}")
    wanted = [one for one in among if not only or one.name in only]
    once = dict.fromkeys(setting.config for one in wanted for setting in one.settings)
    last = [final(base)] if not only or FINAL in only else []
    configs = sorted((*once, *last), key=lambda config: config != base)  # the baseline first
    return tuple(
        PlannedRun(f"{name_of(config, base)}-seed{seed}", replace(config, seed=seed))
        for seed in range(seeds)
        for config in configs
    )


def name_of(config: TrainConfig, base: TrainConfig) -> str:
    """What sets a configuration apart from the baseline, for the names of files.

    >>> name_of(replace(REPORT, learning_rate=1e-2), REPORT), name_of(REPORT, REPORT)
    ('learning-rate-0.01', 'baseline')
    """
    parts = [
        name.replace("_", "-") if name == "final" else f"{name.replace('_', '-')}-{getattr(config, name)}"
        for name in VARIED
        if getattr(config, name) != getattr(base, name)
    ]
    return "-".join(parts) or "baseline"


def time_left(runs: Sequence[PlannedRun], done: Sequence[RunRecord]) -> str:
    """The time in words, to be put behind a sentence; nothing before the first run has ended."""
    left = seconds_left(runs, done)
    return f"; about {math.ceil(left / 60)} min left" if left else ""


def seconds_left(runs: Sequence[PlannedRun], done: Sequence[RunRecord]) -> float | None:
    """How long these runs will take by what those that ended took; None before the first has ended."""
    stopping = [record for record in done if not record.config.final]
    share = mean_of_present(len(record.epochs) / record.config.epochs for record in stopping).value
    pace = mean_of_present(record.seconds / len(record.epochs) / work(record.config) for record in done).value
    if math.isnan(pace):
        return None
    total = 0.0
    for run in runs:
        alike = [one for one in done if one.config.architecture == run.config.architecture]
        own = mean_of_present(one.seconds / len(one.epochs) / work(one.config) for one in alike).value
        expected = run.config.epochs * (1.0 if run.config.final or math.isnan(share) else share)
        total += expected * work(run.config) * (pace if math.isnan(own) else own)
    return total


def work(config: TrainConfig) -> float:
    """Multiplications of a forward pass for each pixel; an epoch takes time in proportion."""
    return cost_of(config.network).multiplications

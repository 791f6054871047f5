"""The experiments of the course report, and the trainings that they need: each one once, seed by seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import RunRefused
from core.network.config import DEFAULT_WIDTHS
from core.training.config import REPORT, AugmentationName, LossName, TrainConfig

LEARNING_RATES = (1e-2, 1e-3, 1e-4)
WEIGHT_DECAYS = (1e-2, 1e-3, 1e-4, 1e-5)
FINAL = "final"
VARIED = ("loss", "augmentation", "architecture", "learning_rate", "weight_decay", "final")
LOSSES = {
    LossName.CROSS_ENTROPY: "CE",
    LossName.WEIGHTED_CROSS_ENTROPY: "weighted CE",
    LossName.FOCAL: "focal",
    LossName.DICE: "Dice",
    LossName.DICE_FOCAL: "Dice-Focal",
    LossName.CE_DICE: "CE-Dice",
    LossName.WEIGHTED_CE_DICE: "weighted-CE-Dice",
}
ARCHITECTURES = {"unet": "U-Net", "deeplabv3": "DeepLabV3-ResNet18", "unet3plus": "UNet3+"}


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


def base_of(configs: Sequence[TrainConfig]) -> TrainConfig:
    """The baseline that these trainings vary, at least one of them a U-Net."""
    unet = next((config for config in configs if config.architecture == REPORT.architecture), configs[0])
    return baseline(unet.epochs, unet.widths, unet.bottleneck, unet.patience, unet.batch_size)


def experiments(base: TrainConfig) -> tuple[Experiment, ...]:
    """What the report compared, on validation slices; the baseline is an arm of each."""
    losses = tuple(Setting(label, replace(base, loss=loss)) for loss, label in LOSSES.items())
    augmentation = (
        Setting("without", replace(base, augmentation=AugmentationName.OFF)),
        Setting("with", replace(base, augmentation=AugmentationName.REPORT)),
    )
    networks = tuple(Setting(label, with_network(base, name)) for name, label in ARCHITECTURES.items())
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
    widths, bottleneck = DEFAULT_WIDTHS[architecture]
    if architecture == "unet3plus":  # stages of its own, like the U-Net's
        return replace(base, architecture=architecture)
    share = base.bottleneck / bottleneck
    smaller = tuple(max(1, round(width * share)) for width in widths)
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

    >>> name_of(replace(REPORT, loss=LossName.DICE), REPORT), name_of(REPORT, REPORT)
    ('loss-dice', 'baseline')
    """
    parts = [
        name.replace("_", "-") if name == "final" else f"{name.replace('_', '-')}-{getattr(config, name)}"
        for name in VARIED
        if getattr(config, name) != getattr(base, name)
    ]
    return "-".join(parts) or "baseline"


def planned(runs: Sequence[PlannedRun], config: TrainConfig) -> tuple[PlannedRun, ...]:
    """The runs of one configuration, one for each seed."""
    return tuple(run for run in runs if replace(run.config, seed=0) == config)

"""Every hyper-parameter of a training, with the reason for its default, and the two presets."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import get_type_hints

from pydantic import TypeAdapter, ValidationError, with_config

from core.recipes.architectures import architecture_of
from core.recipes.card_values import shown
from core.recipes.losses import LossName
from core.recipes.model import INPUT_PLANES, ModelConfig, Task, tta_flips_after
from core.recipes.typed_json import EXACT, mistake
from core.records.slices import COURSE_SPACING_MM


class AugmentationName(StrEnum):
    """How training slices are varied."""

    OFF = "off"
    REPORT = "report"  # one of: nothing, horizontal flip, vertical flip, rotation within 10 degrees
    RECOMMENDED = "recommended"  # either way up, turned, scaled, cropped, other contrast, noise and blur


@with_config(EXACT)
@dataclass(frozen=True)
class TrainConfig:
    """How a network is trained. Frozen, and saved with the weights."""

    preset: str = "report"
    architecture: str = "unet"
    widths: tuple[int, ...] = (32, 64, 128)  # channels of each encoder stage, as in the report
    bottleneck: int = 256
    spacing_mm: float = COURSE_SPACING_MM
    loss: LossName = LossName.DICE_FOCAL  # the report's best
    beta: float = 0.999  # of the effective number of samples; only weighted losses use it
    gamma: float = 2.0  # focusing of the focal loss, Lin et al. 2017
    alpha: float = 1.0  # scale of the focal loss
    augmentation: AugmentationName = AugmentationName.REPORT
    crop: int = 0  # side of the training crop in pixels; 0 takes slices whole
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    batch_size: int = 8
    epochs: int = 150
    patience: int = 5  # validations in a row without a lower loss before stopping; 0 never stops
    cosine: bool = False  # anneal the learning rate to zero over the epochs
    average: float = 0.0  # decay of an exponential average of the weights; 0 keeps the plain weights
    validate_every: int = 1  # epochs; whole slices take a fifth of the time that learning from crops takes
    deep_supervision: bool = (
        False  # the loss looks at every decoder stage, where the network has such outputs
    )
    final: bool = False  # train on train + validation for a fixed number of epochs, last weights kept
    seed: int = 0
    task: Task = Task.SEGMENTATION  # a network that corrects is the other one

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{name} must be a number, got {value}")
        for name in ("learning_rate", "spacing_mm", "batch_size", "epochs", "validate_every"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)}")
        if not self.widths or min(*self.widths, self.bottleneck) <= 0:
            raise ValueError(
                f"widths and bottleneck must be above 0, got {self.widths} and {self.bottleneck}"
            )
        for name in ("weight_decay", "patience", "crop", "gamma", "alpha"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be below 0, got {getattr(self, name)}")
        if not 0 <= self.beta < 1 or not 0 <= self.average < 1:
            raise ValueError(
                f"beta and average must lie in [0, 1), got beta {self.beta} and average {self.average}"
            )

    @property
    def network(self) -> ModelConfig:
        """The network that is trained, as far as its shape and its pixels go."""
        return ModelConfig(
            self.architecture,
            self.widths,
            self.bottleneck,
            self.deep_supervision,
            self.spacing_mm,
            task=self.task,
            planes=INPUT_PLANES[self.task],
        )

    @property
    def tta_flips(self) -> int:
        """How many ways to turn a slice are worth averaging for a network that is trained like this."""
        return tta_flips_after(self.augmentation)

    def with_choices(self, choices: Mapping[str, object]) -> "TrainConfig":
        """The recipe with other choices; another architecture brings its own widths where none are given.

        Raises:
            ValueError: when a choice cannot be.
        """
        network = architecture_of(str(choices.get("architecture", self.architecture)))
        own: dict[str, object] = {}
        if network.key != self.architecture and not {"widths", "bottleneck"} & choices.keys():
            own = {"widths": network.widths, "bottleneck": network.bottleneck}
        return replace(self, **(own | dict(choices)))  # type: ignore[arg-type]

    def for_network(self, network: ModelConfig) -> "TrainConfig":
        """The same recipe for a network that is there already."""
        return replace(
            self,
            architecture=network.architecture,
            widths=network.widths,
            bottleneck=network.bottleneck,
            deep_supervision=network.deep_supervision,
            spacing_mm=network.spacing_mm,
        )


REPORT = TrainConfig()

RECOMMENDED = TrainConfig(
    preset="recommended",
    widths=(16, 32, 64, 128),  # a fourth stage sees about 25 cm around each pixel: whole slices need it
    bottleneck=256,
    loss=LossName.CE_DICE,
    augmentation=AugmentationName.RECOMMENDED,
    crop=96,  # 17 cm: the heart and what lies around it
    weight_decay=1e-5,  # the augmentation does most of the regularising
    epochs=60,
    patience=0,  # the annealed rate makes the last epochs the best
    cosine=True,
    average=0.995,  # over the last epoch and a half
    validate_every=5,
)

# The same recipe from weights that know hearts already: few passes at a lower rate keep what they know.
RECOMMENDED_FROM_MODEL = replace(RECOMMENDED, epochs=15, learning_rate=3e-4, validate_every=1)

LEAST_STEPS = 1500  # of a new network: 0.79 instead of 0.38 Dice from 40 slices, docs/benchmarks.md

PRESETS = {"report": REPORT, "recommended": RECOMMENDED}


def with_enough_epochs(config: TrainConfig, n_slices: int) -> TrainConfig:
    """The recipe with as many epochs as random weights need where slices are few; it validates as often.

    >>> few = with_enough_epochs(RECOMMENDED, 40)
    >>> few.epochs, few.validate_every
    (300, 25)
    >>> with_enough_epochs(RECOMMENDED, 400) == RECOMMENDED
    True
    """
    steps = -(-n_slices // config.batch_size)
    epochs = max(config.epochs, -(-LEAST_STEPS // max(steps, 1)))
    every = round(config.validate_every * epochs / config.epochs)
    return replace(config, epochs=epochs, validate_every=every)


def parse_choices(texts: Sequence[str]) -> dict[str, object]:
    """The fields of a `TrainConfig` that are given as text, each as name=value.

    >>> parse_choices(["weight_decay=1e-5", "loss=focal", "widths=32-64-128"])
    {'weight_decay': 1e-05, 'loss': <LossName.FOCAL: 'focal'>, 'widths': (32, 64, 128)}

    Raises:
        ValueError: for a name that there is not, or a value of another kind.
    """
    kinds = {name: kind for name, kind in get_type_hints(TrainConfig).items() if name != "preset"}
    choices: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if name not in kinds or not equals:
            raise ValueError(f"expected name=value with a name among {', '.join(kinds)}, got {shown(text)}")
        given = value.strip().split("-") if name == "widths" else value.strip()
        try:
            choices[name] = TypeAdapter(kinds[name]).validate_python(given)
        except ValidationError as error:
            raise ValueError(mistake(error, name)) from error
    return choices

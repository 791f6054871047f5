"""What a training is asked for: its recipe, where it starts and what it learns from."""

import json
from dataclasses import asdict, dataclass, replace

from core.errors import BadCheckpoint
from core.network.config import ARCHITECTURES, DEFAULT_WIDTHS, ModelConfig
from core.records import ModelRow
from core.training.config import (
    PRESETS,
    RECOMMENDED_FROM_MODEL,
    AugmentationName,
    LossName,
    TrainConfig,
)

__all__ = ["ARCHITECTURES", "PRESETS", "AugmentationName", "LossName", "TrainConfig", "TrainingRequest"]


@dataclass(frozen=True)
class TrainingRequest:
    """What is written into a run's row when somebody asks for a training."""

    config: TrainConfig
    start_from: int | None = None  # id of the model whose weights it starts from; None starts anew
    replay: bool = True  # learn from the reference masks again, so that they are not forgotten
    work: float = 0.0  # multiplications of one epoch, from which the time of later runs is estimated
    slices: str = ""  # name of a choice of slices that runs share; "" lets the run choose when it begins

    def to_json(self) -> dict[str, object]:
        """Plain values, for the row."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, text: str) -> "TrainingRequest":
        """Read what `to_json` gave."""
        values = json.loads(text)
        config = values.pop("config")
        config["widths"] = tuple(config["widths"])
        config["loss"] = LossName(config["loss"])
        config["augmentation"] = AugmentationName(config["augmentation"])
        return cls(TrainConfig(**config), **values)

    @property
    def network(self) -> ModelConfig:
        """The network that is trained, as far as its cost goes."""
        config = self.config
        return ModelConfig(
            config.architecture,
            config.widths,
            config.bottleneck,
            config.deep_supervision,
            config.spacing_mm,
        )


def recipe_for(preset: str, model: ModelRow | None, architecture: str = "") -> TrainConfig:
    """A preset for the network at hand: that of the model to start from, or a new one.

    Args:
        preset: a name in PRESETS.
        model: whose weights it starts from; None starts anew.
        architecture: of a new network; "" leaves the preset's.

    Raises:
        BadCheckpoint: when the model's card does not say which network it is.
    """
    if model is not None:
        card = network_of(model)
        config = RECOMMENDED_FROM_MODEL if preset == "recommended" else PRESETS[preset]
        return config.for_network(card)
    config = PRESETS[preset]
    if architecture and architecture != config.architecture:
        widths, bottleneck = DEFAULT_WIDTHS[architecture]
        return replace(config, architecture=architecture, widths=widths, bottleneck=bottleneck)
    return config


def network_of(model: ModelRow) -> ModelConfig:
    """The network that a model's card describes.

    Raises:
        BadCheckpoint: when it is a card that no Septum wrote.
    """
    try:
        return ModelConfig.from_json(model.card)
    except (ValueError, RecursionError) as error:
        raise BadCheckpoint(f"no training can start from {model.name}: its card is odd ({error})") from error


SHAPED_BY = {
    "beta": (LossName.WEIGHTED_CROSS_ENTROPY, LossName.WEIGHTED_CE_DICE),
    "gamma": (LossName.FOCAL, LossName.DICE_FOCAL),
}


def uses(loss: LossName, number: str) -> bool:
    """Whether the loss has the number, `beta` of class weights or `gamma` of the focal loss."""
    return loss in SHAPED_BY[number]

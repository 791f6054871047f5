"""What a training is asked for: its recipe, where it starts and what it learns from."""

from dataclasses import dataclass

from pydantic import TypeAdapter, with_config

from core.errors import BadCheckpoint
from core.recipes.model import ModelConfig
from core.recipes.training import PRESETS, RECOMMENDED_FROM_MODEL, TrainConfig, with_enough_epochs
from core.recipes.typed_json import EXACT, from_row, to_plain
from core.records.models import ModelRow


@with_config(EXACT)
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
        return to_plain(TRAINING_REQUEST, self)

    @classmethod
    def from_json(cls, text: str) -> "TrainingRequest":
        """Read what `to_json` gave; a field that an older version did not have yet has its default.

        Raises:
            BadInput: when it holds what this version does not know.
        """
        return from_row(TRAINING_REQUEST, text, "training")


TRAINING_REQUEST = TypeAdapter(TrainingRequest)


def recipe_for(
    preset: str, model: ModelRow | None, architecture: str = "", n_slices: int | None = None
) -> TrainConfig:
    """A preset for the network at hand: that of the model to start from, or a new one.

    Args:
        preset: a name in PRESETS.
        model: whose weights it starts from; None starts anew.
        architecture: of a new network; "" leaves the preset's.
        n_slices: how many there are to learn from, where that is known: a new network needs more passes over
            few.

    Raises:
        BadCheckpoint: when the model's card does not say which network it is.
    """
    if model is not None:
        card = network_of(model)
        config = RECOMMENDED_FROM_MODEL if preset == "recommended" else PRESETS[preset]
        return config.for_network(card)
    config = PRESETS[preset]
    if preset == "recommended" and n_slices:
        config = with_enough_epochs(config, n_slices)
    return config.with_choices({"architecture": architecture}) if architecture else config


def network_of(model: ModelRow) -> ModelConfig:
    """The network that a model's card describes.

    Raises:
        BadCheckpoint: when it is a card that no Septum wrote.
    """
    try:
        return ModelConfig.from_json(model.card)
    except (ValueError, RecursionError) as error:
        raise BadCheckpoint(f"no training can start from {model.name}: its card is odd ({error})") from error

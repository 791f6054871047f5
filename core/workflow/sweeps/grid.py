"""What a sweep is asked for: a few choices with several values each, and every combination of them."""

from dataclasses import dataclass, fields, replace
from itertools import product

from pydantic import TypeAdapter, with_config

from core.errors import RunRefused
from core.recipes.architectures import architecture_of
from core.recipes.losses import LossName
from core.recipes.training import AugmentationName, TrainConfig
from core.recipes.typed_json import EXACT, from_row, to_plain
from core.workflow.training.request import TrainingRequest


@with_config(EXACT)
@dataclass(frozen=True)
class SweepAxes:
    """The values that are crossed, each under the name of its choice; none leaves the base's own."""

    loss: tuple[LossName, ...] = ()
    augmentation: tuple[AugmentationName, ...] = ()
    architecture: tuple[str, ...] = ()
    learning_rate: tuple[float, ...] = ()
    weight_decay: tuple[float, ...] = ()
    seed: tuple[int, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain values, for the row."""
        return to_plain(SWEEP_AXES, self)

    @classmethod
    def from_json(cls, text: str) -> "SweepAxes":
        """Read what `to_json` gave.

        Raises:
            BadInput: when it holds what this version does not know.
        """
        return from_row(SWEEP_AXES, text, "sweep")

    @property
    def varied(self) -> tuple[str, ...]:
        """The choices that have more than one value, in a fixed order."""
        return tuple(item.name for item in fields(self) if len(set(getattr(self, item.name))) > 1)


SWEEP_AXES = TypeAdapter(SweepAxes)


def crossed(base: TrainingRequest, axes: SweepAxes) -> list[TrainingRequest]:
    """Return a request for every combination of values; the last choice, the seed, changes fastest."""
    names = [item.name for item in fields(axes)]
    values = [tuple(dict.fromkeys(getattr(axes, name))) or (getattr(base.config, name),) for name in names]
    return [
        replace(base, config=changed(base.config, dict(zip(names, combination, strict=True))))
        for combination in product(*values)
    ]


def changed(config: TrainConfig, choices: dict[str, object]) -> TrainConfig:
    """The recipe with these choices; another architecture brings its own widths.

    Raises:
        RunRefused: when a value cannot be.
    """
    try:
        network = architecture_of(str(choices["architecture"]))
        deep = config.deep_supervision and network.deep_supervision
        return config.with_choices(choices | {"deep_supervision": deep})
    except ValueError as error:
        raise RunRefused(str(error)) from error


def setting(config: TrainConfig, names: tuple[str, ...]) -> str:
    """The values of these choices in a few words, such as `focal, learning rate 0.001, seed 2`.

    >>> setting(TrainConfig(seed=2), ("loss", "learning_rate", "seed"))
    'dice-focal, learning rate 0.001, seed 2'
    """
    parts = []
    for name in names:
        value = getattr(config, name)
        if name in ("loss", "augmentation", "architecture"):
            parts.append(f"augmentation {value}" if name == "augmentation" else str(value))
        else:
            parts.append(f"{name.replace('_', ' ')} {value:g}")
    return ", ".join(parts)


def numbers(text: str, what: str) -> tuple[float, ...]:
    """Return the numbers of a text in which they are separated by commas or spaces.

    >>> numbers("1e-3, 3e-4", "learning rates")
    (0.001, 0.0003)

    Raises:
        RunRefused: when one of them is no number.
    """
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    try:
        return tuple(float(part) for part in parts)
    except ValueError as error:
        raise RunRefused(
            f"the {what} must be numbers with commas between them, such as 0.001, 0.0003; got {text!r}"
        ) from error


def whole_numbers(text: str, what: str) -> tuple[int, ...]:
    """Return the whole numbers from 0 of a text in which they are separated by commas or spaces.

    >>> whole_numbers("0, 1, 2", "seeds")
    (0, 1, 2)

    Raises:
        RunRefused: when one of them is none.
    """
    values = numbers(text, what)
    if any(value != int(value) or value < 0 for value in values):
        raise RunRefused(f"the {what} must be whole numbers from 0, such as 0, 1, 2; got {text!r}")
    return tuple(int(value) for value in values)

"""The file from which an interrupted training goes on; ours alone, never a published model."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from pickle import UnpicklingError

import torch

from core.durable import replacing
from core.errors import RunRefused
from core.recipes.training import TrainConfig
from core.training.data import TrainingSet


def unchanging_recipe(
    config: TrainConfig,
    training: TrainingSet,
    validation: TrainingSet | None,
    start: str,
    mistakes_of: Sequence[str] = (),
) -> dict[str, object]:
    """What decides on the weights and must not have changed between a stop and going on, as plain values.

    Args:
        config: of the training.
        training: what is learnt from.
        validation: what tells when to stop, where there is any.
        start: SHA-256 of the checkpoint that it starts from; "" where it starts anew.
        mistakes_of: SHA-256 of the checkpoints whose mistakes are learnt from.
    """
    recipe: dict[str, object] = {
        name: str(value) if isinstance(value, str) else value for name, value in asdict(config).items()
    }
    recipe["training slices"] = training.sha256
    recipe["validation slices"] = validation.sha256 if validation else ""
    recipe["start"] = start
    if mistakes_of:
        recipe["models whose mistakes are learnt from"] = list(mistakes_of)
    return recipe


def save_state(path: Path, state: dict[str, object], recipe: dict[str, object]) -> None:
    """Replace the resume file in one step, so that a crash leaves the old one or the new one."""
    with replacing(path) as file:
        torch.save({"state": state, "recipe": recipe}, file)


def load_state(path: Path, recipe: dict[str, object]) -> dict | None:
    """The saved state, or None where there is no file.

    Raises:
        RunRefused: when the file is damaged or was made by another recipe or other data.
    """
    if not path.exists():
        return None
    try:
        saved = torch.load(path, weights_only=True, map_location="cpu")
    except (RuntimeError, UnpicklingError, EOFError, OSError) as error:
        raise RunRefused(
            f"{path.name} cannot be read to go on from ({error}); delete it to start anew"
        ) from error
    changed = sorted(name for name in recipe if saved["recipe"].get(name) != recipe[name])
    if changed:
        raise RunRefused(
            f"{path.name} belongs to a training with other {', '.join(changed)}; "
            "give the same choices to go on, or delete the file to start anew"
        )
    return saved["state"]

"""Where checkpoints lie: written relative to the home, so that a home that is copied elsewhere finds them."""

from pathlib import Path

from core.settings import settings


def models_folder() -> Path:
    """The home's folder for models; nothing is made by asking."""
    return settings().home / "models"


def written(path: str) -> str:
    """A path as the store keeps it: relative where it lies in the home, such as `models/unet.safetensors`."""
    home = settings().home.resolve()
    resolved = Path(path).resolve()
    if Path(path).is_absolute() and resolved.is_relative_to(home):
        return resolved.relative_to(home).as_posix()
    return path


def places(kept: str) -> tuple[Path, ...]:
    """Where the file of a kept path can lie, the likeliest first.

    Stores of earlier versions kept absolute paths: of such a home, moved or restored elsewhere, the file is
    in this home's folder for models, and a shipped one in the folder of the shipped models. Who opens one of
    these compares its hash.
    """
    path = Path(kept)
    if not path.is_absolute():
        return (settings().home / path,)
    return (path, models_folder() / path.name, settings().checkpoints / path.name)


def likely(kept: str) -> Path:
    """The first of these places where a file is, or else the likeliest."""
    found = places(kept)
    return next((path for path in found if path.is_file()), found[0])

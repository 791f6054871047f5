"""Where checkpoints lie: written relative to the home, so that a home that is copied elsewhere finds them."""

from pathlib import Path

from core.settings import settings


def models_folder() -> Path:
    """Return the home's folder for models; nothing is made by asking."""
    return settings().home / "models"


def stored_path(path: str) -> str:
    """Return a path as the store keeps it: below the home where it lies there, as `models/a.safetensors`."""
    home = settings().home.resolve()
    resolved = Path(path).resolve()
    if Path(path).is_absolute() and resolved.is_relative_to(home):
        return resolved.relative_to(home).as_posix()
    return path


def candidate_paths(kept: str) -> tuple[Path, ...]:
    """Return where the file of a stored path can lie, the likeliest first.

    Stores of earlier versions kept absolute paths: of such a home, moved or restored elsewhere, the file is
    in this home's folder for models, and a shipped one in the folder of the shipped models. Who opens one of
    these compares its hash.
    """
    path = Path(kept)
    if not path.is_absolute():
        return (settings().home / path,)
    return (path, models_folder() / path.name, settings().checkpoints / path.name)


def likely_path(kept: str) -> Path:
    """Return the first of these paths where a file is, or else the likeliest."""
    candidates = candidate_paths(kept)
    return next((path for path in candidates if path.is_file()), candidates[0])

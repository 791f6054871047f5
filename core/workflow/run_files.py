"""What a training run keeps on the disk, in a folder of its own in the store's home."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from core.settings import settings


@dataclass(frozen=True)
class RunFiles:
    """The folder of a run and what lies in it."""

    folder: Path

    @classmethod
    def of(cls, run_id: int) -> "RunFiles":
        """The files of a run; nothing is made by asking."""
        return cls(runs_folder() / str(run_id))

    @property
    def resume(self) -> Path:
        """From which the run goes on after the last whole epoch."""
        return self.folder / "resume"

    @property
    def chosen(self) -> Path:
        """The slices and versions that it learns from."""
        return self.folder / "slices.json"

    @property
    def events(self) -> Path:
        """TensorBoard's event files."""
        return self.folder / "events"

    def delete(self) -> None:
        """Forget all of it."""
        if self.folder.is_dir():
            shutil.rmtree(self.folder)


def shared_choice(name: str) -> Path:
    """The slices that all runs of a sweep learn from."""
    return runs_folder() / "choices" / f"{name}.json"


def runs_folder() -> Path:
    """Where all runs keep their files."""
    return settings().home / "runs"


def free_checkpoint(name: str) -> Path:
    """A file for a new model of that name; never one that is there already."""
    folder = settings().home / "models"
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{name}.safetensors", 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.safetensors"
    return path

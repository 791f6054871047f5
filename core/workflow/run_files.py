"""What a training run keeps on the disk, in a folder of its own in the store's home."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path

from pydantic import TypeAdapter

from core.durable import write_durably
from core.settings import settings
from core.store.models.model_paths import models_folder


@dataclass(frozen=True)
class PublishedModel:
    """The checkpoint that a run brings, noted before it is written."""

    file: str  # its name in the folder of models
    epoch: int  # after so many it was written


PUBLISHED = TypeAdapter(PublishedModel)
START_DICE: TypeAdapter[tuple[float | None, ...]] = TypeAdapter(tuple[float | None, ...])  # no number is null


@dataclass(frozen=True)
class RunFiles:
    """The folder of a run and what lies in it."""

    folder: Path

    @classmethod
    def of(cls, run_id: int) -> "RunFiles":
        """Return the files of a run; nothing is made."""
        return cls(runs_folder() / str(run_id))

    @property
    def resume(self) -> Path:
        """The file from which the run goes on after the last whole epoch."""
        return self.folder / "resume"

    @property
    def chosen(self) -> Path:
        """The file of the slices and versions that it learns from."""
        return self.folder / "slices.json"

    @property
    def events(self) -> Path:
        """TensorBoard's event files."""
        return self.folder / "events"

    def note_start_dice(self, dice: Sequence[float]) -> None:
        """Note what the model that the run started from reaches on the run's own validation slices."""
        write_durably(self._start_dice, START_DICE.dump_json(tuple(dice)))

    def start_dice(self) -> tuple[float, ...] | None:
        """Return that Dice of each heart label; None where it is not known."""
        if not self._start_dice.exists():
            return None
        noted = START_DICE.validate_json(self._start_dice.read_bytes())
        return tuple(nan if dice is None else dice for dice in noted)

    def note_checkpoint(self, path: Path, epoch: int) -> None:
        """Note, before it is written, where the model goes that the run brings after so many epochs."""
        write_durably(self._published, PUBLISHED.dump_json(PublishedModel(path.name, epoch)))

    def checkpoint_after(self, epoch: int) -> Path | None:
        """Return the model that the run wrote after so many epochs before it was interrupted, or None."""
        if not self._published.exists():
            return None
        noted = PUBLISHED.validate_json(self._published.read_bytes())
        path = models_folder() / noted.file
        return path if noted.epoch == epoch and path.exists() else None

    @property
    def _start_dice(self) -> Path:
        return self.folder / "start_dice.json"

    @property
    def _published(self) -> Path:
        return self.folder / "published.json"

    def delete(self) -> None:
        """Delete all of it."""
        if self.folder.is_dir():
            shutil.rmtree(self.folder)


def shared_choice(name: str) -> Path:
    """Return the file of the slices that all runs of a sweep learn from."""
    return runs_folder() / "choices" / f"{name}.json"


def runs_folder() -> Path:
    """Return the folder in which all runs keep their files."""
    return settings().home / "runs"


def free_checkpoint(name: str) -> Path:
    """Return a file for a new model of that name; never one that is there already."""
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{name}.safetensors", 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.safetensors"
    return path

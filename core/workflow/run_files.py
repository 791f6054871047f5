"""What a training run keeps on the disk, in a folder of its own in the store's home."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from core.durable import write_durably
from core.settings import settings
from core.store.model_places import models_folder


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

    def note_checkpoint(self, path: Path, epoch: int) -> None:
        """Say, before it is written, where the model goes that the run brings after so many epochs."""
        write_durably(self._published, json.dumps({"file": path.name, "epoch": epoch}).encode())

    def checkpoint_after(self, epoch: int) -> Path | None:
        """The model that the run wrote after so many epochs, before it was interrupted; None for none."""
        if not self._published.exists():
            return None
        noted = json.loads(self._published.read_bytes())
        path = models_folder() / noted["file"]
        return path if noted["epoch"] == epoch and path.exists() else None

    @property
    def _published(self) -> Path:
        return self.folder / "published.json"

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
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{name}.safetensors", 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.safetensors"
    return path

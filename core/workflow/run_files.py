"""What a training run works with on this machine, and how that comes to whichever machine goes on with it."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from pathlib import Path

from pydantic import TypeAdapter

from core.durable import copy_durably, write_durably
from core.errors import StoreUnavailable
from core.recipes.checkpoint_header import file_sha256
from core.scratch import temporary_folder, translate_disk_errors
from core.settings import settings
from core.store.database import Store
from core.store.files.arrays import ArrayFolder
from core.store.files.kinds import MODEL, RUN_FILE
from core.store.models.model_paths import models_folder
from core.store.runs.epochs import epochs_of
from core.store.runs.run_files import run_files


@dataclass(frozen=True)
class PublishedModel:
    """The checkpoint that a run brings, noted before it is written."""

    file: str  # its name in the folder of models
    epoch: int  # after so many it was written
    sha256: str = ""  # where it lies beside the images, too


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

    @property
    def kept(self) -> tuple[Path, ...]:
        """The files that the store keeps with the run, wherever they are."""
        return (self.resume, self.chosen, self._start_dice, self._published)

    def bring_near(self, store: Store, run_id: int) -> list[Path]:
        """Have in the folder what the run keeps in the store, and nothing else that it would go on from.

        What is here may be older than what a worker on another machine has kept since, or of another run that
        had this number. Runs of earlier versions keep their files in this folder alone.

        Returns:
            The files that are here and that the store does not keep yet.

        Raises:
            StoreUnavailable: when one cannot be brought here.
        """
        stored = run_files(store, run_id)
        if not stored and epochs_of(store, [run_id])[run_id]:
            return [path for path in self.kept if path.exists()]
        for path in self.kept:
            if path.name not in stored:
                path.unlink(missing_ok=True)
            elif not is_file_of(path, stored[path.name]):
                bring(store.arrays, stored[path.name], RUN_FILE, path)
        return []

    def note_start_dice(self, dice: Sequence[float]) -> Path:
        """Note what the model that it started from reaches on its own validation slices; returns where."""
        write_durably(self._start_dice, START_DICE.dump_json(tuple(dice)))
        return self._start_dice

    def bring_start_dice(self, store: Store, run_id: int) -> None:
        """Have that note here, where a worker on another machine has made one."""
        digest = None if self._start_dice.exists() else run_files(store, run_id).get(self._start_dice.name)
        if digest is not None:
            with suppress(StoreUnavailable):  # a line that is missing in a chart
                bring(store.arrays, digest, RUN_FILE, self._start_dice)

    def start_dice(self) -> tuple[float, ...] | None:
        """Return that Dice of each heart label; None where it is not known."""
        if not self._start_dice.exists():
            return None
        noted = START_DICE.validate_json(self._start_dice.read_bytes())
        return tuple(nan if dice is None else dice for dice in noted)

    def note_checkpoint(self, path: Path, epoch: int, sha256: str = "") -> Path:
        """Note where the model goes that the run brings after so many epochs; returns where that is noted.

        Args:
            path: of the model; noted before it is written.
            epoch: after which.
            sha256: of the model, once it also lies beside the images.
        """
        write_durably(self._published, PUBLISHED.dump_json(PublishedModel(path.name, epoch, sha256)))
        return self._published

    def checkpoint_after(self, store: Store, epoch: int) -> Path | None:
        """Return the model that the run wrote after so many epochs before it was interrupted, or None.

        Raises:
            StoreUnavailable: when it lies beside the images and cannot be brought here.
        """
        if not self._published.exists():
            return None
        noted = PUBLISHED.validate_json(self._published.read_bytes())
        path = models_folder() / noted.file
        if noted.epoch != epoch:
            return None
        if noted.sha256 and not is_file_of(path, noted.sha256):
            path = free_checkpoint(path.stem)
            bring(store.arrays, noted.sha256, MODEL, path)
        return path if path.exists() else None

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


def is_file_of(path: Path, sha256: str) -> bool:
    """Return whether there is a file at a path that has this SHA-256."""
    return path.is_file() and file_sha256(path) == sha256


def bring(arrays: ArrayFolder, digest: str, ending: str, path: Path) -> None:
    """Copy a file that lies beside the images to a path of this machine, whole or not at all.

    Raises:
        StoreUnavailable: when it is missing or damaged, or cannot be written here.
    """
    with translate_disk_errors(settings().home), temporary_folder("brought") as folder:
        arrays.fetch(digest, ending, folder / path.name)
        copy_durably(folder / path.name, path)


def shared_choice(name: str) -> Path:
    """Return the file of the slices that all runs of a sweep of an earlier version learn from."""
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

"""Check that everything that the store names is there, can be read and agrees with the rest."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.errors import SeptumError
from core.store.checks import database, images, leftovers, masks, run_files, statuses
from core.store.checks.contents import Contents, contents
from core.store.checks.rows import OnChecked
from core.store.database import Store, open_store
from core.store.models import models
from core.store.series.unused_arrays import remove_unused
from core.workflow.maintenance.leftovers import sweep_leftovers
from core.workflow.models.registry import whole_checkpoint
from core.workflow.run_files import RunFiles, runs_folder

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class VerifyResult:
    """What was looked at, and what came of it."""

    contents: Contents
    n_problems: int
    n_cleared: int  # files of which nobody knows any more
    notice: str  # what is to be known of where the images are; "" where nothing is


def verify(report: Callable[[str], None], progress: Progress = lambda done, total: None) -> VerifyResult:
    """Look at everything in the store, however much it is, and say each fault in a sentence.

    Files that a crash or a deletion that was cut off has left behind are cleared away first.

    Args:
        report: is given each sentence as soon as it is known.
        progress: is told how many images, masks, predictions and scores were looked at, and of how many.

    Raises:
        StoreUnavailable: when the store cannot be opened at all.
    """
    store = open_store()
    cleared = sweep_leftovers().files + remove_unused(store) + leftovers.clear_old_files(store)
    held, done = contents(store), 0

    def looked(n: int) -> None:
        nonlocal done
        done += n
        progress(done, held.to_read)

    n_problems = 0
    for check in _checks(store, looked):
        for problem in _sentences(check):
            report(problem)
            n_problems += 1
    return VerifyResult(held, n_problems, cleared, store.arrays.storage.notice)


def _checks(store: Store, looked: OnChecked) -> Iterator[Iterator[str]]:
    yield database.database_problems(store)
    yield database.model_problems(store)
    yield statuses.status_problems(store)
    yield statuses.newest_problems(store)
    yield images.figure_problems(store)
    yield masks.correction_problems(store)
    yield _checkpoint_problems(store)
    yield _run_problems()
    yield run_files.run_file_problems(store)
    yield masks.version_problems(store, looked)
    yield masks.draft_problems(store, looked)
    yield masks.prediction_problems(store, looked)
    yield masks.score_problems(store, looked)
    yield images.image_problems(store, looked)


def _sentences(problems: Iterable[str]) -> Iterator[str]:
    """The faults that a check finds, and as one of them that it could not go on."""
    try:
        yield from problems
    except SeptumError as error:  # a damaged page; the other checks may still find out what else is wrong
        yield str(error)


def _checkpoint_problems(store: Store) -> Iterator[str]:
    """Each model whose file is gone or is not the one that was registered."""
    for row in models.list_models(store):
        try:
            whole_checkpoint(row)
        except SeptumError as error:
            yield str(error)


def _run_problems() -> Iterator[str]:
    """Each training run whose files cannot be read to go on from."""
    if not runs_folder().is_dir():
        return
    for folder in sorted(runs_folder().iterdir()):
        files = RunFiles(folder)
        try:
            if files.chosen.is_file():
                json.loads(files.chosen.read_bytes())
            if files.resume.is_file():
                with zipfile.ZipFile(files.resume) as parts:
                    if (torn := parts.testzip()) is not None:
                        raise zipfile.BadZipFile(torn)
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            yield f"the files of run {folder.name} in {folder} cannot be read ({error}); start it anew"

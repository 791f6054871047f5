"""The store of the settings copied to another database and another place of images: files first, then rows.

Until the rows are there, all of them and in one step, both places are marked as half of a copy: no Septum
opens them, and the same command goes on. Files are named by their content and only added, so those that came
over before stay good whatever is written to the store meanwhile; the rows are of one moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from core.errors import BadSetting, NotFound, RunRefused, SeptumError, StoreUnavailable
from core.records.runs import ACTIVE
from core.settings import Settings
from core.store.copying.rows import copy_rows, count_rows
from core.store.copying.target import TargetDatabase
from core.store.database import Store, open_store
from core.store.files.arrays import ArrayFolder
from core.store.files.kinds import ARRAY, name_of
from core.store.files.named import all_named
from core.store.runs.runs import list_runs
from core.workflow.maintenance.files import CopyResult, Named, Progress
from core.workflow.maintenance.target_files import TargetFiles
from core.workflow.models.registry import has_store

ATTEMPTS = 5  # where series are deleted while their images are copied
OPTIONS = {"SEPTUM_DATABASE": "--to", "SEPTUM_ARRAYS": "--arrays"}  # of the command, by what they will be


@dataclass(frozen=True)
class StoreCopy(CopyResult):
    """What was copied, and where it is."""

    database: str  # as SEPTUM_DATABASE takes it, but for its password
    arrays: str
    moment: datetime  # of which the rows are
    shares_images: bool  # with the store that was copied


def copy_store(database: str, arrays: str, progress: Progress = lambda done, total: None) -> StoreCopy:
    """Copy the store to another database and another place of images, neither of which holds anything yet.

    Every file is compared with its hash where it has come to, every table with what was sent. Models lie
    beside the images there, where any home finds them; what else is in the home stays there.

    Args:
        database: as SEPTUM_DATABASE takes it.
        arrays: as SEPTUM_ARRAYS takes it; the place where the images are already is left as it is.
        progress: is told how many files and rows were copied, and of how many.

    Raises:
        BadSetting: when one of the two is none that Septum can use.
        BadInput: when there is something in one of them already, but for half of the same copy.
        NotFound: when there is no store to be copied.
        RunRefused: when a run is at work or waits for its turn.
        StoreUnavailable: when one of the places cannot be read or written.
    """
    if not has_store():
        raise NotFound("there is no store to be copied; let SEPTUM_HOME or SEPTUM_DATABASE name it")
    source = open_store()
    _refuse_during_runs(source)
    with _told_as_options():
        if not arrays:
            raise BadSetting(
                "SEPTUM_ARRAYS is empty; give a folder, or an fsspec URL such as s3://bucket/arrays"
            )
        chosen = Settings(database=database, arrays=arrays)
        target = TargetDatabase.at(chosen.database)
        files = TargetFiles(source, ArrayFolder(chosen.arrays_url), target.place)
        target.mark()
        files.mark()
    return _copied(source, target, files, progress)


def _copied(source: Store, target: TargetDatabase, files: TargetFiles, progress: Progress) -> StoreCopy:
    """Copy everything, again where something was deleted meanwhile; files that are there stay."""
    lost: set[Named] = set()
    for _ in range(ATTEMPTS):
        files.bring(_named(source), _part_of(progress, after=count_rows(source)))  # while others go on
        with source.snapshot():
            _refuse_during_runs(source)
            moment, named = datetime.now(UTC), _named(source)
            missing = files.bring(named)
            if lost.issuperset(missing):
                copy_rows(source, target, _part_of(progress, before=len(named)))
                files.unmark()
                n_images = sum(ending == ARRAY for _, ending in named)
                names = tuple(f"arrays/{name_of(*one)}" for one in missing)
                return StoreCopy(n_images, names, target.url, files.target.url, moment, files.are_there)
        lost = set(missing).intersection(_named(source))  # what nothing names any more was deleted
    raise StoreUnavailable("series or models were deleted all the time while they were copied; try again")


def _part_of(progress: Progress, before: int = 0, after: int = 0) -> Progress:
    """What is told of a part of the work: so much comes before it and after it."""
    return lambda done, total: progress(before + done, before + total + after)


def _named(store: Store) -> list[Named]:
    with store.reading() as session:
        return all_named(session)


def _refuse_during_runs(store: Store) -> None:
    active = list_runs(store, None, None, ACTIVE)
    if active:
        raise RunRefused(
            f"a run of {active[0].kind} is at work or waits (number {active[0].id}), and would go on in the "
            "old store; end all runs by `python -m core stop`, each can go on later in the copy"
        )


@contextmanager
def _told_as_options() -> Iterator[None]:
    """Name the options of the command where a sentence names the settings that they are for."""
    try:
        yield
    except SeptumError as error:
        words = str(error)
        for setting, option in OPTIONS.items():
            words = words.replace(setting, option)
        raise type(error)(words) from error

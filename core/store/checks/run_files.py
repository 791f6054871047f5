"""Whether every file that a run goes on from is there and is what was kept."""

from collections.abc import Iterator

from core.errors import StoreUnavailable
from core.scratch import temporary_folder
from core.store.database import Store
from core.store.files.kinds import RUN_FILE
from core.store.runs.run_files import all_run_files


def run_file_problems(store: Store) -> Iterator[str]:
    """Yield a sentence for each file of a run that is missing or damaged."""
    for run_id, name, digest in all_run_files(store):
        try:
            with temporary_folder("verify") as folder:
                store.arrays.fetch(digest, RUN_FILE, folder / name)
        except StoreUnavailable as error:
            yield f"run {run_id}, {name}: {error}"

"""`backup`: a copy of the whole store, taken while the app and its workers go on."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter


def backup(folder: Annotated[Path, typer.Argument(help="A new folder, best on another disk.")]) -> None:
    """Copy the store to a new folder that can serve as a home. Exit code 1 if a file of it is missing."""
    from core.cli.operation.copied import tell_copied
    from core.workflow.maintenance.backup import backup as copy

    with Reporter("Copying") as reporter:
        done = copy(folder, reporter.progress)
    use = f"SEPTUM_HOME={folder} makes Septum use the copy; its `verify` looks at everything in it."
    tell_copied(reporter, done, str(folder), "is not in the home, and so not in the copy.", use)

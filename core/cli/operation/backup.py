"""`backup`: a copy of the whole store, taken while the app and its workers go on."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter


def backup(folder: Annotated[Path, typer.Argument(help="A new folder, best on another disk.")]) -> None:
    """Copy the store to a new folder that can serve as a home. Exit code 1 if a file of it is missing."""
    from core.workflow.maintenance.backup import backup as copy

    with Reporter("Copying") as reporter:
        result = copy(folder, reporter.progress)
    for name in result.missing:
        reporter.print_line(f"{name} is not in the home, and so not in the copy.", style="red")
    reporter.print_line(f"Database, {result.n_images:,} images, models and runs are in {folder}.")
    reporter.print_line(
        f"SEPTUM_HOME={folder} makes Septum use the copy; its `verify` looks at everything in it."
    )
    if result.missing:
        raise typer.Exit(1)

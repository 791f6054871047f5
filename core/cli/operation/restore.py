"""`restore`: a backup put where the settings say that the store is."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter


def restore(folder: Annotated[Path, typer.Argument(help="A folder that `backup` made.")]) -> None:
    """Put a backup back where there is no store yet. Exit code 1 if a file of it is missing or damaged."""
    from core.settings import settings
    from core.workflow.maintenance.restore import restore as put_back

    with Reporter("Putting back") as reporter:
        result = put_back(folder, reporter.progress)
    for name in result.missing:
        reporter.print_line(f"{name} is missing or damaged in the backup: not put back.", style="red")
    reporter.print_line(f"Database, {result.n_images:,} images, models and runs are in {settings().home}.")
    reporter.print_line("`verify` looks at everything in it.")
    if result.missing:
        raise typer.Exit(1)

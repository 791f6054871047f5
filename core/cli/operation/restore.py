"""`restore`: a backup put where the settings say that the store is."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter


def restore(folder: Annotated[Path, typer.Argument(help="A folder that `backup` made.")]) -> None:
    """Put a backup back where there is no store yet. Exit code 1 if a file of it is missing or damaged."""
    from core.cli.operation.copied import tell_copied
    from core.settings import settings
    from core.workflow.maintenance.restore import restore as put_back

    with Reporter("Putting back") as reporter:
        done = put_back(folder, reporter.progress)
    gap = "is missing or damaged in the backup: not put back."
    tell_copied(reporter, done, str(settings().home), gap, "`verify` looks at everything in it.")

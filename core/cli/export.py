"""`export`: masks out of the store, each in its source's geometry."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.telling import Teller

OUTPUT = typer.Option("--output", help="Folder for the masks.")
SERIES = typer.Option("--series", help="Number of a series; may be given again. All if left out.")
APPROVED = typer.Option("--approved", help="Only masks of approved slices.")


def export(
    output: Annotated[Path, OUTPUT],
    series: Annotated[list[int] | None, SERIES] = None,
    approved: Annotated[bool, APPROVED] = False,
) -> None:
    """Export the newest masks. Exit code 1 if any series could not be written."""
    from core.workflow.exporting import export_masks

    with Teller("Exporting") as teller:
        for result in export_masks(output, series, only_approved=approved):
            teller.tell(result)
    teller.say(teller.summary() or "There is nothing to export; import and predict some hearts first.")
    teller.exit_if_any_refused()

"""`delete`: series, or a patient, with everything that hangs on them."""

from typing import Annotated

import typer
from rich.console import Console

SERIES = typer.Option("--series", help="Number of a series; may be given again.")
PATIENT = typer.Option("--patient", help="Name of a patient, all of whose series go.")
YES = typer.Option("--yes", help="Do not ask back.")


def delete(
    series: Annotated[list[int] | None, SERIES] = None,
    patient: Annotated[str, PATIENT] = "",
    yes: Annotated[bool, YES] = False,
) -> None:
    """Delete series or a patient for good. Exit code 1 if they are not there, in use, or it was not meant."""
    from core.workflow.data.delete import delete as delete_for_good
    from core.workflow.data.delete import what_would_go
    from core.workflow.people import reader_at_the_shell

    leaving = what_would_go(series or (), patient)
    whole = f"; nothing is left of {', '.join(leaving.patients)}" if leaving.patients else ""
    console = Console(stderr=True, soft_wrap=True)
    console.print(
        f"This deletes {leaving.sentence}{whole}. Trained models stay.", markup=False, highlight=False
    )
    if not yes:
        typer.confirm("Delete them for good?", abort=True, err=True)
    gone = delete_for_good(leaving.series_ids, person=reader_at_the_shell().name)
    console.print(f"Deleted {gone.sentence}.", markup=False, highlight=False)

"""`remove-model`: take a model out of all lists and delete its file; what it made keeps naming it."""

from typing import Annotated

import typer
from rich.console import Console

MODEL = typer.Argument(help="Name or number of a model in the store.")
YES = typer.Option("--yes", help="Do not ask back.")


def remove_model(model: Annotated[str, MODEL], yes: Annotated[bool, YES] = False) -> None:
    """Remove a model that is not needed any more. Exit code 1 if it is in use, or it was not meant."""
    from core.errors import RunRefused
    from core.workflow.models import listing, removal
    from core.workflow.people import reader_at_the_shell

    preview = removal.preview_removal(listing.find_model(model).id)
    if preview.obstacle:
        raise RunRefused(preview.obstacle)
    console = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)
    console.print(f"{preview.goes} {preview.stays}")
    if not yes:
        typer.confirm("Remove it?", abort=True, err=True)
    removed = removal.remove_model(preview.model.id, reader_at_the_shell())
    console.print(f"Removed {removed.name}.")

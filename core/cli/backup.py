"""`backup`: a copy of the whole store, taken while the app and its workers go on."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.telling import Teller


def backup(folder: Annotated[Path, typer.Argument(help="A new folder, best on another disk.")]) -> None:
    """Copy the store to a new folder that can serve as a home. Exit code 1 if a file of it is missing."""
    from core.workflow.backup import backup as copy

    with Teller("Copying") as teller:
        done = copy(folder, teller.progress)
    for name in done.missing:
        teller.say(f"{name} is not in the home, and so not in the copy.", style="red")
    if done.left_out:
        teller.say(f"The images are at {done.left_out} and no part of the copy; copy them there.")
    teller.say(f"Database, {done.n_images:,} images, models and runs are in {folder}.")
    teller.say(f"SEPTUM_HOME={folder} makes Septum use the copy; its `verify` looks at everything in it.")
    if done.missing:
        raise typer.Exit(1)

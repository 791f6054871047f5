"""`copy-store`: the store in another database and another place of images, such as a server and a bucket."""

from typing import Annotated

import typer

from core.cli.progress import Reporter

TO = typer.Option("--to", metavar="DATABASE", help="An empty database, as SEPTUM_DATABASE takes it.")
ARRAYS = typer.Option(
    "--arrays", metavar="ARRAYS", help="An empty place of images, as SEPTUM_ARRAYS takes it."
)


def copy_store(to: Annotated[str, TO], arrays: Annotated[str, ARRAYS]) -> None:
    """Copy the store to another database and other images' place; cut off, the same command goes on.

    Exit code 1 if a file of it is missing or damaged.
    """
    from core.cli.operation.copied import tell_copied
    from core.workflow.maintenance.copy_store import copy_store as copy

    with Reporter("Copying") as reporter:
        done = copy(to, arrays, reporter.progress)
    gap = "is missing or damaged in the store, and so not in the copy."
    when = f"{done.moment.astimezone():%H:%M:%S}"
    then = f"It is the store as it was at {when}; what was drawn or imported since is in the old one only."
    use = (
        f"SEPTUM_DATABASE={done.database} and SEPTUM_ARRAYS={done.arrays} make Septum use it; its `verify` "
        "looks at everything in it."
    )
    both = (
        "Use the old store no more: the two have their images in one place, and each removes what it deletes."
    )
    more = (then, use, both) if done.shares_images else (then, use)
    tell_copied(reporter, done, f"{done.database} and {done.arrays}", gap, *more)

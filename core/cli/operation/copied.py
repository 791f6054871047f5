"""How the commands that copy a store tell what came of it."""

import typer

from core.cli.progress import Reporter
from core.workflow.maintenance.files import CopyResult


def tell_copied(reporter: Reporter, done: CopyResult, where: str, gap: str, *more: str) -> None:
    """Print where everything is now, after each file that is not; ends with exit code 1 if there is one.

    Args:
        reporter: of the command.
        done: what came of it.
        where: the copy is.
        gap: how a line goes on that begins with the name of a file that is not there.
        more: lines that follow.
    """
    for name in done.missing:
        reporter.print_line(f"{name} {gap}", style="red")
    for line in (f"Database, {done.n_images:,} images, models and runs are in {where}.", *more):
        reporter.print_line(line)
    if done.missing:
        raise typer.Exit(1)

"""`verify`: whether everything that the store names is there, whole, and agrees with the rest."""

import typer

from core.cli.progress import Reporter


def verify() -> None:
    """Look at everything in the store: the database, every image, mask, prediction, score, model and run.

    Files that a crash has left behind are cleared away. Exit code 1 if anything is missing or damaged.
    """
    from core.workflow.maintenance.verify import verify as check

    with Reporter("Verifying") as reporter:
        result = check(lambda problem: reporter.print_line(problem, style="red"), reporter.progress)
    held = result.contents
    reporter.print_line(
        f"{held.slices:,} slices, {held.images:,} images, {held.versions:,} versions, "
        f"{held.drafts:,} unsaved drawings, {held.predictions:,} predictions, {held.scores:,} scores, "
        f"{held.models:,} models looked at."
    )
    if result.n_cleared:
        reporter.print_line(f"{result.n_cleared:,} files that nothing names any more were cleared away.")
    if result.notice:
        reporter.print_line(f"To be known: {result.notice}.")
    if not result.n_problems:
        reporter.print_line("Everything is whole.")
        return
    number = f"{result.n_problems:,} faults were" if result.n_problems > 1 else "1 fault was"
    reporter.print_line(f"{number} found; what to do stands beside each.", style="red")
    raise typer.Exit(1)

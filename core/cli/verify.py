"""`verify`: whether everything that the store names is there, whole, and agrees with the rest."""

import typer

from core.cli.telling import Teller


def verify() -> None:
    """Look at everything in the store: the database, every image, mask, prediction, score, model and run.

    Files that a crash has left behind are cleared away. Exit code 1 if anything is missing or damaged.
    """
    from core.workflow.verification import verify as check

    with Teller("Verifying") as teller:
        found = check(lambda problem: teller.say(problem, style="red"), teller.progress)
    there = found.contents
    teller.say(
        f"{there.slices:,} slices, {there.images:,} images, {there.versions:,} versions, "
        f"{there.drafts:,} unsaved drawings, {there.predictions:,} predictions, {there.scores:,} scores, "
        f"{there.models:,} models looked at."
    )
    if found.n_cleared:
        teller.say(f"{found.n_cleared:,} files that nothing names any more were cleared away.")
    if not found.n_problems:
        teller.say("Everything is whole.")
        return
    number = f"{found.n_problems:,} faults were" if found.n_problems > 1 else "1 fault was"
    teller.say(f"{number} found; what to do stands beside each.", style="red")
    raise typer.Exit(1)

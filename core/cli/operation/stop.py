"""`stop`: end the workers, which outlive the app, as before a backup or an update."""

import typer
from rich.console import Console


def stop() -> None:
    """Stop every training, prediction, scoring and import; each can go on later.

    Exit code 1 if one does not stop.
    """
    from core.text import plural
    from core.workflow.people import reader_at_the_shell
    from core.workflow.runs import stop_everything

    console = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)
    asked, left = stop_everything(reader_at_the_shell().name)
    if left:
        console.print(f"{plural(left, 'run')} did not stop yet; try again in a minute.", style="red")
        raise typer.Exit(1)
    stopped = f"{plural(asked, 'run')} stopped; each can go on later, on its page."
    console.print(stopped if asked else "Nothing was at work.")

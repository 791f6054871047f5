"""`trail`: who did what to runs, models and series."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

SUBJECT = typer.Argument(help="Only of this, such as 'run 7', 'model 3' or 'series 12'.")
LIMIT = typer.Option("--limit", min=1, max=100_000, help="So many lines, the newest.")
COLUMNS = ("When", "Who", "What", "Of what", "")
WIDE = 160  # letters in a line where nobody's terminal says how many


def trail(
    subject: Annotated[str, SUBJECT] = "",
    limit: Annotated[int, LIMIT] = 50,
) -> None:
    """List who asked for, stopped, promoted, removed and deleted what, newest first."""
    from core.workflow.trail import newest_events

    table = Table(*COLUMNS, box=None, pad_edge=False, header_style="bold")
    for event in newest_events(limit, subject):
        when = f"{event.at.astimezone():%Y-%m-%d %H:%M:%S}"
        cells = (when, event.person or "nobody named", event.action, event.subject, event.detail)
        table.add_row(*(Text(cell) for cell in cells))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    console.print(table if table.row_count else "Nothing was done yet.")

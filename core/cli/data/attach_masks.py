"""`attach-masks`: files of labels to a series that is in the store already."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.data.import_files import ORDER, ORDERS
from core.cli.progress import Reporter
from core.errors import RunRefused

SERIES = typer.Argument(metavar="SERIES", help="Number of the series.")
FILES = typer.Argument(
    metavar="FILE...", help="PNG, TIFF or NIfTI files of labels, or folders or zips of them."
)


def attach_masks(
    series: Annotated[int, SERIES],
    files: Annotated[list[Path], FILES],
    label_order: Annotated[str, ORDER] = "",
) -> None:
    """Attach masks to slices that have none, or only a model's. Exit code 1 if any file was left out."""
    from core.workflow.importing.attach import attach_masks as attach
    from core.workflow.importing.import_files import Answers

    if label_order and label_order not in ORDERS:
        raise RunRefused(f"--label-order must be {' or '.join(ORDERS)}, got {label_order!r}")
    with Reporter("Attaching") as reporter:
        for result in attach(series, files, Answers(label_order=ORDERS.get(label_order))):
            reporter.report(result)
    reporter.print_line(reporter.summary())
    reporter.exit_if_any_refused()

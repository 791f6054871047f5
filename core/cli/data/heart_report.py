"""`heart-report`: one heart of the store on one page, as PDF or HTML."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter
from core.records.exports import MaskChoice, Selection

SERIES = typer.Argument(metavar="SERIES", help="Number of the series, as the address of the Heart page has it.")
OUTPUT = typer.Option("--output", help="The file to write, ending in .pdf or .html.")
MASKS = typer.Option("--masks", help="Whose masks, as for `export`.")


def heart_report(
    series: Annotated[int, SERIES],
    output: Annotated[Path, OUTPUT],
    masks: Annotated[MaskChoice, MASKS] = MaskChoice.LATEST,
) -> None:
    """Write the report of a heart: pictures, curves, wall, numbers, and what stands behind them."""
    from core.workflow.hearts.report.files import write_report

    with Reporter("Writing") as reporter:
        write_report(series, output, Selection(masks))
    reporter.print_line(f"Wrote the report of series {series} to {output}.")

"""`predict`: masks for a file or folder, written beside each other into a folder."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from core.workflow.file_prediction import predict_files

INPUT = typer.Argument(metavar="INPUT", help="File, folder or zip in any import format.")
OUTPUT = typer.Option("--output", help="Folder for the masks.")
SPACING = typer.Option("--spacing", help="Pixel size in mm of images that carry none.")


def predict(
    source: Annotated[Path, INPUT],
    output: Annotated[Path, OUTPUT],
    model: Annotated[str, typer.Option(help="Name of a shipped model, or a checkpoint.")] = "",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    batch: Annotated[int, typer.Option(min=1, help="Slices that go through the network at once.")] = 16,
    spacing: Annotated[float | None, SPACING] = None,
    islands: Annotated[
        bool, typer.Option("--remove-islands", help="Keep only the largest piece of each label.")
    ] = False,
    flips: Annotated[
        bool, typer.Option("--flips", help="Average each slice with its mirror images; slower.")
    ] = False,
) -> None:
    """Predict masks. Exit code 1 if any file was left out, after all others were done."""
    console = Console(stderr=True, soft_wrap=True)
    refused = 0
    columns = (SpinnerColumn(), TextColumn("{task.completed} done"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("predict", total=None)
        results = predict_files(
            source,
            output,
            model,
            device=device,
            batch=batch,
            spacing_mm=spacing,
            remove_islands=islands,
            flips=flips,
        )
        for result in results:
            refused += result.outcome == "refused"
            progress.advance(task)
            told = result.message if result.outcome == "refused" else f"{result.file}: {result.message}"
            style = "red" if result.outcome == "refused" else None
            progress.console.print(told, style=style, markup=False, highlight=False)
    if refused:
        raise typer.Exit(1)

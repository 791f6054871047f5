"""`report`: the course report reproduced, all its trainings and the table of what was found."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

DATA = typer.Option("--data", help="The course data: folders train, val and test.")
OUTPUT = typer.Option("--output", help="Folder for the runs and report.md; give it again to go on.")
EPOCHS = typer.Option("--epochs", min=1, help="Most passes over the data of each training.")
WIDTHS = typer.Option("--widths", help="Channels of each stage, such as 16,32,64.")
BOTTLENECK = typer.Option("--bottleneck", min=1, help="Channels below the last stage.")
SEEDS = typer.Option("--seeds", min=1, help="How often each training is done.")
PATIENCE = typer.Option("--patience", min=0, help="Epochs without a lower validation loss; 0: never stop.")
BATCH = typer.Option("--batch-size", min=1, help="Slices a step.")
EXPERIMENTS = typer.Option("--experiments", help="Some, such as augmentation,final; all if left out.")
ONLY = typer.Option("--only-write", help="Train nothing: write report.md from what is done so far.")


def report(
    data: Annotated[Path, DATA],
    output: Annotated[Path, OUTPUT],
    epochs: Annotated[int, EPOCHS] = 150,
    widths: Annotated[str, WIDTHS] = "32,64,128",
    bottleneck: Annotated[int, BOTTLENECK] = 256,
    seeds: Annotated[int, SEEDS] = 3,
    patience: Annotated[int, PATIENCE] = 5,
    batch_size: Annotated[int, BATCH] = 8,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    experiments: Annotated[str, EXPERIMENTS] = "",
    only_write: Annotated[bool, ONLY] = False,
) -> None:
    """Reproduce the course report. Stop with Ctrl+C; the same command goes on where it was."""
    from core.cli.models.train import parse_widths
    from core.course_report.plan import baseline  # torch takes seconds to load
    from core.course_report.run import ReportRuns

    console = Console(stderr=True, soft_wrap=True)
    base = baseline(epochs, parse_widths(widths.replace(",", "-")), bottleneck, patience, batch_size)
    only = tuple(name.strip() for name in experiments.split(",") if name.strip())
    runs = ReportRuns(data, output, base, seeds, device, only)
    if not only_write:
        for line in runs.run():
            console.print(line, markup=False, highlight=False)
    console.print(f"Wrote {runs.write()}.", markup=False, highlight=False)

"""`predict`: masks for a file or folder, written into a folder; needs no store."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter

INPUT = typer.Argument(metavar="INPUT", help="File, folder or zip in any import format.")
OUTPUT = typer.Option("--output", help="Folder for the masks.")
SPACING = typer.Option("--spacing", min=0.05, help="Pixel size in mm of images that carry none.")


def predict(
    source: Annotated[Path, INPUT],
    output: Annotated[Path, OUTPUT],
    model: Annotated[str, typer.Option(help="Name of a model, or a checkpoint file.")] = "",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    batch: Annotated[int, typer.Option(min=1, help="Slices that go through the network at once.")] = 16,
    spacing: Annotated[float | None, SPACING] = None,
    islands: Annotated[
        bool,
        typer.Option(
            "--remove-islands/--keep-islands", help="Clear what is too small to be part of the heart."
        ),
    ] = True,
    base: Annotated[
        bool,
        typer.Option("--trim-base/--keep-base", help="Clear what looks like heart beyond the base of a stack."),
    ] = True,
    looks: Annotated[
        int | None,
        typer.Option(help="Looks at each slice: 1 as it is, 2 upside down, too, 4 mirrored; else the usual."),
    ] = None,
) -> None:
    """Predict masks. Exit code 1 if any file was left out, after all others were done."""
    from core.workflow.prediction.predict_files import predict_files

    with Reporter("Predicting") as reporter:
        for result in predict_files(
            source,
            output,
            model,
            device=device,
            batch=batch,
            spacing_mm=spacing,
            remove_islands=islands,
            trim_base=base,
            looks=looks,
            progress=reporter.progress,
        ):
            reporter.report(result)
    reporter.exit_if_any_refused()

"""`export-model`: a model out of Septum, as ONNX for other programs or as its own checkpoint."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

MODEL = typer.Argument(help="Name of a model, or a checkpoint file; the shipped default if left out.")
OUTPUT = typer.Option("--output", help="File to write, ending in .onnx or .safetensors; never overwritten.")


def export_model(output: Annotated[Path, OUTPUT], model: Annotated[str, MODEL] = "") -> None:
    """Export a model. An ONNX file says in its metadata what it wants to be fed."""
    from core.workflow.models.export_checkpoint import write_model

    written = write_model(model, output)
    Console(stderr=True, soft_wrap=True).print(written, markup=False, highlight=False)

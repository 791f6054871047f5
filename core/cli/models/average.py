"""`average`: one model out of several that learnt the same way."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

MODELS = typer.Argument(help="Two or more checkpoint files of the same network and the same data.")
OUTPUT = typer.Option("--output", help="Checkpoint to write, ending in .safetensors; never overwritten.")
SPACING = typer.Option(min=0.01, max=100, help="Pixel size the average is to see, in mm, if not the models'.")


def average(
    models: Annotated[list[Path], MODELS],
    output: Annotated[Path, OUTPUT],
    spacing: Annotated[float | None, SPACING] = None,
    half: Annotated[bool, typer.Option("--half", help="Keep the weights in 16 bits.")] = False,
) -> None:
    """Average the weights of models, such as those of two trainings from the same start."""
    from dataclasses import replace

    from core.network import checkpoint
    from core.network.averaging import average as average_weights
    from core.workflow.models.patient_marks import without_names

    network, config = average_weights(models, spacing)
    output.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.save(output, network, replace(without_names(config), name=output.stem), half=half)
    names = ", ".join(path.name for path in models)
    Console(stderr=True, soft_wrap=True).print(
        f"Wrote the average of {names} to {output}.", markup=False, highlight=False
    )

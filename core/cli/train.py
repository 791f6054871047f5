"""`train`: a network from a folder of labelled hearts, or from what the store holds."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.errors import RunRefused
from core.labels import FOREGROUND, SHORT_NAMES
from core.training.config import PRESETS, AugmentationName, LossName

PRESET = typer.Option("--preset", help="report (the course report's recipe) or recommended.")
DATA = typer.Option("--data", help="Folder of labelled slices in any import format; may be given again.")
OUTPUT = typer.Option("--output", help="The checkpoint to write; one that exists is never overwritten.")
STORE = typer.Option("--store", help="Learn from the approved masks in the store.")
FINAL = typer.Option("--final", help="Learn from train + validation for all epochs; keep the last weights.")
IMAGENET = typer.Option("--imagenet", help="torchvision's ResNet-18 weights, to start deeplabv3 from.")
DEEP = typer.Option("--deep-supervision", help="Let the loss of unet3plus see every stage.")
TAKE_BEST = typer.Option(
    "--take-best", help="Do not train on: write the best weights of the training that was stopped."
)
SPACING = typer.Option(help="Pixel size to learn at, in mm; if left out, with --from that of the checkpoint.")
START = typer.Option("--from", help="Checkpoint whose weights to start from.")


def train(
    output: Annotated[Path, OUTPUT],
    data: Annotated[list[Path] | None, DATA] = None,
    store: Annotated[bool, STORE] = False,
    preset: Annotated[str, PRESET] = "recommended",
    name: Annotated[str, typer.Option(help="Name of the model; the output's stem if left out.")] = "",
    architecture: Annotated[str | None, typer.Option(help="unet, deeplabv3 or unet3plus.")] = None,
    widths: Annotated[str | None, typer.Option(help="Channels of each stage, such as 32-64-128.")] = None,
    bottleneck: Annotated[int | None, typer.Option(help="Channels below the last stage.")] = None,
    loss: Annotated[LossName | None, typer.Option(help="What is minimised.")] = None,
    beta: Annotated[float | None, typer.Option(help="Of the effective number of samples.")] = None,
    gamma: Annotated[float | None, typer.Option(help="Focusing of the focal loss.")] = None,
    alpha: Annotated[float | None, typer.Option(help="Scale of the focal loss.")] = None,
    augmentation: Annotated[AugmentationName | None, typer.Option(help="How slices are varied.")] = None,
    spacing: Annotated[float | None, SPACING] = None,
    crop: Annotated[int | None, typer.Option(help="Side of the training crop in pixels; 0: none.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Of Adam.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="Of Adam.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Slices a step.")] = None,
    patience: Annotated[
        int | None, typer.Option(help="Validations without a lower loss before stopping; 0: never.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Most passes over the data.")] = None,
    average: Annotated[float | None, typer.Option(help="Decay of the running average of weights.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of everything random.")] = None,
    final: Annotated[bool, FINAL] = False,
    start_from: Annotated[Path | None, START] = None,
    imagenet: Annotated[Path | None, IMAGENET] = None,
    deep_supervision: Annotated[bool, DEEP] = False,
    events: Annotated[Path | None, typer.Option(help="Folder for TensorBoard event files.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    half: Annotated[bool, typer.Option("--half", help="Keep weights in 16 bits: half the size.")] = False,
    take_best: Annotated[bool, TAKE_BEST] = False,
) -> None:
    """Train a network. Stop with Ctrl+C; the same command goes on from the last whole epoch."""
    from core.network.checkpoint import read_config
    from core.network.registry import DEFAULT_WIDTHS  # torch takes seconds to load
    from core.workflow.training import TrainingJob
    from core.workflow.training_checks import check_recipe
    from core.workflow.training_request import TrainingRequest

    if preset not in PRESETS:
        raise RunRefused(f"--preset must be {' or '.join(PRESETS)}, got {preset!r}")
    if bool(data) == store:
        raise RunRefused("say what to learn from: either --data FOLDER or --store")
    given = {
        "architecture": architecture,
        "widths": parse_widths(widths) if widths else None,
        "bottleneck": bottleneck,
        "loss": loss,
        "beta": beta,
        "gamma": gamma,
        "alpha": alpha,
        "augmentation": augmentation,
        "spacing_mm": spacing,
        "crop": crop,
        "learning_rate": learning_rate,
        "weight_decay": weight_decay,
        "batch_size": batch_size,
        "patience": patience,
        "epochs": epochs,
        "average": average,
        "seed": seed,
        "deep_supervision": deep_supervision or None,
        "final": final or None,
    }
    other = architecture in DEFAULT_WIDTHS and architecture != PRESETS[preset].architecture
    if other and not widths and bottleneck is None:
        given["widths"], given["bottleneck"] = DEFAULT_WIDTHS[str(architecture)]
    chosen = {key: value for key, value in given.items() if value is not None}
    try:
        config = replace(PRESETS[preset], **chosen)  # type: ignore[arg-type]
        if start_from:
            network = read_config(start_from)
            config = config.for_network(replace(network, spacing_mm=spacing or network.spacing_mm))
        checked = check_recipe(TrainingRequest(config))
    except ValueError as error:
        raise RunRefused(str(error)) from error
    if checked.problems:
        raise RunRefused(" ".join(checked.problems))
    console = Console(stderr=True)
    for hint in checked.hints:
        console.print(hint, highlight=False)
    job = TrainingJob(
        config=config,
        output=output,
        name=name or output.stem,
        data=tuple(data or ()),
        start_from=start_from,
        imagenet=imagenet,
        events=events,
        device=device,
        half=half,
    )
    for line in job.prepare():
        console.print(line, highlight=False)
    if take_best:
        job.write()
        best = job.state.stopping.best_epoch
        console.print(
            f"Wrote the weights of epoch {best} of {len(job.history)} to {output}.", highlight=False
        )
        return
    for epoch in job.epochs():
        dice = "  ".join(
            f"{SHORT_NAMES[label]} {score:.3f}"
            for label, score in zip(FOREGROUND, epoch.validation_dice, strict=True)
        )
        console.print(
            f"epoch {epoch.number:4d}  loss {epoch.training_loss:.4f}  validation {epoch.validation_loss:.4f}"
            f"  Dice {dice}  {epoch.seconds:.1f} s{'  best' if epoch.best else ''}",
            highlight=False,
        )
    console.print(job.finish(), highlight=False)


def parse_widths(text: str) -> tuple[int, ...]:
    """Channels from text such as 32-64-128.

    >>> parse_widths("32-64-128")
    (32, 64, 128)
    """
    parts = text.split("-")
    if not all(part.isdigit() and int(part) > 0 for part in parts):
        raise RunRefused(f"--widths must be whole numbers joined by '-', such as 32-64-128, got {text!r}")
    return tuple(int(part) for part in parts)

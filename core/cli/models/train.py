"""`train`: a network from a folder of labelled hearts, or from what the store holds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.errors import RunRefused
from core.labels import FOREGROUND, SHORT_NAMES
from core.recipes.architectures import ARCHITECTURES
from core.recipes.checkpoint_header import read_config
from core.recipes.losses import LossName
from core.recipes.model import Task
from core.recipes.training import PRESETS, TrainConfig, parse_choices, with_enough_epochs


def one_of(names: Iterable[str]) -> str:
    """The names in words.

    >>> one_of(["unet", "deeplabv3", "unet3plus"]), one_of(["unet"])
    ('unet, deeplabv3 or unet3plus', 'unet')
    """
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


PRETRAINED = one_of(one.key for one in ARCHITECTURES.values() if one.pretrained)
DEEP_NETWORKS = one_of(one.key for one in ARCHITECTURES.values() if one.deep_supervision)
PRESET = typer.Option("--preset", help="report (the course report's recipe) or recommended.")
DATA = typer.Option("--data", help="Folder of labelled slices in any import format; may be given again.")
OUTPUT = typer.Option("--output", help="The checkpoint to write; one that exists is never overwritten.")
STORE = typer.Option("--store", help="Learn from the approved masks in the store.")
FINAL = typer.Option("--final", help="Learn from train + validation for all epochs; keep the last weights.")
IMAGENET = typer.Option("--imagenet", help=f"torchvision's ResNet-18 weights, to start {PRETRAINED} from.")
DEEP = typer.Option("--deep-supervision", help=f"Let the loss of {DEEP_NETWORKS} see every stage.")
TAKE_BEST = typer.Option(
    "--take-best", help="Do not train on: write the best weights of the training that was stopped."
)
SET = typer.Option("--set", help="Any other choice of the recipe as name=value, such as weight_decay=1e-5.")
SPACING = typer.Option(help="Pixel size to learn at, in mm; if left out, with --from that of the checkpoint.")
START = typer.Option("--from", help="Checkpoint whose weights to start from.")
MISTAKES = typer.Option(
    "--mistakes-of",
    help="Checkpoint whose masks a network with --set task=correction learns to correct; may be given again.",
)


def train(
    output: Annotated[Path, OUTPUT],
    data: Annotated[list[Path] | None, DATA] = None,
    store: Annotated[bool, STORE] = False,
    preset: Annotated[str, PRESET] = "recommended",
    name: Annotated[str, typer.Option(help="Name of the model; the output's stem if left out.")] = "",
    architecture: Annotated[str | None, typer.Option(help=f"{one_of(ARCHITECTURES)}.")] = None,
    widths: Annotated[str | None, typer.Option(help="Channels of each stage, such as 32-64-128.")] = None,
    bottleneck: Annotated[int | None, typer.Option(help="Channels below the last stage.")] = None,
    loss: Annotated[LossName | None, typer.Option(help="What is minimised.")] = None,
    spacing: Annotated[float | None, SPACING] = None,
    crop: Annotated[int | None, typer.Option(help="Side of the training crop in pixels; 0: none.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Of Adam.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Slices a step.")] = None,
    patience: Annotated[
        int | None, typer.Option(help="Validations without a lower loss before stopping; 0: never.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Most passes over the data.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of everything random.")] = None,
    choices: Annotated[list[str] | None, SET] = None,
    final: Annotated[bool, FINAL] = False,
    start_from: Annotated[Path | None, START] = None,
    mistakes_of: Annotated[list[Path] | None, MISTAKES] = None,
    imagenet: Annotated[Path | None, IMAGENET] = None,
    deep_supervision: Annotated[bool, DEEP] = False,
    events: Annotated[Path | None, typer.Option(help="Folder for TensorBoard event files.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    half: Annotated[bool, typer.Option("--half", help="Keep weights in 16 bits: half the size.")] = False,
    take_best: Annotated[bool, TAKE_BEST] = False,
) -> None:
    """Train a network. Stop with Ctrl+C; the same command goes on from the last whole epoch."""
    from core.store.database import open_store
    from core.workflow.models.patient_marks import PatientMarks
    from core.workflow.models.registry import has_store
    from core.workflow.training.checks import check_recipe  # torch takes seconds to load
    from core.workflow.training.job import TrainingJob, finish, prepare, write_checkpoint
    from core.workflow.training.job import train as learn
    from core.workflow.training.request import TrainingRequest

    if preset not in PRESETS:
        raise RunRefused(f"--preset must be {' or '.join(PRESETS)}, got {preset!r}")
    if bool(data) == store:
        raise RunRefused("say what to learn from: either --data FOLDER or --store")
    given = {
        "architecture": architecture,
        "widths": parse_widths(widths) if widths else None,
        "bottleneck": bottleneck,
        "loss": loss,
        "spacing_mm": spacing,
        "crop": crop,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "patience": patience,
        "epochs": epochs,
        "seed": seed,
        "deep_supervision": deep_supervision or None,
        "final": final or None,
    }
    try:
        chosen = {key: value for key, value in given.items() if value is not None}
        config = recipe(PRESETS[preset], chosen | parse_choices(choices or ()), start_from)
        checked = check_recipe(TrainingRequest(config))
    except ValueError as error:
        raise RunRefused(str(error)) from error
    if mistakes_of and config.task != Task.CORRECTION:
        raise RunRefused("--mistakes-of is for a network that corrects; add --set task=correction")
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
        mistakes_of=tuple(mistakes_of or ()),
        imagenet=imagenet,
        events=events,
        device=device,
        half=half,
        marks=PatientMarks.of_store(open_store()) if store or has_store() else None,
    )
    prepared = prepare(job, lambda line: console.print(line, highlight=False))
    enough = with_enough_epochs(config, len(prepared.training)).epochs
    if start_from is None and config.epochs < enough:
        console.print(
            f"{config.epochs} passes over so few slices teach a new network little; --epochs {enough} brings "
            "more, and --from a model that knows hearts needs no more.",
            highlight=False,
        )
    if take_best:
        write_checkpoint(prepared)
        best = prepared.state.stopping.best_epoch
        console.print(
            f"Wrote the weights of epoch {best} of {len(prepared.history)} to {output}.", highlight=False
        )
        return
    for epoch in learn(prepared):
        dice = "  ".join(
            f"{SHORT_NAMES[label]} {score:.3f}"
            for label, score in zip(FOREGROUND, epoch.validation_dice, strict=True)
        )
        console.print(
            f"epoch {epoch.number:4d}  loss {epoch.training_loss:.4f}  validation {epoch.validation_loss:.4f}"
            f"  Dice {dice}  {epoch.seconds:.1f} s{'  best' if epoch.best else ''}",
            highlight=False,
        )
    console.print(finish(prepared), highlight=False)


def recipe(preset: TrainConfig, chosen: Mapping[str, object], start_from: Path | None) -> TrainConfig:
    """The preset with other choices, for the network of the checkpoint to start from where there is one.

    Raises:
        ValueError: when a choice cannot be.
        BadCheckpoint: when the file to start from is none.
    """
    config = preset.with_choices(chosen)
    if start_from is None:
        return config
    start = read_config(start_from)
    return config.for_network(
        start if "spacing_mm" not in chosen else replace(start, spacing_mm=config.spacing_mm)
    )


def parse_widths(text: str) -> tuple[int, ...]:
    """Channels from text such as 32-64-128.

    >>> parse_widths("32-64-128")
    (32, 64, 128)
    """
    parts = text.split("-")
    if not all(part.isdigit() and int(part) > 0 for part in parts):
        raise RunRefused(f"--widths must be whole numbers joined by '-', such as 32-64-128, got {text!r}")
    return tuple(int(part) for part in parts)

"""`evaluate`: a folder of predictions against a folder of references, as a table of scores."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from core.errors import BadInput
from core.labels import FOREGROUND, SHORT_NAMES, Label, LabelOrder
from core.records.slices import COURSE_SPACING_MM

if TYPE_CHECKING:
    from core.metrics.statistics.means import Mean
    from core.workflow.folder_evaluation.evaluate import Evaluation

PREDICTIONS = typer.Option("--predictions", help="Folder of masks named STEM_mask or STEM, PNG or NIfTI.")
REFERENCE = typer.Option("--reference", help="Folder of masks named STEM, STEM_gt or STEM_mask.")
OUTPUT = typer.Option("--output", help="The CSV to write.")
SPACING = typer.Option(
    "--spacing", min=0.05, help=f"Pixel size in mm of files without one; {COURSE_SPACING_MM} if left out."
)
ORDER = typer.Option("--label-order", help="How the references number the ventricles: acdc or ukbb.")
LABELS = typer.Option("--labels", help="Heart labels that the references know, such as Myo,LV.")
PATIENTS = typer.Option("--patients", help="CSV with columns image and patient, for means per patient.")
ORDERS = {"": None, "acdc": LabelOrder.ACDC, "ukbb": LabelOrder.UK_BIOBANK}


def evaluate(
    predictions: Annotated[Path, PREDICTIONS],
    reference: Annotated[Path, REFERENCE],
    output: Annotated[Path, OUTPUT],
    spacing: Annotated[float | None, SPACING] = None,
    label_order: Annotated[str, ORDER] = "",
    labels: Annotated[str, LABELS] = "RV,Myo,LV",
    patients: Annotated[Path | None, PATIENTS] = None,
) -> None:
    """Score masks: counts, Dice, IoU, accuracy, HD95 and mean surface distance, and their means.

    Exit code 1 if any file could not be scored, after all others were.
    """
    from core.workflow.folder_evaluation.evaluate import evaluate_folders  # SciPy takes a second to load

    if label_order not in ORDERS:
        raise BadInput(f"--label-order must be acdc or ukbb, got {label_order!r}")
    console = Console(stderr=True, soft_wrap=True)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("scoring", total=None)
        result = evaluate_folders(
            predictions,
            reference,
            output,
            spacing_mm=spacing,
            label_order=ORDERS[label_order],
            labels=parse_labels(labels),
            patients=patients,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    for note in result.notes:
        console.print(note, markup=False, highlight=False)
    for problem in result.problems:
        console.print(problem.message, style="red", markup=False, highlight=False)
    if result.files:
        Console(soft_wrap=True).print(means_table(result))
        console.print(f"Wrote {' and '.join(map(str, result.written))}.", markup=False, highlight=False)
    if result.problems:
        raise typer.Exit(1)


def means_table(result: "Evaluation") -> Table:
    """What a person wants to know at once; everything else is in the CSV."""
    from core.metrics.statistics.averages import average

    volumes = [file.scores.volume for file in result.files if file.scores.volume]
    if len(volumes) == len(result.files):
        kind, units = "volume", volumes
    else:
        kind, units = "slice", [scores for file in result.files for scores in file.scores.slices]
    table = Table(title=f"Mean per {kind}; MSD: mean surface distance", box=None, collapse_padding=True)
    for column in ("", "Dice", "IoU", "n", "accuracy", "HD95 mm", "MSD mm", "n", "missed", "extra"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for one in average(units):
        mean = one.means
        table.add_row(
            "Heart" if one.label is None else SHORT_NAMES[one.label],
            *(
                format_mean(mean["dice"], 3),
                format_mean(mean["iou"], 3),
                str(mean["dice"].n),
                format_mean(mean["accuracy"], 3),
            ),
            *(
                format_mean(mean["hd95_mm"], 2),
                format_mean(mean["mean_surface_distance_mm"], 2),
                str(mean["hd95_mm"].n),
            ),
            *(str(one.missed), str(one.invented)),
        )
    return table


def format_mean(mean: "Mean", digits: int) -> str:
    """A mean with so many digits; a dash where there is none.

    >>> from core.metrics.statistics.means import Mean
    >>> format_mean(Mean(0.9, 80), 3)
    '0.900'
    """
    return f"{mean.value:.{digits}f}" if mean.n else "-"


def parse_labels(text: str) -> tuple[Label, ...]:
    """Heart labels by their short names, in the fixed order.

    >>> parse_labels("LV, myo")
    (<Label.MYOCARDIUM: 2>, <Label.LEFT_VENTRICLE: 3>)
    """
    wanted = {part.strip().lower() for part in text.split(",")}
    known = {SHORT_NAMES[label].lower(): label for label in FOREGROUND}
    if not wanted <= known.keys():
        raise BadInput(f"--labels must be some of RV,Myo,LV, got {text!r}")
    return tuple(label for name, label in known.items() if name in wanted)

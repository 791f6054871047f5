"""`import`: files, folders and zips into the store, or only a list of what would come in."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.data.import_list import ImportList
from core.cli.progress import Reporter
from core.errors import RunRefused
from core.labels import LabelOrder

PATHS = typer.Argument(metavar="PATH...", help="Files, folders or zips in any import format.")
DRY_RUN = typer.Option("--dry-run", help="List what would come in and what is asked; store nothing.")
SPACING = typer.Option("--spacing", min=0.05, help="Pixel size in mm of images that carry none.")
ORDER = typer.Option("--label-order", help="Of masks: acdc (1 RV, 2 myocardium, 3 LV) or ukbb (1 LV, 3 RV).")
PATTERN = typer.Option(
    "--patient-pattern",
    help="How folders and files name the patient, such as {patient}/* or {patient}_slice*; * is any letters "
    "without a slash, ** any. =NAME: all files are of that one patient.",
)
AS_IMAGES = typer.Option("--as-images", help="Files that look like masks are images.")
BURNED_IN = typer.Option("--burned-in", help="Pictures that may show a name in their pixels may come in.")
ORDERS = {"acdc": LabelOrder.ACDC, "ukbb": LabelOrder.UK_BIOBANK}


def import_files(
    paths: Annotated[list[Path], PATHS],
    dry_run: Annotated[bool, DRY_RUN] = False,
    spacing: Annotated[float | None, SPACING] = None,
    label_order: Annotated[str, ORDER] = "",
    patient_pattern: Annotated[str, PATTERN] = "",
    as_images: Annotated[bool, AS_IMAGES] = False,
    burned_in: Annotated[bool, BURNED_IN] = False,
) -> None:
    """Import images and the masks beside them. Exit code 1 if any file was left out."""
    from core.workflow.importing.import_files import Answers, count_images, import_paths
    from core.workflow.importing.tally import Tally

    if label_order and label_order not in ORDERS:
        raise RunRefused(f"--label-order must be {' or '.join(ORDERS)}, got {label_order!r}")
    answers = Answers(
        spacing_mm=spacing,
        label_order=ORDERS.get(label_order),
        patient_pattern=patient_pattern,
        images=as_images,
        burned_in=burned_in,
    )
    done, total, listed, tally = 0, count_images(paths), ImportList(), Tally()
    with Reporter("Reading" if dry_run else "Importing") as reporter:
        for result in import_paths(paths, answers, dry_run=dry_run):
            done += result.summary.n_files if result.summary else 1
            tally.add(result)
            reporter.progress(min(done, total), total)
            if dry_run:
                reporter.count(result)
                listed.add(result)
            else:
                reporter.report(result)
    if dry_run:
        listed.print()
    else:
        reporter.print_line(tally.words())
    reporter.exit_if_any_refused()

"""`import`: files, folders and zips into the store."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.telling import Teller
from core.errors import RunRefused
from core.labels import LabelOrder

PATHS = typer.Argument(metavar="PATH...", help="Files, folders or zips in any import format.")
SPACING = typer.Option("--spacing", min=0.01, help="Pixel size in mm of images that carry none.")
ORDER = typer.Option("--label-order", help="Of masks: acdc (1 RV, 2 myocardium, 3 LV) or ukbb (1 LV, 3 RV).")
ORDERS = {"acdc": LabelOrder.ACDC, "ukbb": LabelOrder.UK_BIOBANK}


def import_files(
    paths: Annotated[list[Path], PATHS],
    spacing: Annotated[float | None, SPACING] = None,
    label_order: Annotated[str, ORDER] = "",
) -> None:
    """Import images and the masks beside them. Exit code 1 if any file was left out."""
    from core.workflow.importing import count_images, import_paths

    if label_order and label_order not in ORDERS:
        raise RunRefused(f"--label-order must be {' or '.join(ORDERS)}, got {label_order!r}")
    done, total = 0, count_images(paths)
    with Teller("Importing") as teller:
        for result in import_paths(paths, spacing, ORDERS.get(label_order)):
            done += 1
            teller.progress(min(done, total), total)
            teller.tell(result)
    teller.say(teller.summary())
    teller.exit_if_any_refused()

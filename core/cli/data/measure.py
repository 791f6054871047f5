"""`measure`: volumes, ejection fractions and masses of many hearts, a row a patient; of files, or of the store."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter
from core.errors import BadInput
from core.imaging.problems import Answers
from core.labels import LabelOrder
from core.records.exports import MaskChoice, Selection
from core.text import plural

FOLDER = typer.Argument(
    metavar="DIR", help="File, folder or zip of images or masks; the store's hearts if left out."
)
OUTPUT = typer.Option("--output", help="The CSV to write; of the store's hearts also a .json with all details.")
SPACING = typer.Option("--spacing", min=0.05, help="Pixel size in mm of files that carry none.")
ORDER = typer.Option("--label-order", help="How masks number the ventricles: acdc or ukbb.")
PATTERN = typer.Option("--patient-pattern", help="How paths name the patient, such as {patient}/*.")
PREDICT = typer.Option("--predict", help="Predict images that have masks beside them, too.")
MASKS = typer.Option("--masks", help="Of the store's hearts: whose masks, as for `export`.")
ORDERS = {"": None, "acdc": LabelOrder.ACDC, "ukbb": LabelOrder.UK_BIOBANK}


def measure(
    output: Annotated[Path, OUTPUT],
    folder: Annotated[Path | None, FOLDER] = None,
    model: Annotated[str, typer.Option(help="Name of a model, or a checkpoint file.")] = "",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    batch: Annotated[int, typer.Option(min=1, help="Slices that go through the network at once.")] = 16,
    spacing: Annotated[float | None, SPACING] = None,
    label_order: Annotated[str, ORDER] = "",
    patient_pattern: Annotated[str, PATTERN] = "",
    predict: Annotated[bool, PREDICT] = False,
    masks: Annotated[MaskChoice, MASKS] = MaskChoice.LATEST,
) -> None:
    """Measure hearts: EDV, ESV, SV and EF of both ventricles and the LV's mass, with what they rest on.

    Masks are measured as they are, images without masks are predicted first. Exit code 1 if a patient could
    not be measured; his row says why.
    """
    if label_order not in ORDERS:
        raise BadInput(f"--label-order must be acdc or ukbb, got {label_order!r}")
    if folder is None:
        _measure_store(output, Selection(masks))
        return
    from core.workflow.hearts.folder import measure_folder
    from core.workflow.hearts.table import table_row, write_table

    with Reporter("Measuring") as reporter:
        patients = measure_folder(
            folder,
            model=model,
            device=device,
            batch=batch,
            answers=Answers(spacing, ORDERS[label_order], patient_pattern),
            predict_all=predict,
            progress=reporter.progress,
        )
    rows = [
        table_row(one.patient, one.function, one.ed_number, one.es_number, one.notes) for one in patients
    ]
    write_table(rows, output)
    missing = [f"{one.patient}: {'; '.join(one.notes)}" for one in patients if one.function is None]
    _tell(reporter, output, plural(len(patients), "patient"), missing)


def _measure_store(output: Path, selection: Selection) -> None:
    from core.workflow.hearts.export import export_hearts

    with Reporter("Measuring") as reporter:
        found = export_hearts(output, selection)
    _tell(reporter, output, plural(found.n_hearts, "heart"), found.unmeasured)


def _tell(reporter: Reporter, output: Path, hearts: str, missing: list[str] | tuple[str, ...]) -> None:
    for line in missing:
        reporter.print_line(line, style="red")
    without = f", {len(missing)} of them without a figure" if missing else ""
    reporter.print_line(f"Wrote {hearts} to {output}{without}.")
    if missing:
        raise typer.Exit(1)

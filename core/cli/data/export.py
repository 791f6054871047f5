"""`export`: masks out of the store, each in its source's geometry, with a manifest beside them."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.progress import Reporter
from core.errors import BadInput
from core.records.exports import MaskChoice, Selection

OUTPUT = typer.Option("--output", help="Folder for the masks.")
SERIES = typer.Option("--series", help="Number of a series; may be given again. All if left out.")
PATIENT = typer.Option("--patient", help="Name of a patient, all of whose series go out; may be given again.")
MASKS = typer.Option(
    "--masks", help="Which: the latest of each slice, or of approved slices, references, a model's, a reader's."
)
READER = typer.Option("--reader", help="Whose masks: the newest that this reader saved of each slice.")
MODEL = typer.Option("--model", help="Name or number of a model, whose masks are exported.")
APPROVED = typer.Option("--approved", help="Short for --masks approved.")
WHOLE = typer.Option("--only-whole", help="Leave out files in which a slice has no such mask.")
DEMO = typer.Option("--demo", help="Take the demo's hearts along.")


def export(
    output: Annotated[Path, OUTPUT],
    series: Annotated[list[int] | None, SERIES] = None,
    patient: Annotated[list[str] | None, PATIENT] = None,
    masks: Annotated[MaskChoice | None, MASKS] = None,
    reader: Annotated[str, READER] = "",
    model: Annotated[str, MODEL] = "",
    approved: Annotated[bool, APPROVED] = False,
    only_whole: Annotated[bool, WHOLE] = False,
    demo: Annotated[bool, DEMO] = False,
) -> None:
    """Export masks; manifest.json and manifest.csv beside them say of each slice whose mask it is.

    Exit code 1 if any series could not be written.
    """
    from core.workflow.data.export_masks import export_masks
    from core.workflow.models.listing import find_model
    from core.workflow.people import reader_at_the_shell

    asked = {masks} if masks else set()
    asked |= {MaskChoice.APPROVED} if approved else set()
    asked |= {MaskChoice.READER} if reader else set()
    asked |= {MaskChoice.MODEL} if model else set()
    if len(asked) > 1:
        kinds = " and ".join(sorted(choice.value for choice in asked))
        raise BadInput(f"masks of one kind are exported at a time, and {kinds} were asked for; name one of them")
    selection = Selection(
        asked.pop() if asked else MaskChoice.LATEST,
        reader=reader,
        model_id=find_model(model).id if model else None,
        series_ids=tuple(series or ()),
        patients=tuple(patient or ()),
        only_whole=only_whole,
        demo=demo,
    )
    with Reporter("Exporting") as reporter:
        for result in export_masks(output, selection, reader_at_the_shell().name):
            reporter.report(result)
    reporter.print_line(reporter.summary() or "There is nothing to export; import and predict some hearts first.")
    reporter.exit_if_any_refused()

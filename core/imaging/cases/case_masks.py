"""The masks of an image file: its own, those of single phases of a cine, and those that lie in it."""

from collections.abc import Sequence

from core.errors import BadInput
from core.imaging.cases.mask_file import read_mask_file
from core.imaging.files.sources import Source
from core.imaging.label_values import Numbering
from core.imaging.layouts.facts import PatientFacts
from core.imaging.layouts.names import frame_number
from core.imaging.layouts.pairing import Pair
from core.imaging.layouts.tables import Table
from core.imaging.problems import Answers
from core.imaging.readers.reader import ImageFile, MasksByIndex
from core.limits import Limits


def read_case_masks(
    pair: Pair,
    phase_masks: Sequence[tuple[Source, str]],
    image: ImageFile,
    facts: PatientFacts,
    table: Table,
    answers: Answers,
    limits: Limits,
) -> tuple[MasksByIndex, list[str], bool]:
    """Return (masks by index, notes, whether a table named their labels).

    Args:
        pair: the image, and the mask that goes with all of it.
        phase_masks: of single phases of a cine, with their names.
        image: what the image's file holds.
        facts: what tables say of the patient.
        table: of what lies beside the files.
        answers: to what the files do not say themselves.
        limits: on hostile files.

    Raises:
        BadInput: when a mask cannot be read, or lies on another grid.
    """
    file = pair.image.file
    n_phases = image.n_phases
    masks: MasksByIndex = {}
    notes: list[str] = []
    labels_named = False
    files: list[tuple[Source, int | None]] = [(pair.mask, None)] if pair.mask else []
    files += [(mask, phase_number(mask, name, n_phases, facts, file)) for mask, name in phase_masks]
    for mask, phase in files:
        numbering = numbering_of(mask, table, answers)
        drawn, more = read_mask_file(mask, image.geometry, limits, file, numbering, phase, n_phases)
        masks, notes, labels_named = masks | drawn, notes + more, labels_named or numbering is not None
    if not files and image.masks is not None:
        labels, more = image.masks()
        masks, notes = {(position, 0): plane for position, plane in enumerate(labels)}, notes + more
    mask_file = files[0][0].file if files else file
    for index in image.indices:
        own = masks.get(index)
        if own is not None and own.shape != image.shape:
            raise BadInput(
                f"{mask_file} is {own.shape[0]}x{own.shape[1]} pixels but {file} is "
                f"{image.shape[0]}x{image.shape[1]}; export both on one grid"
            )
    if masks.keys() - set(image.indices):
        raise BadInput(f"{mask_file} has more slices than {file}; export both on one grid")
    return masks, notes, labels_named


def numbering_of(mask: Source, table: Table, answers: Answers) -> Numbering | None:
    """Return what a mask's numbers mean by the table beside it; what a person says goes before it."""
    return table.numbering_for(mask.name) if answers.label_order is None else None


def phase_number(mask: Source, name: str, n_phases: int, facts: PatientFacts, image_file: str) -> int:
    """Return the phase of a cine, from 0, that a mask was drawn on: by its frame's number, or ED and ES.

    Raises:
        BadInput: when neither says it, or the cine has no such phase.
    """
    stated = {"ed": facts.ed_phase, "es": facts.es_phase}.get(name.lower())
    number = frame_number(name)
    phase = stated if stated is not None else number - 1 if number is not None else None
    if phase is None or not 0 <= phase < n_phases:
        raise BadInput(
            f"{mask.file} belongs to one of the {n_phases} phases of {image_file}, but nothing says which; "
            "name it after the frame, as in _frame01, or add the numbers of ED and ES in a table"
        )
    return phase

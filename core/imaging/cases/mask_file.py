"""A file of labels as masks of its image's slices: on their grid, in our numbers, drawn phases alone."""

import numpy as np

from core.errors import BadInput
from core.imaging.files.sources import HEAD_BYTES, Source
from core.imaging.grids.compare import lay_onto, require_grid
from core.imaging.label_values import Numbering, drawn_phases
from core.imaging.readers.reader import MasksByIndex, MaskUse
from core.imaging.readers.registry import is_volume, listed_masks, reader_for
from core.imaging.volume_axes import stack_of_volume
from core.limits import Limits
from core.records.slices import Geometry


def read_mask_file(
    source: Source,
    geometry: Geometry,
    limits: Limits,
    image_file: str,
    numbering: Numbering | None = None,
    phase: int | None = None,
    n_phases: int | None = None,
) -> tuple[MasksByIndex, list[str]]:
    """Return the masks of a file by index in the image's series, and notes on what was recognised or done.

    Phases of a cine's mask file that hold no label at all were not drawn and are left out.

    Args:
        source: the mask's file.
        geometry: of the image that it belongs to.
        limits: on hostile files.
        image_file: the image's name, for messages.
        numbering: what the numbers mean, where a table beside the file says so.
        phase: of the image that a file of a single phase belongs to; None takes the phases as they come.
        n_phases: of the image; None where its geometry tells, as that of a volume does.

    Raises:
        BadInput: when the file is no mask, or lies on another grid, or has other phases.
    """
    labels, notes, more = _labels(source, geometry, limits, image_file, numbering)
    in_geometry = geometry.shape[3] if is_volume(geometry) and len(geometry.shape) > 3 else 1
    ours = in_geometry if n_phases is None else n_phases
    if phase is not None and len(labels) == 1:
        return {(position, phase): mask for position, mask in enumerate(labels[0])}, notes + more
    if len(labels) != ours:
        raise BadInput(
            f"{source.file} has {len(labels)} phase(s) but {image_file} has {ours}; name the mask after the "
            "phase that it was drawn on, such as _frame01 or _ED, or export all phases"
        )
    drawn = drawn_phases(labels)
    if not drawn:
        raise BadInput(
            f"{source.file} holds no label in any of its {ours} phases, expected those that were drawn; take "
            "it away or export it again"
        )
    if len(drawn) < ours:
        listed = ", ".join(str(number + 1) for number in drawn)
        more.append(f"{source.file} is drawn at phase {listed} of {ours} alone; the others have no reference")
    return {
        (position, number): mask for number in drawn for position, mask in enumerate(labels[number])
    }, notes + more


def _labels(
    source: Source, geometry: Geometry, limits: Limits, image_file: str, numbering: Numbering | None
) -> tuple[np.ndarray, list[str], list[str]]:
    """Return labels (phases, positions, height, width) cut as the image is, notes on grid and on labels."""
    file = source.file
    reader = reader_for(source.start(HEAD_BYTES), file)
    if reader is None:  # before all of it is read, however large it is
        *first, last = listed_masks(MaskUse.SCORED, MaskUse.IMPORTED)
        raise BadInput(
            f"{file} is no mask that Septum knows, expected {', '.join(first)} or {last}; convert it"
        )
    label_file = reader.read_labels(source.read(), file, limits)
    if not is_volume(label_file.geometry):
        labels, more = label_file.labels(numbering)
        return labels, list(label_file.notes), more
    require_grid(label_file.geometry, geometry, file, image_file)
    labels, more = label_file.labels(numbering)
    laid, notes = lay_onto(labels, label_file.geometry, geometry, file, image_file)
    axis = (
        geometry if is_volume(geometry) else label_file.geometry
    ).slice_axis  # a picture leaves a volume its own
    return stack_of_volume(laid, axis), [*label_file.notes, *notes], more

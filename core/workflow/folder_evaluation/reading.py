"""A prediction and its reference, read onto one grid."""

from dataclasses import dataclass

import numpy as np

from core.errors import BadInput
from core.imaging.files.sources import Source
from core.imaging.grids.compare import lay_onto
from core.imaging.label_order import guess_order, swap_ventricles
from core.imaging.label_values import Numbering, drawn_phases
from core.imaging.readers.reader import MaskUse
from core.imaging.readers.registry import is_volume, listed_masks, reader_for
from core.imaging.volume_axes import stack_of_volume
from core.labels import ORDER_WORDS, LabelOrder
from core.limits import Limits
from core.records.slices import Geometry
from core.workflow.folder_evaluation.pairing import MaskPair


@dataclass(frozen=True, eq=False)
class MaskStacks:
    """Both masks on one grid, (phases, positions, height, width) uint8."""

    reference: np.ndarray
    prediction: np.ndarray
    phases: tuple[int, ...]  # of the files, those that the reference was drawn in
    spacing_mm: tuple[float, float] | None  # (row, column); None where neither file carries one
    slice_distance_mm: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class MaskFile:
    """A file of labels as it is stored."""

    file: str
    labels: np.ndarray  # uint8: the axes of a volume's array, (phases, positions, height, width) of a picture
    geometry: Geometry
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Naming:
    """What the numbers in the files of both sides mean."""

    order: LabelOrder | None = None  # of the references' ventricles; None looks whether anatomy agrees
    reference: Numbering | None = None  # by name, where a table says so
    prediction: Numbering | None = None

    @property
    def only_reference_renamed(self) -> bool:
        """Whether a table numbers structures otherwise than we do, and no table speaks for predictions."""
        numbering = {} if self.order or self.prediction is not None else self.reference or {}
        return any(label != number for number, label in numbering.items() if label is not None)


def read_masks(pair: MaskPair, limits: Limits, naming: Naming = Naming()) -> MaskStacks:  # noqa: B008  (frozen)
    """Return both files read onto the reference's grid, and leave out the phases that nobody drew.

    Args:
        pair: the files.
        limits: on hostile files.
        naming: what their numbers mean; the references' order, where it is given, is above their table.

    Raises:
        BadInput: when one cannot be read, they differ in grid or phases, or number ventricles differently.
    """
    numbering = None if naming.order else naming.reference
    reference = read_mask_file(pair.reference, limits, numbering)
    prediction = read_mask_file(pair.prediction, limits, naming.prediction)
    names = f"the prediction {prediction.file}", f"the reference {reference.file}"  # often the same
    laid, more = lay_onto(prediction.labels, prediction.geometry, reference.geometry, *names)
    theirs = _stack(reference.labels, reference.geometry)
    both = is_volume(reference.geometry) and is_volume(prediction.geometry)
    ours = _stack(laid, reference.geometry if both else prediction.geometry)
    if theirs.shape != ours.shape:
        raise BadInput(
            f"{prediction.file} is {_size(ours)} but its reference {reference.file} is {_size(theirs)}; "
            "predict on the reference's grid"
        )
    phases, undrawn = _drawn(theirs, reference.file)
    theirs, ours = theirs[list(phases)], ours[list(phases)]
    theirs, renamed = _in_our_order(theirs, ours, reference.file, prediction.file, naming)
    return MaskStacks(
        reference=theirs,
        prediction=ours,
        phases=phases,
        spacing_mm=reference.geometry.spacing_mm or prediction.geometry.spacing_mm,
        slice_distance_mm=reference.geometry.slice_distance_mm or prediction.geometry.slice_distance_mm,
        notes=(*reference.notes, *prediction.notes, *more, *undrawn, *renamed),
    )


def read_mask_file(source: Source, limits: Limits, numbering: Numbering | None) -> MaskFile:
    """Return the labels of a file with the geometry that it has.

    Raises:
        BadInput: when it is damaged, of no format whose masks are scored, or holds other than labels.
    """
    data, file = source.read(), source.file
    reader = reader_for(data, file)
    if reader is None or reader.mask_use is not MaskUse.SCORED:
        *first, last = listed_masks(MaskUse.SCORED)
        raise BadInput(f"{file} is no mask that can be scored; expected {', '.join(first)} or {last}")
    held = reader.read_labels(data, file, limits)
    labels, more = held.labels(numbering)
    return MaskFile(file, labels, held.geometry, (*held.notes, *more))


def _stack(labels: np.ndarray, geometry: Geometry) -> np.ndarray:
    """(phases, positions, height, width) of a file's labels."""
    return stack_of_volume(labels, geometry.slice_axis) if is_volume(geometry) else labels


def _drawn(reference: np.ndarray, file: str) -> tuple[tuple[int, ...], list[str]]:
    """The phases to score, and what is left out."""
    phases = drawn_phases(reference)
    if not phases:
        raise BadInput(
            f"{file} holds no label in any of its {len(reference)} phases, expected those that were drawn; "
            "take it out of the references"
        )
    if len(phases) == len(reference):
        return phases, []
    shown = ", ".join(str(phase + 1) for phase in phases)
    return phases, [f"{file} was drawn in phase {shown} of {len(reference)} only; the others are not scored"]


def _in_our_order(
    reference: np.ndarray, prediction: np.ndarray, file: str, other_file: str, naming: Naming
) -> tuple[np.ndarray, list[str]]:
    """The reference with the ventricles numbered as ours, and what was done."""
    if naming.order is LabelOrder.UK_BIOBANK:
        return swap_ventricles(reference), [f"{file}: labels read as {ORDER_WORDS[naming.order]}"]
    ours, theirs = guess_order(_planes(prediction)), guess_order(_planes(reference))
    if naming.order is None and None not in (ours, theirs) and ours != theirs:
        raise BadInput(
            f"{file} and {other_file} number the ventricles differently "
            "by their anatomy; give --label-order to say how the references do"
        )
    if naming.only_reference_renamed and ours is None and prediction.any():
        raise BadInput(
            f"{other_file} does not say what its numbers mean, while a dataset.json gives those of {file} "
            "other meanings than ours; copy dataset.json beside the predictions if it is theirs too"
        )
    return reference, []


def _planes(stack: np.ndarray) -> np.ndarray:
    """All slices of a stack, (n, height, width)."""
    return stack.reshape(-1, *stack.shape[-2:])


def _size(stack: np.ndarray) -> str:
    phases, positions, height, width = stack.shape
    slices = f", {positions} slice(s), {phases} phase(s)" if phases * positions > 1 else ""
    return f"{height}x{width} pixels{slices}"

"""A prediction and its reference, read onto one grid."""

from dataclasses import dataclass

import numpy as np

from core.errors import BadInput
from core.imaging.found import Limits
from core.imaging.label_order import guess_order, swap_ventricles
from core.imaging.masks import read_labels
from core.imaging.readers.nifti import is_nifti, read_nifti
from core.imaging.readers.raster import image_format, read_image
from core.imaging.sources import Source
from core.imaging.volume_axes import slice_of_volume
from core.labels import LabelOrder
from core.records import Geometry
from core.workflow.mask_pairs import MaskPair

SAME_SPACING = 0.01  # relative; headers round differently


@dataclass(frozen=True, eq=False)
class MaskStacks:
    """Both masks on one grid, (phases, positions, height, width) uint8."""

    reference: np.ndarray
    prediction: np.ndarray
    spacing_mm: tuple[float, float] | None  # (row, column); None where neither file carries one
    slice_distance_mm: float | None
    notes: tuple[str, ...]


def read_masks(pair: MaskPair, limits: Limits, order: LabelOrder | None = None) -> MaskStacks:
    """Read both files onto one grid.

    Args:
        pair: the files.
        limits: on hostile files.
        order: how the references number the ventricles; None takes ACDC's and looks whether anatomy agrees.

    Raises:
        BadInput: when one cannot be read, they differ in shape, or number the ventricles differently.
    """
    reference, geometry, notes = _read(pair.reference, limits, None)
    prediction, theirs, more = _read(pair.prediction, limits, geometry)
    if reference.shape != prediction.shape:
        raise BadInput(
            f"{pair.prediction.file} is {_size(prediction)} but its reference {pair.reference.file} is "
            f"{_size(reference)}; predict on the reference's grid"
        )
    if order is None:
        guesses = guess_order(_planes(reference)), guess_order(_planes(prediction))
        if None not in guesses and guesses[0] != guesses[1]:
            raise BadInput(
                f"{pair.reference.file} and {pair.prediction.file} number the ventricles differently "
                "by their anatomy; give --label-order to say how the references do"
            )
    elif order is LabelOrder.UK_BIOBANK:
        reference = swap_ventricles(reference)
        notes.append(f"{pair.reference.file}: labels read as {order.value}")
    if differ(geometry.spacing_mm, theirs.spacing_mm):
        notes.append(f"{pair.prediction.file} has another pixel size than its reference, whose is used")
    return MaskStacks(
        reference=reference,
        prediction=prediction,
        spacing_mm=geometry.spacing_mm or theirs.spacing_mm,
        slice_distance_mm=geometry.slice_distance_mm or theirs.slice_distance_mm,
        notes=(*notes, *more),
    )


def differ(one_mm: tuple[float, float] | None, other_mm: tuple[float, float] | None) -> bool:
    """Whether two pixel sizes that are both known are not the same."""
    return one_mm is not None and other_mm is not None and not np.allclose(one_mm, other_mm, SAME_SPACING)


def _read(
    source: Source, limits: Limits, cut_like: Geometry | None
) -> tuple[np.ndarray, Geometry, list[str]]:
    """(phases, positions, height, width) labels of a file, cut as another of its shape is."""
    data, file = source.read(), source.file
    if image_format(data) in ("png", "tiff"):
        pages, notes = read_image(data, file, limits)
        labels, more = read_labels(pages[None], file)
        return labels, Geometry(str(image_format(data)), pages.shape[1:], None), notes + more
    if not is_nifti(data, file):
        raise BadInput(f"{file} is no mask that can be scored; expected PNG, TIFF or NIfTI")
    volume, geometry = read_nifti(data, file, limits)
    like = cut_like if cut_like is not None and cut_like.shape == geometry.shape else geometry
    labels, notes = read_labels(volume, file)
    n_positions = labels.shape[like.slice_axis] if labels.ndim > 2 else 1
    n_phases = labels.shape[3] if labels.ndim > 3 else 1
    stack = [
        [slice_of_volume(labels, like.slice_axis, position, phase) for position in range(n_positions)]
        for phase in range(n_phases)
    ]
    return np.array(stack), geometry, notes


def _planes(stack: np.ndarray) -> np.ndarray:
    """All slices of a stack, (n, height, width)."""
    return stack.reshape(-1, *stack.shape[-2:])


def _size(stack: np.ndarray) -> str:
    phases, positions, height, width = stack.shape
    slices = f", {positions} slice(s), {phases} phase(s)" if phases * positions > 1 else ""
    return f"{height}x{width} pixels{slices}"

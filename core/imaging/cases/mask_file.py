"""A file of labels as masks of its image's slices: on their grid, in our numbers, drawn phases alone."""

import math

import numpy as np

from core.errors import BadInput
from core.imaging.files.sources import HEAD_BYTES, Source
from core.imaging.found import Limits
from core.imaging.grids.compare import lay_onto, require_grid
from core.imaging.masks import Numbering, drawn_phases, labels_of_parts
from core.imaging.readers.nifti import is_nifti, read_volume
from core.imaging.readers.numpy_files import is_numpy, read_array_file
from core.imaging.readers.raster import image_format, read_picture
from core.imaging.volume_axes import stack_of_volume
from core.records import Geometry

MasksByPlace = dict[tuple[int, int], np.ndarray]  # (position, phase) -> (height, width) uint8


def read_mask_file(
    source: Source,
    geometry: Geometry,
    limits: Limits,
    image_file: str,
    numbering: Numbering | None = None,
    phase: int | None = None,
) -> tuple[MasksByPlace, list[str]]:
    """The masks of a file by place in the image's series, and notes on what was recognised or done.

    Phases of a cine's mask file that hold no label at all were not drawn and are left out.

    Args:
        source: the mask's file.
        geometry: of the image that it belongs to.
        limits: on hostile files.
        image_file: the image's name, for messages.
        numbering: what the numbers mean, where a table beside the file says so.
        phase: of the image that a file of a single phase belongs to; None takes the phases as they come.

    Raises:
        BadInput: when the file is no mask, or lies on another grid, or has other phases.
    """
    labels, notes, more = _labels(source, geometry, limits, image_file, numbering)
    ours = geometry.shape[3] if geometry.format in ("nifti", "dicom") and len(geometry.shape) > 3 else 1
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
    """Labels as (phases, positions, height, width), cut as the image is; notes on grid, and on labels."""
    file, head = source.file, source.start(HEAD_BYTES)
    known = image_format(head) or is_numpy(head, file) or is_nifti(head, file)
    if not known:  # before all of it is read, however large it is
        raise BadInput(f"{file} is no mask that Septum knows, expected PNG, TIFF, NIfTI or NumPy; convert it")
    data = source.read()
    if image_format(data):
        picture = read_picture(data, file, limits, palette_numbers=True)
        planes = [plane for _, _, plane in picture.planes]
        n_phases = 1 + max(phase for _, phase, _ in picture.planes)
        labels, more = labels_of_parts(
            lambda: iter(planes), sum(plane.size for plane in planes), file, numbering
        )
        return labels.reshape(n_phases, -1, *planes[0].shape), list(picture.notes), more
    if is_numpy(data, file):
        labels, more = read_array_file(data, file, limits).labels(numbering)
        return labels[None], [], more
    volume = read_volume(data, file, limits)
    require_grid(volume.geometry, geometry, file, image_file)
    shape = volume.geometry.shape
    labels, more = labels_of_parts(volume.voxels.parts, math.prod(shape), file, numbering)
    laid, notes = lay_onto(labels.reshape(shape, order="F"), volume.geometry, geometry, file, image_file)
    ours = geometry.format in ("nifti", "dicom")  # on the image's axes; a picture leaves a volume its own
    axis = geometry.slice_axis if ours else volume.geometry.slice_axis
    return stack_of_volume(laid, axis), [*volume.notes, *notes], more

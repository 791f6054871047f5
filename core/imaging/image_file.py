"""One file that is no DICOM as a series: its planes, its geometry, and the mask that belongs to it."""

from dataclasses import replace

import numpy as np

from core.errors import BadInput
from core.imaging.found import Limits, Question
from core.imaging.layouts.layout import Pair, Table, identity, split_of, stem
from core.imaging.masks import read_labels
from core.imaging.readers.nifti import is_nifti, read_nifti
from core.imaging.readers.numpy_files import is_numpy, read_arrays
from core.imaging.readers.raster import image_format, read_image
from core.imaging.sources import Source
from core.imaging.volume_axes import slice_of_volume
from core.records import Geometry, Series, Slice, Topic

COURSE_SPACING_MM = 1.8
SMALL_SIDE = 128  # pixels; up to here 1.8 mm is the likely pixel size of a cropped heart

Planes = list[tuple[int, int, np.ndarray]]  # position, phase, pixels


def read_pair(
    pair: Pair, data: bytes, table: Table, spacing_mm: float | None, limits: Limits, *, with_masks: bool
) -> Series:
    """One image file and its mask as a series.

    Raises:
        BadInput: when either cannot be read, or they do not lie on one grid.
        Question: when the pixel size has to be told.
    """
    file = pair.image.file
    planes, mask_planes, geometry, notes = _read_image_file(data, file, limits)
    if geometry.spacing_mm is None:
        told = spacing_mm or table.spacings_mm.get(stem(pair.image.name))
        geometry = replace(geometry, spacing_mm=_spacing(told, planes[0][2].shape, file, notes))
    masks: dict[tuple[int, int], np.ndarray] = {}
    if with_masks and pair.mask is not None:
        masks, mask_notes = _read_mask_file(pair.mask, geometry, limits)
        notes += mask_notes
    elif with_masks and mask_planes is not None:
        labels, mask_notes = read_labels(mask_planes, file)
        masks = {(position, 0): plane for position, plane in enumerate(labels)}
        notes += mask_notes
    patient, name = identity(pair.image, table)
    slices = []
    for position, phase, pixels in planes:
        mask = masks.get((position, phase))
        if mask is not None and mask.shape != pixels.shape:
            mask_file = pair.mask.file if pair.mask else file
            raise BadInput(
                f"{mask_file} is {mask.shape[0]}x{mask.shape[1]} pixels but {file} is "
                f"{pixels.shape[0]}x{pixels.shape[1]}; export both on one grid"
            )
        slices.append(Slice(position, phase, pixels, mask=mask, source=file))
    return Series(
        patient=patient,
        name=name,
        geometry=geometry,
        slices=tuple(slices),
        split=split_of(pair.image, patient, table),
        notes=tuple(notes),
        group=table.groups.get(patient, ""),
        folder=pair.image.folder,
    )


def _read_image_file(
    data: bytes, file: str, limits: Limits
) -> tuple[Planes, np.ndarray | None, Geometry, list[str]]:
    """Planes of an image file of any format but DICOM, masks that lie in it, geometry and notes."""
    if image_format(data):
        pages, notes = read_image(data, file, limits)
        geometry = Geometry(format=str(image_format(data)), shape=pages.shape[1:], spacing_mm=None)
        return [(position, 0, page) for position, page in enumerate(pages)], None, geometry, notes
    if is_numpy(data, file):
        pages, mask = read_arrays(data, file, limits)
        geometry = Geometry(format="npy", shape=pages.shape, spacing_mm=None)
        return [(position, 0, page) for position, page in enumerate(pages)], mask, geometry, []
    if is_nifti(data, file):
        volume, geometry = read_nifti(data, file, limits)
        return _volume_planes(volume, geometry), None, geometry, []
    raise BadInput(
        f"{file} is no image that Septum knows, whatever its name says; expected PNG, JPEG, TIFF, NIfTI, "
        "DICOM, NumPy or a zip of these"
    )


def _volume_planes(volume: np.ndarray, geometry: Geometry) -> Planes:
    n_positions = volume.shape[geometry.slice_axis] if volume.ndim > 2 else 1
    n_phases = volume.shape[3] if volume.ndim > 3 else 1
    return [
        (position, phase, np.ascontiguousarray(slice_of_volume(volume, geometry.slice_axis, position, phase)))
        for phase in range(n_phases)
        for position in range(n_positions)
    ]


def _read_mask_file(
    source: Source, geometry: Geometry, limits: Limits
) -> tuple[dict[tuple[int, int], np.ndarray], list[str]]:
    """Masks by (position, phase) out of a file of labels, cut the same way as its image."""
    data = source.read()
    if is_nifti(data, source.file):
        volume, theirs = read_nifti(data, source.file, limits)
        if geometry.format == "nifti" and volume.shape != geometry.shape:
            raise BadInput(
                f"{source.file} has shape {volume.shape} but its image {geometry.shape}; "
                "export both on one grid"
            )
        cut_like = geometry if geometry.format == "nifti" else theirs
        planes = _volume_planes(volume, cut_like)
    else:
        planes, _, _, _ = _read_image_file(data, source.file, limits)
    labels, notes = read_labels(np.stack([plane for _, _, plane in planes]), source.file)
    return {(place[0], place[1]): mask for place, mask in zip(planes, labels, strict=True)}, notes


def _spacing(told: float | None, shape: tuple[int, ...], file: str, notes: list[str]) -> tuple[float, float]:
    """Pixel size of an image that carries none: as told, or the course's where the image is as small."""
    if told:
        return told, told
    if max(shape) <= SMALL_SIDE:
        notes.append(f"no pixel size in the file; {COURSE_SPACING_MM} mm assumed")
        return COURSE_SPACING_MM, COURSE_SPACING_MM
    raise Question(
        f"{file} carries no pixel size and is too large ({shape[0]}x{shape[1]}) to assume one; "
        "give the millimetres of a pixel and import it again",
        Topic.SPACING,
    )

"""An image file of any format but DICOM: its planes, its geometry, and masks that lie in it."""

from dataclasses import dataclass

import numpy as np

from core.errors import BadInput
from core.imaging.files.sources import HEAD_BYTES, Source
from core.imaging.found import Limits
from core.imaging.readers.nifti import is_nifti, read_volume
from core.imaging.readers.numpy_files import is_numpy, read_array_file
from core.imaging.readers.raster import image_format, read_picture
from core.imaging.volume_axes import slice_of_volume
from core.records import Geometry


@dataclass(frozen=True, eq=False)
class ImageFile:
    """What an image file holds."""

    planes: tuple[tuple[int, int, np.ndarray], ...]  # position, phase, pixels
    geometry: Geometry
    notes: tuple[str, ...]
    masks: np.ndarray | None = None  # (positions, height, width) in the same file


def read_image_file(source: Source, limits: Limits) -> ImageFile:
    """An image file of any format but DICOM."""
    head, file = source.start(HEAD_BYTES), source.file
    kind = image_format(head)
    if not (kind or is_numpy(head, file) or is_nifti(head, file)):
        raise BadInput(
            f"{file} is no image that Septum knows, whatever its name says; expected PNG, JPEG, TIFF, NIfTI, "
            "DICOM, NumPy or a zip of these"
        )
    data = source.read()
    if kind:
        picture = read_picture(data, file, limits)
        n_positions = 1 + max(position for position, _, _ in picture.planes)
        n_phases = 1 + max(phase for _, phase, _ in picture.planes)
        height, width = picture.planes[0][2].shape
        shape = (height, width) if n_positions * n_phases == 1 else (width, height, n_positions, n_phases)
        geometry = Geometry(kind, shape, picture.spacing_mm, picture.slice_distance_mm)
        return ImageFile(picture.planes, geometry, picture.notes)
    if is_numpy(data, file):
        arrays = read_array_file(data, file, limits)
        planes = tuple((position, 0, plane) for position, plane in enumerate(arrays.image))
        return ImageFile(planes, Geometry("npy", arrays.image.shape, None), arrays.notes, arrays.mask)
    volume = read_volume(data, file, limits)
    return ImageFile(_volume_planes(volume.values, volume.geometry), volume.geometry, volume.notes)


def _volume_planes(volume: np.ndarray, geometry: Geometry) -> tuple[tuple[int, int, np.ndarray], ...]:
    axis = geometry.slice_axis
    n_positions = volume.shape[axis] if volume.ndim > 2 else 1
    n_phases = volume.shape[3] if volume.ndim > 3 else 1
    return tuple(
        (position, phase, np.ascontiguousarray(slice_of_volume(volume, axis, position, phase)))
        for phase in range(n_phases)
        for position in range(n_positions)
    )

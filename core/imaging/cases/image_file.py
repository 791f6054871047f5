"""An image file of any format but DICOM: its planes, its geometry, and masks that lie in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import BadInput
from core.imaging.files.sources import HEAD_BYTES, Source
from core.imaging.found import Limits
from core.imaging.readers.nifti import Volume, is_nifti, read_volume
from core.imaging.readers.numpy_files import is_numpy, read_array_file
from core.imaging.readers.raster import Picture, image_format, read_picture
from core.imaging.volume_axes import in_plane_axes, slice_of_volume
from core.records import Geometry


@dataclass(frozen=True, eq=False)
class ImageFile:
    """What an image file holds."""

    places: tuple[tuple[int, int], ...]  # (position, phase) of each plane
    shape: tuple[int, int]  # (height, width) of all planes
    geometry: Geometry
    notes: tuple[str, ...]
    planes: Callable[[], Sequence[np.ndarray]]  # unpacks them, in the order of the places
    # Reads the labels (positions, height, width) in the same file, and what was recognised in them.
    masks: Callable[[], tuple[np.ndarray, list[str]]] | None = None

    @property
    def n_phases(self) -> int:
        """How many phases there are."""
        return 1 + max(phase for _, phase in self.places)


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
        return _of_picture(kind, picture)
    if is_numpy(data, file):
        arrays = read_array_file(data, file, limits)
        n_positions, height, width = arrays.shape
        places = tuple((position, 0) for position in range(n_positions))
        geometry = Geometry("npy", arrays.shape, None)
        masks = arrays.labels if arrays.mask else None
        return ImageFile(
            places, (height, width), geometry, arrays.notes, lambda: list(arrays.planes()), masks
        )
    return _of_volume(read_volume(data, file, limits))


def _of_picture(kind: str, picture: Picture) -> ImageFile:
    places = tuple((position, phase) for position, phase, _ in picture.planes)
    height, width = picture.planes[0][2].shape
    counts = [1 + max(numbers) for numbers in zip(*places, strict=True)]
    shape = (height, width) if counts == [1, 1] else (width, height, *counts)
    geometry = Geometry(kind, shape, picture.spacing_mm, picture.slice_distance_mm)
    return ImageFile(
        places, (height, width), geometry, picture.notes, lambda: [plane for _, _, plane in picture.planes]
    )


def _of_volume(volume: Volume) -> ImageFile:
    geometry = volume.geometry
    shape, axis = geometry.shape, geometry.slice_axis
    rows, columns = in_plane_axes(axis if len(shape) > 2 else 2)
    n_positions = shape[axis] if len(shape) > 2 else 1
    n_phases = shape[3] if len(shape) > 3 else 1
    places = tuple((position, phase) for phase in range(n_phases) for position in range(n_positions))

    def planes() -> Sequence[np.ndarray]:
        values = volume.values
        return [
            np.ascontiguousarray(slice_of_volume(values, axis, position, phase)) for position, phase in places
        ]

    return ImageFile(places, (shape[rows], shape[columns]), geometry, volume.notes, planes)

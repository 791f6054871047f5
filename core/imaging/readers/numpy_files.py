"""NumPy files: one array of .npy, or those of .npz; never anything pickled."""

import io
import zipfile

import numpy as np
from numpy.lib import format as npy_format

from core.errors import BadInput
from core.imaging.decoding import decoding
from core.imaging.found import Limits, require_size

NPY_MAGIC = b"\x93NUMPY"
IMAGE_NAMES = ("image", "images", "img", "x", "data", "pixels", "arr_0")
MASK_NAMES = ("mask", "masks", "label", "labels", "gt", "seg", "y", "arr_1")


def is_numpy(data: bytes, file: str) -> bool:
    """Whether the bytes are .npy, or .npz by name."""
    return data.startswith(NPY_MAGIC) or (data.startswith(b"PK") and file.lower().endswith(".npz"))


def read_arrays(data: bytes, file: str, limits: Limits) -> tuple[np.ndarray, np.ndarray | None]:
    """(image, mask or None), each (height, width) or (positions, height, width).

    Raises:
        BadInput: when the file is damaged, holds objects, or no array of such a shape.
    """
    with decoding(file, "is damaged or no plain array", "save it anew"):
        if data.startswith(NPY_MAGIC):
            return _planes(_plain_array(data), file, limits), None
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(member.file_size for member in archive.infolist())
        if total > limits.max_unpacked_bytes or total > limits.max_ratio * len(data):
            raise BadInput(f"{file} would unpack to {total / 1e6:.0f} MB; save it in parts")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            names = {name.lower(): name for name in arrays.files}
            image = next((names[name] for name in IMAGE_NAMES if name in names), None)
            mask = next((names[name] for name in MASK_NAMES if name in names), None)
            if image is None and len(names) == 1:
                image = arrays.files[0]
            if image is None:
                raise BadInput(f"{file} holds {', '.join(arrays.files)}, expected an array named image")
            return (
                _planes(arrays[image], file, limits),
                _planes(arrays[mask], file, limits) if mask else None,
            )


def _plain_array(data: bytes) -> np.ndarray:
    """The array of an .npy, once its header is known to promise no more than there is."""
    stream = io.BytesIO(data)
    header = npy_format.read_array_header_1_0 if npy_format.read_magic(stream) == (1, 0) else None
    shape, _, dtype = (header or npy_format.read_array_header_2_0)(stream)
    promised = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if promised > len(data):
        raise ValueError(f"{promised} bytes promised, {len(data)} there")
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def _planes(array: np.ndarray, file: str, limits: Limits) -> np.ndarray:
    """The array as (positions, height, width)."""
    planes = array[None] if array.ndim == 2 else array
    if planes.ndim != 3 or not (np.issubdtype(planes.dtype, np.number) or planes.dtype == bool):
        raise BadInput(
            f"{file} holds {array.dtype} of shape {array.shape}, expected numbers of shape "
            "(height, width) or (positions, height, width); save the images alone"
        )
    if np.iscomplexobj(planes):
        raise BadInput(f"{file} holds complex numbers, expected real ones; save their magnitude")
    require_size(planes.shape[1], planes.shape[2], file, limits)
    if not 1 <= len(planes) <= limits.max_slices:
        raise BadInput(
            f"{file} has {len(planes)} slices, expected 1 to {limits.max_slices}; save it in parts"
        )
    return planes.astype(np.uint8) if planes.dtype == bool else planes

"""NumPy files: one array of .npy, or those of .npz; never anything pickled."""

import io
import zipfile

import numpy as np

from core.errors import BadInput
from core.imaging.found import Limits

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
    try:
        if data.startswith(NPY_MAGIC):
            return _planes(np.load(io.BytesIO(data), allow_pickle=False), file, limits), None
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
    except BadInput:
        raise
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, MemoryError) as error:
        raise BadInput(f"{file} is damaged or no plain array ({error}); save it anew") from error


def _planes(array: np.ndarray, file: str, limits: Limits) -> np.ndarray:
    """The array as (positions, height, width)."""
    planes = array[None] if array.ndim == 2 else array
    if planes.ndim != 3 or not (np.issubdtype(planes.dtype, np.number) or planes.dtype == bool):
        raise BadInput(
            f"{file} holds {array.dtype} of shape {array.shape}, expected numbers of shape "
            "(height, width) or (positions, height, width)"
        )
    if np.iscomplexobj(planes):
        raise BadInput(f"{file} holds complex numbers; save their magnitude")
    if planes.shape[1] * planes.shape[2] > limits.max_pixels or len(planes) > limits.max_slices:
        raise BadInput(f"{file} has shape {array.shape}, beyond the limits; save it in parts")
    if min(planes.shape[1:]) < 2 or not len(planes):
        raise BadInput(f"{file} has shape {array.shape}, expected images of the heart")
    return planes.astype(np.uint8) if planes.dtype == bool else planes

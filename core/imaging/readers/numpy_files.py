"""NumPy files: one array of .npy, or those of .npz; never anything pickled, and no axis that is guessed."""

import io
import zipfile
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib import format as npy_format

from core.errors import BadInput
from core.imaging.decoding import decoding, one_line
from core.imaging.files.zips import BOUNDED
from core.imaging.found import Limits, require_budget, require_size
from core.imaging.readers.array_axes import Stack, stack_of

NPY_MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK"
IMAGE_NAMES = ("image", "images", "img", "x", "data", "pixels", "arr_0")
MASK_NAMES = ("mask", "masks", "label", "labels", "gt", "seg", "y", "arr_1")
AGAIN = "save it anew"


@dataclass(frozen=True, eq=False)
class Arrays:
    """What a NumPy file holds."""

    image: np.ndarray  # (positions, height, width)
    mask: np.ndarray | None  # the same
    notes: tuple[str, ...] = ()  # what was recognised, in words


def is_numpy(data: bytes, file: str) -> bool:
    """Whether the bytes are .npy, or .npz by name."""
    return data.startswith(NPY_MAGIC) or (data.startswith(ZIP_MAGIC) and file.lower().endswith(".npz"))


def read_array_file(data: bytes, file: str, limits: Limits) -> Arrays:
    """The image, and the mask where an .npz holds one, cut into slices.

    Raises:
        BadInput: when the file is damaged, holds objects, or no array whose axes are beyond doubt.
    """
    if data.startswith(NPY_MAGIC):
        with decoding(file, "is damaged or no plain array", AGAIN):
            array = _plain_array(data)
        stack = _numbers(stack_of(array, file), file, limits)
        return Arrays(stack.planes, None, stack.notes)
    with decoding(file, "is damaged or no plain array", AGAIN):
        image, mask = _named_arrays(data, file, limits)
    ours = stack_of(image, file)
    stack = _numbers(ours, file, limits)
    if mask is None:
        return Arrays(stack.planes, None, stack.notes)
    alike = mask.shape == image.shape and not ours.colours
    theirs = replace(ours, planes=ours.cut(mask)) if alike else stack_of(mask, file)
    return Arrays(stack.planes, _numbers(theirs, file, limits).planes, stack.notes)


def _named_arrays(data: bytes, file: str, limits: Limits) -> tuple[np.ndarray, np.ndarray | None]:
    """The image and the mask of an .npz by their names; the others are not even unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        require_budget(sum(member.file_size for member in archive.infolist()), len(data), file, limits)
        names = {member.filename.removesuffix(".npy").lower(): member for member in archive.infolist()}
        image = next((names[name] for name in IMAGE_NAMES if name in names), None)
        mask = next((names[name] for name in MASK_NAMES if name in names), None)
        if image is None and len(names) == 1:
            image, mask = next(iter(names.values())), None
        if image is None:
            held = one_line(", ".join(list(names)[:5]))
            raise BadInput(f"{file} holds {held}, expected an array named image; {AGAIN} under that name")
        return _member_array(archive, image), None if mask is None else _member_array(archive, mask)


def _member_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    if member.compress_type not in BOUNDED:
        raise ValueError(f"{member.filename} is packed in an unusual way")
    with archive.open(member) as opened:
        return _plain_array(opened.read(member.file_size))


def _plain_array(data: bytes) -> np.ndarray:
    """The array of an .npy, once its header is known to promise no more than there is."""
    stream = io.BytesIO(data)
    header = npy_format.read_array_header_1_0 if npy_format.read_magic(stream) == (1, 0) else None
    shape, _, dtype = (header or npy_format.read_array_header_2_0)(stream)
    promised = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if not 0 < promised <= len(data):
        raise ValueError(f"{promised} bytes promised, {len(data)} there")
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def _numbers(stack: Stack, file: str, limits: Limits) -> Stack:
    """The stack, if it is one of real numbers and of a size that images have."""
    planes = stack.planes
    if planes.dtype.kind == "c":
        raise BadInput(f"{file} holds complex numbers, expected real ones; save their magnitude")
    if planes.dtype.kind not in "buif":
        raise BadInput(f"{file} holds {planes.dtype}, expected numbers; save the images alone")
    require_size(planes.shape[1], planes.shape[2], file, limits)
    if not 1 <= len(planes) <= limits.max_slices:
        raise BadInput(
            f"{file} has {len(planes)} slices, expected 1 to {limits.max_slices}; save it in parts"
        )
    if planes.dtype == bool:
        return replace(stack, planes=planes.astype(np.uint8))
    known = np.float32 if planes.dtype.itemsize in (2, 16) and planes.dtype.kind == "f" else planes.dtype
    return replace(stack, planes=planes.astype(np.dtype(known).newbyteorder("="), copy=False))

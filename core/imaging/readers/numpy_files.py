"""NumPy files: one array of .npy, or those of .npz; never anything pickled, and no axis that is guessed."""

import io
import math
import zipfile
from dataclasses import dataclass

import numpy as np

from core.errors import BadInput
from core.imaging.decode_errors import decoding
from core.imaging.files.zip_directory import require_small_directory_of
from core.imaging.files.zips import BOUNDED
from core.imaging.label_values import Numbering, labels_of_parts
from core.imaging.limits import COUNTED_BYTES, require_budget, require_size
from core.imaging.readers.array_axes import COLOURS, Stack, stack_of
from core.imaging.readers.packed_array import AGAIN, DAMAGED, PackedArray
from core.imaging.readers.reader import Content, ImageFile, LabelFile, MaskUse, Reader
from core.limits import Limits
from core.records.slices import Geometry
from core.text import marked_line

NPY_MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK"
IMAGE_NAMES = ("image", "images", "img", "x", "data", "pixels", "arr_0")
MASK_NAMES = ("mask", "masks", "label", "labels", "gt", "seg", "y", "arr_1")
MAX_QUOTED_LETTERS = 40  # letters of a type's name


@dataclass(frozen=True, eq=False)
class Arrays:
    """What a NumPy file holds; large arrays are not read yet."""

    file: str
    image: PackedArray
    stack: Stack  # the image as it is cut, or of its shape alone where it is large
    mask: PackedArray | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was recognised, in words."""
        return self.stack.notes

    @property
    def shape(self) -> tuple[int, ...]:
        """(positions, height, width)."""
        return self.stack.planes.shape

    def planes(self) -> np.ndarray:
        """Return (positions, height, width) of the image.

        Raises:
            BadInput: when it is damaged.
        """
        large = self.image.n_bytes > COUNTED_BYTES
        return _native(self.stack.cut(self.image.read()) if large else self.stack.planes)

    def labels(self, numbering: Numbering | None = None) -> tuple[np.ndarray, list[str]]:
        """Return (positions, height, width) uint8 of the mask, of the image where there is none; and notes.

        Args:
            numbering: what the numbers mean, where a table says so by name.

        Raises:
            BadInput: when it is damaged or holds other than labels.
        """
        packed = self.mask or self.image
        labels, notes = labels_of_parts(packed.parts, math.prod(packed.shape), self.file, numbering)
        drawn = labels.reshape(packed.shape, order=packed.order)
        alike = packed.shape == self.image.shape and not self.stack.colours
        return (self.stack.cut(drawn) if alike else stack_of(drawn, self.file).planes), notes


def is_numpy(data: bytes, file: str) -> bool:
    """Return whether the bytes are .npy, or .npz by name."""
    return data.startswith(NPY_MAGIC) or (data.startswith(ZIP_MAGIC) and file.lower().endswith(".npz"))


def read_array_file(data: bytes, file: str, limits: Limits) -> Arrays:
    """Return the image, and the mask where an .npz holds one, and how they are cut into slices.

    Raises:
        BadInput: when the file is damaged, holds objects, or no array whose axes are beyond doubt.
    """
    if data.startswith(NPY_MAGIC):
        image, mask = PackedArray(lambda: io.BytesIO(data), len(data), file), None
    else:
        image, mask = _named_arrays(data, file, limits)
    for array in (image, mask):
        if array is not None:
            _require_fit(array, file, limits)
    stack = stack_of(_blank(image) if image.n_bytes > COUNTED_BYTES else image.read(), file)
    _require_stack(stack.planes.shape, file, limits)
    return Arrays(file, image, stack, mask)


def _blank(array: PackedArray) -> np.ndarray:
    """Return nothing of the array's shape, which takes no room."""
    return np.broadcast_to(np.zeros((), array.dtype), array.shape)


def _require_fit(array: PackedArray, file: str, limits: Limits) -> None:
    """Refuse by its header, and a large one by its values, what would else be refused once it is read."""
    _require_numbers(array.dtype, file)
    if array.n_bytes <= COUNTED_BYTES:
        return
    if array.shape[-1] in COLOURS:
        raise BadInput(f"{file} holds {array.n_bytes / 1e6:.0f} MB of colours; {AGAIN} in grey")
    _require_stack(stack_of(_blank(array), file).planes.shape, file, limits)
    array.require_finite()


def _named_arrays(data: bytes, file: str, limits: Limits) -> tuple[PackedArray, PackedArray | None]:
    """Return the image and the mask of an .npz by their names; the others are not even unpacked."""
    with decoding(file, DAMAGED, AGAIN):
        require_small_directory_of(data, file)
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    require_budget(sum(member.file_size for member in infos), len(data), file, limits)
    names = {member.filename.removesuffix(".npy").lower(): member for member in infos}
    image = next((names[name] for name in IMAGE_NAMES if name in names), None)
    mask = next((names[name] for name in MASK_NAMES if name in names), None)
    if image is None and len(names) == 1:
        image, mask = next(iter(names.values())), None
    if image is None:
        held = marked_line(", ".join(list(names)[:5]))
        raise BadInput(f"{file} holds {held}, expected an array named image; {AGAIN} under that name")
    return _member(data, image, file), None if mask is None else _member(data, mask, file)


def _member(data: bytes, member: zipfile.ZipInfo, file: str) -> PackedArray:
    if member.compress_type not in BOUNDED:
        raise BadInput(f"{file} is packed in an unusual way; {AGAIN}")
    return PackedArray(lambda: zipfile.ZipFile(io.BytesIO(data)).open(member), member.file_size, file)


def _require_numbers(dtype: np.dtype, file: str) -> None:
    if dtype.kind == "c":
        raise BadInput(f"{file} holds complex numbers, expected real ones; save their magnitude")
    if dtype.kind not in "buif":
        kind = marked_line(str(dtype))[:MAX_QUOTED_LETTERS]
        raise BadInput(f"{file} holds {kind}, expected numbers; save the images alone")


def _require_stack(shape: tuple[int, ...], file: str, limits: Limits) -> None:
    require_size(shape[1], shape[2], file, limits)
    if not 1 <= shape[0] <= limits.max_slices:
        raise BadInput(f"{file} has {shape[0]} slices, expected 1 to {limits.max_slices}; save it in parts")


def _native(planes: np.ndarray) -> np.ndarray:
    """Return numbers in this machine's order, in a type that everything here knows."""
    if planes.dtype == bool:
        return planes.astype(np.uint8)
    known = np.float32 if planes.dtype.itemsize in (2, 16) and planes.dtype.kind == "f" else planes.dtype
    return planes.astype(np.dtype(known).newbyteorder("="), copy=False)


def read_numpy_image(data: bytes, file: str, limits: Limits) -> ImageFile:
    """Return the slices of an array, (height, width) each, and the masks that an .npz holds beside it."""
    arrays = read_array_file(data, file, limits)
    n_positions, height, width = arrays.shape
    return ImageFile(
        tuple((position, 0) for position in range(n_positions)),
        (height, width),
        Geometry("npy", arrays.shape, None),
        arrays.notes,
        lambda: list(arrays.planes()),
        arrays.labels if arrays.mask else None,
    )


def read_numpy_labels(data: bytes, file: str, limits: Limits) -> LabelFile:
    """Return the labels of an array, (1, positions, height, width)."""
    arrays = read_array_file(data, file, limits)

    def labels(numbering: Numbering | None) -> tuple[np.ndarray, list[str]]:
        drawn, notes = arrays.labels(numbering)
        return drawn[None], notes

    return LabelFile(Geometry("npy", arrays.shape, None), (), labels)


NUMPY = Reader(
    "npy",
    "NumPy",
    (".npy", ".npz"),
    Content.ARRAY,
    is_numpy,
    read_image=read_numpy_image,
    read_labels=read_numpy_labels,
    mask_use=MaskUse.IMPORTED,  # it tells neither phases nor millimetres
)

"""NIfTI files: 2-D, 3-D and 4-D, plain or gzipped, with what is needed to write a mask back."""

import io
import zlib

import nibabel as nib
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError

from core.errors import BadInput
from core.imaging.found import Limits
from core.imaging.volume_axes import find_slice_axis, in_plane_axes
from core.records import Geometry

GZIP_MAGIC = b"\x1f\x8b"
MM_PER_UNIT = {"mm": 1.0, "meter": 1000.0, "micron": 0.001, "unknown": 1.0}


def is_nifti(data: bytes, file: str) -> bool:
    """Whether the bytes are a NIfTI-1 or -2 file; of a gzip the name decides."""
    if data.startswith(GZIP_MAGIC):
        return file.lower().endswith((".nii.gz", ".gz"))
    return data[344:348] in (b"n+1\x00", b"ni1\x00") or data[4:8] == b"n+2\x00"


def read_nifti(data: bytes, file: str, limits: Limits) -> tuple[np.ndarray, Geometry]:
    """The array (columns, rows[, slices[, phases]]) in the file's own units, and its geometry.

    Raises:
        BadInput: when the file is damaged, too large, complex, of other dimensions or not finite.
    """
    plain = unpacked(data, file, limits)
    image = _open(plain, file)
    header = image.header
    shape = tuple(int(length) for length in image.shape)
    while len(shape) > 2 and shape[-1] == 1 and len(shape) > 3:
        shape = shape[:-1]
    if not 2 <= len(shape) <= 4:
        raise BadInput(f"{file} has {len(shape)} dimensions {shape}, expected 2, 3 or 4; split it")
    if np.issubdtype(header.get_data_dtype(), np.complexfloating) or header.get_data_dtype().fields:
        raise BadInput(f"{file} holds {header.get_data_dtype()} values; export its magnitude")
    if shape[0] * shape[1] > limits.max_pixels or int(np.prod(shape[2:])) > limits.max_slices:
        raise BadInput(f"{file} has shape {shape}, beyond the limits of pixels or slices; split it")
    try:
        volume = np.asarray(image.dataobj).reshape(shape)
    except (OSError, ValueError, EOFError, MemoryError) as error:
        raise BadInput(f"{file} is truncated or damaged ({error}); copy or export it again") from error
    unit = MM_PER_UNIT.get(header.get_xyzt_units()[0], 1.0)
    return volume, _geometry(shape, _zooms(plain, len(shape), unit), image)


def unpacked(data: bytes, file: str, limits: Limits) -> bytes:
    """The bytes without gzip around them, never more than the limits allow."""
    if not data.startswith(GZIP_MAGIC):
        return data
    most = min(limits.max_unpacked_bytes, max(limits.max_ratio * len(data), 1 << 20))
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = inflate.decompress(data, most + 1)
    except zlib.error as error:
        raise BadInput(f"{file} is damaged ({error}); copy or export it again") from error
    if len(plain) > most:
        raise BadInput(
            f"{file} would unpack to more than {most / 1e6:.0f} MB from {len(data) / 1e6:.1f} MB, "
            "which looks like a bomb; unpack it yourself if you trust it"
        )
    if not inflate.eof:
        raise BadInput(f"{file} is truncated; copy or export it again")
    return plain


def _open(plain: bytes, file: str) -> nib.Nifti1Image:
    kind = nib.Nifti2Image if plain[4:8] == b"n+2\x00" else nib.Nifti1Image
    try:
        return kind.from_stream(io.BytesIO(plain))
    except (ImageFileError, HeaderDataError, ValueError, OSError, EOFError) as error:
        raise BadInput(f"{file} is truncated or no NIfTI ({error}); export it again") from error


def _zooms(plain: bytes, n_axes: int, unit: float) -> list[float]:
    """Voxel size in mm along the spatial axes as the file has it; nibabel would turn a missing 0 into 1."""
    second = plain[4:8] == b"n+2\x00"
    start, kind = (104, "f8") if second else (76, "f4")
    order = "<" if int.from_bytes(plain[:4], "little") in (348, 540) else ">"
    values = np.frombuffer(plain, order + kind, count=8, offset=start)
    return [abs(float(value)) * unit for value in values[1 : 1 + min(n_axes, 3)]]


def _geometry(shape: tuple[int, ...], zooms: list[float], image: nib.Nifti1Image) -> Geometry:
    """Spacing is None where the header gives none that can be."""
    known = all(np.isfinite(zoom) and zoom > 0 for zoom in zooms[:2])
    padded = (*zooms, *[1.0] * (3 - len(zooms)))
    slice_axis = find_slice_axis(shape, padded) if len(shape) > 2 and known else 2
    row_axis, column_axis = in_plane_axes(slice_axis)
    distance = padded[slice_axis] if len(shape) > 2 else None
    affine = np.asarray(image.affine, float)
    return Geometry(
        format="nifti",
        shape=shape,
        spacing_mm=(padded[row_axis], padded[column_axis]) if known else None,
        slice_distance_mm=distance if distance and np.isfinite(distance) and distance > 0 else None,
        affine=tuple(tuple(float(value) for value in row) for row in affine),
        slice_axis=slice_axis,
        header=image.header.binaryblock,
    )

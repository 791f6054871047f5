"""NIfTI files: 2-D, 3-D and 4-D, plain or gzipped, with what is needed to write a mask back."""

import io
import logging
import math
from dataclasses import dataclass
from typing import cast

import nibabel as nib
import numpy as np
from nibabel.arrayproxy import ArrayProxy

from core.errors import BadInput
from core.imaging.decode_errors import decoding
from core.imaging.limits import is_pixel_size, require_budget, require_size
from core.imaging.readers.nifti.gzip_bytes import GZIP_MAGIC, start_of
from core.imaging.readers.nifti.header import contradictions
from core.imaging.readers.nifti.voxels import Voxels
from core.imaging.volume_axes import find_slice_axis, in_plane_axes
from core.limits import Limits
from core.records.slices import Geometry

HEADER_BYTES = 348  # of NIfTI-1; version 2 says what it is before that
MM_PER_UNIT = {"mm": 1.0, "meter": 1000.0, "micron": 0.001, "unknown": 1.0}
AGAIN = "copy or export it again"

logging.getLogger("nibabel.global").setLevel(logging.CRITICAL)  # what is wrong is told by us, once


@dataclass(frozen=True, eq=False)
class Volume:
    """What a NIfTI file holds."""

    voxels: Voxels  # not read yet
    geometry: Geometry
    notes: tuple[str, ...] = ()  # what its header says twice and differently

    @property
    def values(self) -> np.ndarray:
        """(columns, rows[, slices[, phases]]), read and unpacked each time that it is asked for.

        Raises:
            BadInput: when they are truncated or damaged.
        """
        return self.voxels.read()


def is_nifti(data: bytes, file: str) -> bool:
    """Return whether the bytes are NIfTI-1 or -2, gzipped or not; of a gzip cut short the name decides."""
    if data.startswith(GZIP_MAGIC):
        data = start_of(data, HEADER_BYTES)
        if len(data) < HEADER_BYTES:
            return file.lower().endswith((".nii.gz", ".gz"))
    return data[344:348] in (b"n+1\x00", b"ni1\x00") or data[4:8] in (b"n+2\x00", b"ni2\x00")


def read_volume(data: bytes, file: str, limits: Limits) -> Volume:
    """Return the volume by its header: in the file's own units, with what it says twice and differently.

    Raises:
        BadInput: when it is damaged, or the volume too large, complex or of other dimensions.
    """
    head = start_of(data, 2 * HEADER_BYTES)
    if head[344:348] == b"ni1\x00" or head[4:8] == b"ni2\x00":
        raise BadInput(f"{file} is half of a .hdr and .img pair; export it as one .nii file")
    kind = nib.Nifti2Image if head[4:8] == b"n+2\x00" else nib.Nifti1Image
    with decoding(file, "is truncated or no NIfTI", AGAIN):
        header = kind.header_class(head[: kind.header_class.template_dtype.itemsize], check=False)
        stored = header.get_data_dtype()
        shape = tuple(int(length) for length in header.get_data_shape())
    while len(shape) > 4 and shape[-1] == 1:
        shape = shape[:-1]
    _require_volume(shape, stored, file, limits)
    with decoding(file, "is truncated or no NIfTI", AGAIN):
        # Without extensions, which may be millions and say nothing of the voxels; these are read below.
        image = kind.from_stream(io.BytesIO(head[: kind.header_class.template_dtype.itemsize] + bytes(4)))
    proxy = cast(ArrayProxy, image.dataobj)  # one that is read is a proxy
    voxels = Voxels(data, file, shape, proxy)
    require_budget(proxy.offset + voxels.decoded_bytes, len(data), file, limits)
    with decoding(file, "is truncated or damaged", AGAIN):
        unit = MM_PER_UNIT.get(image.header.get_xyzt_units()[0], 1.0)
        zooms = _zooms(head, len(shape), unit)
        geometry = _geometry(shape, zooms, image)
        notes = contradictions(image.header, shape, zooms, unit)
    row_axis, column_axis = in_plane_axes(geometry.slice_axis)
    require_size(shape[row_axis], shape[column_axis], file, limits)
    return Volume(voxels, geometry, notes)


def _require_volume(shape: tuple[int, ...], stored: np.dtype, file: str, limits: Limits) -> None:
    if not 2 <= len(shape) <= 4:
        raise BadInput(f"{file} has {len(shape)} dimensions {shape}, expected 2, 3 or 4; split it")
    if stored.kind not in "uif":
        raise BadInput(f"{file} holds {stored} values, expected real numbers; export its magnitude")
    spatial = sorted(shape[:3])[-2:]  # the stack is the shortest of three axes, wherever it lies
    require_size(spatial[1], spatial[0], file, limits)
    n_slices = math.prod(shape) // max(1, math.prod(spatial))
    if not 1 <= n_slices <= limits.max_slices:
        raise BadInput(f"{file} has shape {shape}, expected 1 to {limits.max_slices} slices; split it")


def _zooms(plain: bytes, n_axes: int, unit: float) -> list[float]:
    """Voxel size in mm along the spatial axes as the file has it; nibabel would turn a missing 0 into 1."""
    second = plain[4:8] == b"n+2\x00"
    start, kind = (104, "f8") if second else (76, "f4")
    order = "<" if int.from_bytes(plain[:4], "little") in (348, 540) else ">"
    values = np.frombuffer(plain, order + kind, count=8, offset=start)
    return [abs(float(value)) * unit for value in values[1 : 1 + min(n_axes, 3)]]


def _geometry(shape: tuple[int, ...], zooms: list[float], image: nib.Nifti1Image) -> Geometry:
    """Return spacing and slice distance are None where the header gives none that can be."""
    padded = (*zooms, *[1.0] * (3 - len(zooms)))
    slice_axis = find_slice_axis(shape, padded) if len(shape) > 2 and all(map(_is_length, padded)) else 2
    row_axis, column_axis = in_plane_axes(slice_axis)
    known = is_pixel_size(padded[row_axis]) and is_pixel_size(padded[column_axis])
    distance = padded[slice_axis] if len(shape) > 2 and _is_length(padded[slice_axis]) else None
    affine = np.asarray(image.affine, float)
    return Geometry(
        format="nifti",
        shape=shape,
        spacing_mm=(padded[row_axis], padded[column_axis]) if known else None,
        slice_distance_mm=distance,
        affine=tuple(tuple(float(value) for value in row) for row in affine),
        slice_axis=slice_axis,
        header=image.header.binaryblock,
    )


def _is_length(millimetres: float) -> bool:
    return math.isfinite(millimetres) and millimetres > 0

"""What a NIfTI header says twice, and whether it says the same."""

import math
from collections.abc import Sequence

import nibabel as nib
import numpy as np
from nibabel.spatialimages import HeaderDataError

SAME_SIZE = 0.01  # relative; programs round differently
SAME_PLACE = 0.5  # of a pixel, at any corner of the volume


def contradictions(
    header: nib.Nifti1Header, shape: Sequence[int], zooms_mm: Sequence[float], mm_per_unit: float
) -> tuple[str, ...]:
    """Return a note where pixdim and sform differ in pixel size, one where sform and qform differ in place.

    Args:
        header: of either version.
        shape: of the volume.
        zooms_mm: pixdim in mm, as many as there are spatial axes.
        mm_per_unit: of the header's own unit of length.
    """
    sform, qform = _form(header, "sform"), _form(header, "qform")
    notes = []
    if sform is not None:
        sizes = [float(np.linalg.norm(column)) * mm_per_unit for column in sform[:3, : len(zooms_mm)].T]
        pairs = [
            pair
            for pair in zip(zooms_mm, sizes, strict=True)
            if min(pair) > 0 and all(map(math.isfinite, pair))
        ]
        if any(abs(zoom / placed - 1) > SAME_SIZE for zoom, placed in pairs):
            notes.append(
                f"pixdim says voxels of {_sizes(zooms_mm)} mm, the sform of {_sizes(sizes)} mm; "
                "pixdim's are used"
            )
    if sform is not None and header["qform_code"] > 0:
        if qform is None:
            notes.append("its qform is no rotation; the sform counts")
        elif _apart(sform, qform, shape) * mm_per_unit > _reach(zooms_mm):
            notes.append(
                "sform and qform put the volume in different places; both are kept, the sform counts"
            )
    return tuple(notes)


def _form(header: nib.Nifti1Header, name: str) -> np.ndarray | None:
    """Return the affine, None where the header declares none or a damaged one."""
    try:
        affine = header.get_sform(coded=True)[0] if name == "sform" else header.get_qform(coded=True)[0]
    except (HeaderDataError, ValueError):  # quaternions that are no rotation
        return None
    return affine if affine is not None and np.isfinite(affine).all() else None


def _apart(one: np.ndarray, other: np.ndarray, shape: Sequence[int]) -> float:
    """Return how far the corner that differs most lies from itself, in the header's units."""
    corners = np.array(list(np.ndindex(2, 2, 2))) * [max(0, n - 1) for n in (*shape, 1, 1)[:3]]
    positions = [corners @ affine[:3, :3].T + affine[:3, 3] for affine in (one, other)]
    return float(np.linalg.norm(positions[0] - positions[1], axis=1).max())


def _reach(zooms_mm: Sequence[float]) -> float:
    known = [size for size in zooms_mm if math.isfinite(size) and size > 0]
    return SAME_PLACE * min(known, default=1.0)


def _sizes(sizes: Sequence[float]) -> str:
    return " x ".join(f"{size:.4g}" for size in sizes)

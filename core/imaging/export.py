"""Masks back into the geometry and the files they came from: PNG for images, NIfTI for volumes and DICOM."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image

from core.durable import replacing
from core.errors import StoreUnavailable
from core.imaging.volume_axes import place_in_volume
from core.records import Geometry, SourceFile

MasksByPlace = Mapping[tuple[int, int], np.ndarray]  # (position, phase) -> (height, width) uint8
PICTURES = ("png", "jpeg", "tiff")


@dataclass(frozen=True)
class Part:
    """One of the files that a series came in, and what it holds of the series."""

    name: str  # of the file, for people
    geometry: Geometry  # its own
    places: Mapping[tuple[int, int], tuple[int, int]]  # (position, phase) of the series -> in the file

    def masks(self, masks: MasksByPlace) -> dict[tuple[int, int], np.ndarray]:
        """Those masks of a series that belong into this file, by their places in it."""
        return {self.places[place]: mask for place, mask in masks.items() if place in self.places}


def parts_of(
    geometry: Geometry, files: Sequence[SourceFile], sources: Mapping[tuple[int, int], str]
) -> list[Part]:
    """The files that masks of a series are written back into, in the order of its slices.

    Args:
        geometry: of the series.
        files: where phases came in files of their own.
        sources: name of the file of each slice, by (position, phase).
    """
    if files:
        return [_phases_of(file, sources) for file in files]
    names = list(dict.fromkeys(sources.values()))
    if geometry.format not in PICTURES or len(names) < 2:
        return [Part(names[0] if names else "", geometry, {place: place for place in sources})]
    return [_picture(geometry, name, sources) for name in names]


def _phases_of(file: SourceFile, sources: Mapping[tuple[int, int], str]) -> Part:
    numbers = {phase: number for number, phase in enumerate(file.phases)}
    places = {
        (position, phase): (position, numbers[phase]) for position, phase in sources if phase in numbers
    }
    return Part(file.name, file.geometry, places)


def _picture(geometry: Geometry, name: str, sources: Mapping[tuple[int, int], str]) -> Part:
    """A file of a series that came as pictures; its slices are counted from 0 in it."""
    own = sorted(place for place, source in sources.items() if source == name)
    positions = {position: number for number, position in enumerate(sorted({place[0] for place in own}))}
    phases = {phase: number for number, phase in enumerate(sorted({place[1] for place in own}))}
    if len(own) == 1 and not is_flat(geometry):
        geometry = replace(geometry, shape=(geometry.shape[1], geometry.shape[0]))
    return Part(name, geometry, {place: (positions[place[0]], phases[place[1]]) for place in own})


def mask_file_name(geometry: Geometry, stem: str) -> str:
    """The file that `write_masks` makes for a series of this geometry.

    >>> mask_file_name(Geometry("png", (96, 96), (1.8, 1.8)), "cmr1")
    'cmr1_mask.png'
    """
    return f"{stem}_mask.png" if is_flat(geometry) else f"{stem}_mask.nii.gz"


def is_flat(geometry: Geometry) -> bool:
    """Whether the series is a single 2-D image, which goes back into one."""
    return geometry.format in ("png", "jpeg", "tiff", "npy") and (
        len(geometry.shape) == 2 or geometry.shape[0] == 1
    )


def write_masks(geometry: Geometry, masks: MasksByPlace, stem: str, folder: Path) -> Path:
    """Write the masks of a series as one file and return its path; a file of that name is replaced.

    Places without a mask hold background. The file appears whole or not at all.

    Raises:
        StoreUnavailable: when the folder cannot be written or the disk is full.
    """
    path = folder / mask_file_name(geometry, stem)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            if is_flat(geometry):
                Image.fromarray(next(iter(masks.values()))).save(file, "PNG")
            else:
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    mask_volume(geometry, masks).to_stream(packed)
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be written ({error.strerror or error}); free some space or choose another folder"
        ) from error
    return path


def mask_volume(geometry: Geometry, masks: MasksByPlace) -> nib.Nifti1Image:
    """The masks as a NIfTI image of the source's shape, affine and header geometry."""
    if geometry.format == "nifti":
        volume = np.zeros(geometry.shape, np.uint8)
        for (position, phase), mask in masks.items():
            place_in_volume(volume, mask, geometry.slice_axis, in_stack(geometry, position), phase)
        return _like_source(volume, geometry)
    height, width = next(iter(masks.values())).shape
    n_positions = 1 + max(in_stack(geometry, position) for position, _ in masks)
    n_phases = 1 + max(phase for _, phase in masks)
    if geometry.format == "dicom":
        n_positions, n_phases = max(n_positions, geometry.shape[2]), max(n_phases, geometry.shape[3])
    volume = np.zeros((width, height, n_positions, n_phases), np.uint8)
    for (position, phase), mask in masks.items():
        place_in_volume(volume, mask, 2, in_stack(geometry, position), phase)
    if n_phases == 1:
        volume = volume[..., 0]
    image = nib.Nifti1Image(volume, np.array(geometry.affine) if geometry.affine else _plain_affine(geometry))
    image.header.set_xyzt_units("mm", "sec")
    return image


def in_stack(geometry: Geometry, position: int) -> int:
    """Where a position of the series lies in its source's stack, which may have gaps.

    >>> in_stack(Geometry("dicom", (5, 6, 4, 1), None, slice_indices=(0, 1, 3)), 2)
    3
    """
    return geometry.slice_indices[position] if geometry.slice_indices else position


def _like_source(volume: np.ndarray, geometry: Geometry) -> nib.Nifti1Image:
    """The volume under a copy of the source's header, with values stored as they are."""
    second = len(geometry.header) == nib.Nifti2Header.template_dtype.itemsize
    kind = nib.Nifti2Image if second else nib.Nifti1Image
    header = kind.header_class(geometry.header, check=False)
    header.set_data_dtype(np.uint8)
    header.set_slope_inter(1, 0)
    header["cal_min"], header["cal_max"] = 0, 0
    header["descrip"] = b"0 background, 1 RV, 2 myocardium, 3 LV"
    image = kind(volume, None, header)
    # Both transforms stay as they were, not only the one that nibabel would choose.
    for name in ("sform_code", "qform_code", "srow_x", "srow_y", "srow_z", "pixdim"):
        image.header[name] = header[name]
    for name in ("quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z"):
        image.header[name] = header[name]
    return image


def _plain_affine(geometry: Geometry) -> np.ndarray:
    """Millimetres along the array's own axes, where the source says nothing of the patient."""
    row_mm, column_mm = geometry.spacing_mm or (1.0, 1.0)
    return np.diag([column_mm, row_mm, geometry.slice_distance_mm or 1.0, 1.0])

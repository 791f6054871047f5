"""Masks back into the geometry and the files that their series came from, in the format's own way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.durable import replacing
from core.errors import StoreUnavailable
from core.imaging.readers.reader import MasksByIndex
from core.imaging.readers.registry import is_picture, is_single_plane, writer_for
from core.records.slices import Geometry, SourceFile


@dataclass(frozen=True)
class Part:
    """One of the files that a series came in, and what it holds of the series."""

    name: str  # of the file, for people
    geometry: Geometry  # its own
    indices: Mapping[tuple[int, int], tuple[int, int]]  # (position, phase) of the series -> in the file

    def masks(self, masks: MasksByIndex) -> dict[tuple[int, int], np.ndarray]:
        """Return those masks of a series that belong into this file, by their indices in it."""
        return {self.indices[index]: mask for index, mask in masks.items() if index in self.indices}


def parts_of(
    geometry: Geometry, files: Sequence[SourceFile], sources: Mapping[tuple[int, int], str]
) -> list[Part]:
    """Return the files that masks of a series are written back into, in the order of its slices.

    Args:
        geometry: of the series.
        files: where phases came in files of their own.
        sources: name of the file of each slice, by (position, phase).
    """
    if files:
        return [_phases_of(file, sources) for file in files]
    names = list(dict.fromkeys(sources.values()))
    if not is_picture(geometry) or len(names) < 2:
        return [Part(names[0] if names else "", geometry, {index: index for index in sources})]
    return [_picture(geometry, name, sources) for name in names]


def _phases_of(file: SourceFile, sources: Mapping[tuple[int, int], str]) -> Part:
    numbers = {phase: number for number, phase in enumerate(file.phases)}
    indices = {
        (position, phase): (position, numbers[phase]) for position, phase in sources if phase in numbers
    }
    return Part(file.name, file.geometry, indices)


def _picture(geometry: Geometry, name: str, sources: Mapping[tuple[int, int], str]) -> Part:
    """Return a file of a series that came as pictures; its slices are counted from 0 in it."""
    own = sorted(index for index, source in sources.items() if source == name)
    positions = {position: number for number, position in enumerate(sorted({index[0] for index in own}))}
    phases = {phase: number for number, phase in enumerate(sorted({index[1] for index in own}))}
    if len(own) == 1 and not is_single_plane(geometry):
        geometry = replace(geometry, shape=(geometry.shape[1], geometry.shape[0]))
    return Part(name, geometry, {index: (positions[index[0]], phases[index[1]]) for index in own})


def mask_file_name(geometry: Geometry, stem: str) -> str:
    """Return the file that `write_masks` makes for a series of this geometry.

    >>> mask_file_name(Geometry("png", (96, 96), (1.8, 1.8)), "cmr1")
    'cmr1_mask.png'
    """
    return f"{stem}_mask{writer_for(geometry).ending}"


def write_masks(geometry: Geometry, masks: MasksByIndex, stem: str, folder: Path) -> Path:
    """Write the masks of a series as one file and return its path; a file of that name is replaced.

    Slices without a mask hold background. The file appears whole or not at all.

    Raises:
        StoreUnavailable: when the folder cannot be written or the disk is full.
    """
    path = folder / mask_file_name(geometry, stem)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            writer_for(geometry).write(geometry, masks, file)
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be written ({error.strerror or error}); free some space or choose another folder"
        ) from error
    return path

"""Whether two files lie on one grid in the patient, and a mask laid onto the grid of its image.

Grids are compared where it shows: at the corners of the volume, in millimetres, so that rounding of headers,
oblique axes and long stacks all weigh what they do to a picture.
"""

from collections.abc import Iterable
from itertools import product

import numpy as np
from nibabel.orientations import apply_orientation

from core.errors import BadInput
from core.imaging.grids.affines import (
    ROUNDING,
    SAME_SIZE,
    UNTURNED,
    Orientation,
    axes_of,
    furthest_mm,
    sizes_mm,
    spatial_shape,
    transforms,
    turned_towards,
    voxel_mm,
)
from core.imaging.grids.differences import difference, flat_difference
from core.imaging.readers.registry import is_volume
from core.records.slices import Geometry


def same_grid(one: Geometry, other: Geometry) -> str:
    """Return "" where both lie on one grid up to rounding, else what is different about the first.

    The words go on from the name of the first file: `it lies 12.0 mm beside it`.
    """
    if not _are_volumes(one, other):
        return flat_difference(one, other)
    return "" if UNTURNED in matching_turns(one, other) else difference(one, other)


def lay_onto(
    volume: np.ndarray, theirs: Geometry, ours: Geometry, file: str, image_file: str
) -> tuple[np.ndarray, list[str]]:
    """Return a mask's volume on the array axes of its image, and notes on what was done.

    Only spatial axes count: a 4-D volume keeps its phases. Pictures and arrays know no place, so that sizes
    alone are compared and the volume keeps the axes that it has.

    Args:
        volume: in the axes of its file; 2-D, 3-D or 4-D.
        theirs: the geometry of that file.
        ours: the geometry of the image.
        file: name of the mask's file, for messages.
        image_file: name of the image's, for messages.

    Raises:
        BadInput: when the mask lies elsewhere, has other voxels, or contradicts itself.
    """
    turn = require_grid(theirs, ours, file, image_file)
    if turn is None:
        return volume, []
    phases = volume.shape[3:] if volume.ndim > 3 and volume.shape[3] > 1 else ()
    laid = np.asarray(apply_orientation(volume.reshape(*spatial_shape(theirs), *phases), np.array(turn)))
    notes = [
        *_turn_notes(turn, theirs, ours, file, image_file),
        *_place_notes(theirs, ours, file, image_file),
    ]
    if ours.slice_indices:
        kept, n_outside = _at_positions(laid, ours.slice_indices)
        outside = (
            f"{file}: {n_outside} of its slices with labels lie in a gap of {image_file} and are left out"
        )
        laid, notes = kept, notes + [outside] * bool(n_outside)
    return laid[:, :, 0] if len(ours.shape) == 2 else laid, notes


def require_grid(theirs: Geometry, ours: Geometry, file: str, image_file: str) -> Orientation | None:
    """Return how `lay_onto` turns a mask, by headers alone; None where it keeps the axes that it has.

    Raises:
        BadInput: when the mask lies elsewhere, has other voxels, or contradicts itself.
    """
    if not _are_volumes(theirs, ours):
        _refuse(flat_difference(theirs, ours), file, image_file)
        return None
    turns = matching_turns(theirs, ours)
    if not turns:
        _refuse(difference(theirs, ours), file, image_file)
    if len(turns) > 1:
        raise BadInput(
            f"{file} has an sform and a qform that lay it onto {image_file} in different ways; correct the "
            "header and import it again"
        )
    return next(iter(turns))


def matching_turns(one: Geometry, other: Geometry) -> set[Orientation]:
    """Return how the first's axes are to be turned to lie on the other's grid, by each transform that fits.

    Empty where none fits. Where a header knows no place, the size of voxels is all there is to compare.
    """
    mine, yours = transforms(one), transforms(other)
    if not mine or not yours:
        alike = spatial_shape(one) == spatial_shape(other) and _same_sizes(one, other)
        return {UNTURNED} if alike else set()
    turns = _fitting(((mine[name], yours[name]) for name in mine.keys() & yours.keys()), one, other)
    # Some programs keep one of a file's two transforms and write it under the other name.
    return turns or _fitting(product(mine.values(), yours.values()), one, other)


def _fitting(
    pairs: Iterable[tuple[np.ndarray, np.ndarray]], one: Geometry, other: Geometry
) -> set[Orientation]:
    turns = set()
    for mine, yours in pairs:
        turned = turned_towards(mine, spatial_shape(one), yours)
        if turned.shape == spatial_shape(other):
            off_mm = furthest_mm(turned.affine, yours, turned.shape)
            if off_mm <= ROUNDING * voxel_mm(yours).min():
                turns.add(turned.orientation)
    return turns


def _are_volumes(one: Geometry, other: Geometry) -> bool:
    return is_volume(one) and is_volume(other)


def _same_sizes(one: Geometry, other: Geometry) -> bool:
    """Whether voxels are equally large along each axis where both say so; a single slice has no distance."""
    return all(
        mine is None or yours is None or length == 1 or bool(np.isclose(mine, yours, rtol=SAME_SIZE, atol=0))
        for length, mine, yours in zip(spatial_shape(one), sizes_mm(one), sizes_mm(other), strict=True)
    )


def _at_positions(laid: np.ndarray, indices: tuple[int, ...]) -> tuple[np.ndarray, int]:
    """Return the slices where the image has some, and how many others hold labels."""
    outside = np.setdiff1d(np.arange(laid.shape[2]), indices)
    return laid[:, :, list(indices)], sum(bool(laid[:, :, index].any()) for index in outside)


def _turn_notes(turn: Orientation, theirs: Geometry, ours: Geometry, file: str, image_file: str) -> list[str]:
    if turn == UNTURNED:
        return []
    return [
        f"{file} lay in another orientation than {image_file} ({axes_of(theirs)}, not {axes_of(ours)}) at "
        "the same place in the patient; it was turned onto its grid"
    ]


def _place_notes(theirs: Geometry, ours: Geometry, file: str, image_file: str) -> list[str]:
    """Return what is said where the headers do not settle the place by themselves."""
    mine, yours = transforms(theirs), transforms(ours)
    if bool(mine) != bool(yours):
        silent = image_file if mine else file
        return [f"{silent} does not say how it lies in the patient; {file} was laid on {image_file} as it is"]
    alike = mine.keys() & yours.keys()
    fits = [name for name in alike if _fitting([(mine[name], yours[name])], theirs, ours)]
    if fits and len(fits) < len(alike):
        return [f"{file} lies on {image_file} by its {fits[0]} only; sform and qform disagree in one of them"]
    return []


def _refuse(difference: str, file: str, image_file: str) -> None:
    if difference:
        raise BadInput(
            f"{file} does not lie on the grid of {image_file}: {difference}; export both on one grid"
        )

"""The grid of a DICOM stack: a regular lattice by highdicom's rules, and notes on what is odd."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.imaging.dicom.header.frame import Frame
from core.imaging.dicom.stacks.arrangement import CONVENTION, FramesByPosition, depths_along, normal_of
from core.records.slices import Geometry

REGULAR = 0.02  # of the distance: positions are written with few digits
MAX_MISSING_SHARE = 4.0  # as many slices as there are; more is no gap, but slices put anywhere
LISTED = 12  # distances in a note
SHIFT_MM = 0.5  # sideways, that is worth telling
CONTRADICTION = 0.02  # what two attributes may differ by, as a share
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])  # DICOM counts to the left and back, NIfTI not
Spacing = tuple[float, float]


@dataclass(frozen=True)
class Lattice:
    """Where the positions of a stack lie along its normal."""

    distance_mm: float | None = None  # None for a single position, or where nobody says
    indices: tuple[int, ...] = ()  # of each position among equidistant ones; empty where none is missing
    notes: tuple[str, ...] = ()


def geometry_of(by_position: FramesByPosition, spacing_mm: Spacing, lattice: Lattice) -> Geometry:
    """Return the stack as a NIfTI array (columns, rows, positions, phases) in RAS millimetres."""
    first = by_position[0][0]
    n_places = 1 + lattice.indices[-1] if lattice.indices else len(by_position)
    n_phases = max(len(phases) for phases in by_position)
    return Geometry(
        format="dicom",
        shape=(first.header.columns, first.header.rows, n_places, n_phases),
        spacing_mm=spacing_mm,
        slice_distance_mm=lattice.distance_mm,
        affine=_affine(first, spacing_mm, lattice.distance_mm),
        slice_indices=lattice.indices,
    )


def _affine(
    first: Frame, spacing_mm: Spacing, distance_mm: float | None
) -> tuple[tuple[float, ...], ...] | None:
    if first.position is None or first.orientation is None:
        return None
    from highdicom.spatial import create_affine_matrix_from_attributes

    lps = create_affine_matrix_from_attributes(
        image_position=first.position,
        image_orientation=first.orientation,
        pixel_spacing=spacing_mm,
        spacing_between_slices=distance_mm or 1.0,
        index_convention=CONVENTION,
    )
    return tuple(tuple(float(value) for value in row) for row in LPS_TO_RAS @ lps)


def lattice_of(by_position: FramesByPosition) -> Lattice:
    """Return the regular lattice that positions lie on, with gaps; where none fits, the median distance."""
    orientation = by_position[0][0].orientation
    positions = [phases[0].position for phases in by_position if phases[0].position is not None]
    if orientation is None or len(positions) < len(by_position) or len(positions) < 2:
        return Lattice()
    depths = depths_along(orientation, positions)
    steps = np.diff(depths)
    median_mm = float(np.median(steps))
    # Slices that are shifted sideways lie at regular depths all the same; they are told on their own.
    line = np.outer(depths, normal_of(orientation))
    distance_mm, indices = _regular(orientation, line, median_mm)
    shifted = _shift_notes(np.asarray(positions) - line)
    if distance_mm is None:
        listed = ", ".join(f"{step:.1f}" for step in steps[:LISTED]) + (
            ", ..." if len(steps) > LISTED else ""
        )
        irregular = f"positions lie {listed} mm apart, which is irregular; {median_mm:.2f} mm is used for all"
        return Lattice(median_mm, (), (irregular, *shifted))
    missing = 1 + indices[-1] - len(indices)
    if not missing:
        return Lattice(distance_mm, (), shifted)
    gaps = [index + 1 for index, step in enumerate(np.diff(indices).tolist()) if step > 1]
    listed = ", ".join(str(gap) for gap in gaps)
    note = (
        f"{missing} {'slice is' if missing == 1 else 'slices are'} missing in the stack: of slices "
        f"{distance_mm:.2f} mm apart, none lies behind position {listed}"
    )
    return Lattice(distance_mm, indices, (note, *shifted))


def _regular(
    orientation: Sequence[float], positions: np.ndarray, median_mm: float
) -> tuple[float | None, tuple[int, ...]]:
    """highdicom's (distance, indices): without gaps, or with gaps by the median or the smallest distance."""
    from highdicom.spatial import get_volume_positions

    for gaps, hint in ((False, None), (True, median_mm), (True, None)):
        distance_mm, indices = get_volume_positions(
            positions.tolist(),
            orientation,
            rtol=REGULAR,
            allow_missing_positions=gaps,
            spacing_hint=hint,
            index_convention=CONVENTION,
        )
        if distance_mm and indices and len(set(indices)) == len(indices) > max(indices) / MAX_MISSING_SHARE:
            return float(distance_mm), tuple(int(index) for index in indices)
    return None, ()


def _shift_notes(sideways: np.ndarray) -> tuple[str, ...]:
    shift_mm = float(np.linalg.norm(sideways - sideways[0], axis=1).max())
    if shift_mm <= SHIFT_MM:
        return ()
    return (f"slices are shifted sideways by up to {shift_mm:.1f} mm; the first one's place is used for all",)


def contradictions(
    frames: Sequence[Frame], spacing_mm: Spacing, distance_mm: float | None
) -> tuple[str, ...]:
    """Return notes on millimetres that other attributes contradict; positions and Pixel Spacing are used."""
    notes = []
    first = frames[0]
    if first.spacing_mm and first.scanned_mm and not all(map(_agree, first.spacing_mm, first.scanned_mm)):
        used, other = (" x ".join(f"{mm:.4g}" for mm in pair) for pair in (spacing_mm, first.scanned_mm))
        notes.append(f"Pixel Spacing says {used} mm, another attribute {other} mm; Pixel Spacing is used")
    if distance_mm is None:
        return tuple(notes)
    between_mm, thickness_mm = (
        Counter(values).most_common(1)[0][0]
        for values in ([frame.between_mm for frame in frames], [frame.thickness_mm for frame in frames])
    )
    if between_mm and not _agree(abs(between_mm), distance_mm):
        notes.append(
            f"Spacing Between Slices says {abs(between_mm):.4g} mm, the positions {distance_mm:.2f} mm, "
            "which is used"
        )
    if thickness_mm and thickness_mm > distance_mm and not _agree(thickness_mm, distance_mm):
        notes.append(
            f"Slice Thickness says {thickness_mm:.4g} mm, more than the {distance_mm:.2f} mm between "
            "positions: slices overlap"
        )
    return tuple(notes)


def _agree(one_mm: float, other_mm: float) -> bool:
    return abs(one_mm - other_mm) <= CONTRADICTION * other_mm

"""Where images lie along the normal of their stack, and in which order: positions, and phases at each."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from core.imaging.dicom.header.frame import Frame

SAME_POSITION_MM = 0.1  # slices closer than this along the normal are one position
CONVENTION = "RD"  # a pixel's first index counts columns to the right, its second rows down, as DICOM has it
FramesByPosition = list[
    list[Frame]
]  # for each position, in the order of their depth, its phases in the order of time


def normal_of(orientation: Sequence[float]) -> np.ndarray:
    """Return the direction in which positions are counted, a unit vector in LPS, right-handed to the axes."""
    from highdicom.spatial import get_normal_vector  # needed for DICOM only, and slow to load

    normal = get_normal_vector(orientation, index_convention=CONVENTION)
    return np.asarray(normal / np.linalg.norm(normal))


def depths_along(orientation: Sequence[float], positions: Sequence[Sequence[float]]) -> np.ndarray:
    """Return how far along the normal of the orientation each position (LPS mm) lies, in mm."""
    return np.asarray(np.asarray(positions, dtype=float) @ normal_of(orientation))


def number_positions(depths: Sequence[float]) -> list[int]:
    """Return for each depth in mm the number of its position, from 0 at the smallest.

    >>> number_positions([8.0, 0.0, 8.05, 16.0])
    [1, 0, 1, 2]
    """
    numbers = [0] * len(depths)
    number, begin = -1, -np.inf
    for index in np.argsort(depths, kind="stable").tolist():
        if depths[index] - begin > SAME_POSITION_MM:
            number, begin = number + 1, depths[index]
        numbers[index] = number
    return numbers


def positions_of(frames: Sequence[Frame]) -> list[int]:
    """Return the number of each image's position in its stack; 0 for all where the files do not say."""
    orientation = frames[0].orientation
    positions = [frame.position for frame in frames if frame.position is not None]
    if orientation is None or len(positions) < len(frames):
        return [0] * len(frames)
    return number_positions(depths_along(orientation, positions).tolist())


def arrange_frames(frames: Sequence[Frame]) -> FramesByPosition:
    """Return the images of one stack by position and phase."""
    timed = sorted(range(len(frames)), key=_order_of_time(frames).__getitem__)
    numbers = positions_of(frames)
    by_number: dict[int, list[Frame]] = defaultdict(list)
    for index in timed:
        by_number[numbers[index]].append(frames[index])
    return [by_number[number] for number in sorted(by_number)]


def _order_of_time(frames: Sequence[Frame]) -> list[tuple[float, ...]]:
    """For each image what sorts it: the times that all of the stack have, the better before the worse."""
    columns = list(zip(*(frame.times for frame in frames), strict=True))
    complete = [column for column in columns if all(time is not None for time in column)]
    return [tuple(time or 0.0 for time in row) for row in zip(*complete, strict=True)]


def uneven_phases(by_position: FramesByPosition) -> tuple[str, ...]:
    """Return a note where positions have different numbers of phases.

    Says how many positions have how many, the usual number first.
    """
    counts = Counter(len(phases) for phases in by_position)
    if len(counts) < 2:
        return ()
    listed = ", ".join(
        f"{n_phases} at {n_places} of the positions" for n_phases, n_places in counts.most_common()
    )
    return (f"positions have different numbers of phases: {listed}",)


def repeated_times(by_position: FramesByPosition) -> tuple[str, ...]:
    """Return a note where images of one position have one trigger time, as of two scans in one series."""
    n_repeats = sum(
        len(times) - len(set(times))
        for times in (
            [frame.trigger_ms for frame in phases if frame.trigger_ms is not None] for phases in by_position
        )
    )
    if not n_repeats:
        return ()
    return (f"{n_repeats} images have the trigger time of another one at their position; kept as phases",)

"""Where images lie along the normal of their stack, and in which order: positions, and phases at each."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from core.imaging.readers.dicom.frame import Frame

SAME_PLACE_MM = 0.1  # slices closer than this along the normal are one position
CONVENTION = "RD"  # a pixel's first index counts columns to the right, its second rows down, as DICOM has it
Places = list[list[Frame]]  # for each position, in the order of their depth, its phases in the order of time


def normal_of(orientation: Sequence[float]) -> np.ndarray:
    """The direction in which positions are counted, LPS, unit length: right-handed to columns and rows."""
    from highdicom.spatial import get_normal_vector  # needed for DICOM only, and slow to load

    normal = get_normal_vector(orientation, index_convention=CONVENTION)
    return np.asarray(normal / np.linalg.norm(normal))


def depths_along(orientation: Sequence[float], positions: Sequence[Sequence[float]]) -> np.ndarray:
    """How far along the normal of the orientation each position (LPS mm) lies, in mm."""
    return np.asarray(np.asarray(positions, dtype=float) @ normal_of(orientation))


def place_numbers(depths: Sequence[float]) -> list[int]:
    """For each depth the number of its position, from 0 at the smallest.

    >>> place_numbers([8.0, 0.0, 8.05, 16.0])
    [1, 0, 1, 2]
    """
    numbers = [0] * len(depths)
    number, begin = -1, -np.inf
    for index in np.argsort(depths, kind="stable").tolist():
        if depths[index] - begin > SAME_PLACE_MM:
            number, begin = number + 1, depths[index]
        numbers[index] = number
    return numbers


def frame_places(frames: Sequence[Frame]) -> list[int]:
    """The number of each image's position in its stack; 0 for all where the files do not say."""
    orientation = frames[0].orientation
    positions = [frame.position for frame in frames if frame.position is not None]
    if orientation is None or len(positions) < len(frames):
        return [0] * len(frames)
    return place_numbers(depths_along(orientation, positions).tolist())


def arrange(frames: Sequence[Frame]) -> Places:
    """The images of one stack by position and phase."""
    timed = sorted(range(len(frames)), key=_order_of_time(frames).__getitem__)
    numbers = frame_places(frames)
    places: dict[int, list[Frame]] = defaultdict(list)
    for index in timed:
        places[numbers[index]].append(frames[index])
    return [places[number] for number in sorted(places)]


def _order_of_time(frames: Sequence[Frame]) -> list[tuple[float, ...]]:
    """For each image what sorts it: the times that all of the stack have, the better before the worse."""
    columns = list(zip(*(frame.times for frame in frames), strict=True))
    complete = [column for column in columns if all(time is not None for time in column)]
    return [tuple(time or 0.0 for time in row) for row in zip(*complete, strict=True)]


def uneven_phases(places: Places) -> tuple[str, ...]:
    """A note where positions have different numbers of phases.

    Says how many positions have how many, the usual number first.
    """
    counts = Counter(len(place) for place in places)
    if len(counts) < 2:
        return ()
    told = ", ".join(
        f"{n_phases} at {n_places} of the positions" for n_phases, n_places in counts.most_common()
    )
    return (f"positions have different numbers of phases: {told}",)


def repeated_times(places: Places) -> tuple[str, ...]:
    """A note where images of one position have one trigger time, as of two scans in one series."""
    n_repeats = sum(
        len(times) - len(set(times))
        for times in (
            [frame.trigger_ms for frame in place if frame.trigger_ms is not None] for place in places
        )
    )
    if not n_repeats:
        return ()
    return (f"{n_repeats} images have the trigger time of another one at their position; kept as phases",)

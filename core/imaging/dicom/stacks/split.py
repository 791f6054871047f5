"""Images of one series taken apart into stacks: one kind, matrix, pixel size and orientation in each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from core.errors import BadInput
from core.imaging.dicom.header.frame import Frame
from core.imaging.dicom.header.kinds import Kind

SAME_DIRECTION = float(np.cos(np.deg2rad(1.0)))  # scanners round cosines, and repeat a plan to within a tenth
SAME_SIZE = 1e-3  # of pixel sizes, relative: 1.3672 and 1.367188 are one
MAX_STACKS = 200  # of one series, each of which goes through its files; radial scans have fifty
T = TypeVar("T", bound=Hashable)
# (kind, burned in), matrix, pixel size, orientation: None for images without a place where others have one
Key = tuple[tuple[Kind, bool], tuple[int, int], int, int | None]


@dataclass(frozen=True, eq=False)
class Stack:
    """Images that can lie on one grid, in no order yet."""

    frames: tuple[Frame, ...]
    notes: tuple[str, ...] = ()
    suffix: str = ""  # what tells its name from that of the series' main stack


class Alike(Generic[T]):
    """Numbers values so that those that are the same up to a tolerance have one number."""

    def __init__(self, same: Callable[[T, T], bool]) -> None:
        self._same = same
        self._first: list[T] = []
        self._known: dict[T, int] = {}

    def number(self, value: T) -> int:
        """Return the number of the first value that this one is the same as."""
        if value not in self._known:
            numbers = (index for index, first in enumerate(self._first) if self._same(first, value))
            self._known[value] = next(numbers, len(self._first))
            if self._known[value] == len(self._first):
                self._first.append(value)
        return self._known[value]


def same_orientation(one: tuple[float, ...] | None, other: tuple[float, ...] | None) -> bool:
    """Return whether rows and columns point the same way, up to a degree."""
    if one is None or other is None:
        return one is other
    return all(
        float(np.dot(one[part], other[part])) >= SAME_DIRECTION * _length(one[part]) * _length(other[part])
        for part in (slice(0, 3), slice(3, 6))
    )


def same_spacing(one: tuple[float, ...] | None, other: tuple[float, ...] | None) -> bool:
    """Return whether pixels are as large, up to rounding."""
    if one is None or other is None:
        return one is other
    return bool(np.allclose(one, other, rtol=SAME_SIZE, atol=0.0))


def _length(direction: Sequence[float]) -> float:
    return float(np.linalg.norm(direction))


def without_copies(frames: Iterable[Frame]) -> tuple[list[Frame], Counter[str], Counter[str]]:
    """Return each image once, how many copies were left out and how many only claim to be one, by series UID.

    A copy has the identifier, place, times and size of an image before it; the one with a mask stays. Where
    identifiers repeat but the rest does not, both are kept: somebody gave one identifier to all.
    """
    kept: list[Frame] = []
    seen: dict[Hashable, int] = {}
    identifiers: set[Hashable] = set()
    copies: Counter[str] = Counter()
    doubtful: Counter[str] = Counter()
    for frame in frames:
        header = frame.header
        series = header.examination.series_uid
        identifier = (header.examination.patient_id, series, header.sop_uid, frame.index)
        whole = (*identifier, frame.position, frame.orientation, frame.times, header.rows, header.columns)
        if header.sop_uid and whole in seen:
            copies[series] += 1
            if header.mask is not None:
                kept[seen[whole]] = frame
            continue
        doubtful[series] += bool(header.sop_uid) and identifier in identifiers
        seen[whole] = len(kept)
        identifiers.add(identifier)
        kept.append(frame)
    return kept, copies, doubtful


def split_series(frames: Sequence[Frame]) -> list[Stack]:
    """Return the stacks of one series, the main one first; each says what was kept apart and why.

    Raises:
        BadInput: when they would be more than any examination has.
    """
    orientations, spacings = Alike(same_orientation), Alike(same_spacing)
    some_placed = any(frame.placed for frame in frames)
    parts: dict[Key, list[Frame]] = defaultdict(list)
    for frame in frames:
        header = frame.header
        placed = frame.placed or not some_placed
        key: Key = (
            (frame.kind, header.burned_in),
            (header.rows, header.columns),
            spacings.number(frame.spacing_mm),
            orientations.number(frame.orientation) if placed else None,
        )
        parts[key].append(frame)
        if len(parts) > MAX_STACKS:
            raise BadInput(
                f"the series of {header.source.file} has more than {MAX_STACKS} orientations, sizes or "
                "kinds of images; import it in parts"
            )
    main = min(parts, key=lambda key: (key[3] is None, _rank(parts[key][0].kind), -len(parts[key])))
    reasons = {key: _reason(parts[key][0], key, main) for key in parts if key != main}
    stacks = [Stack(tuple(parts[main]), _split_note(reasons, parts))]
    counts: Counter[str] = Counter()
    for key, reason in reasons.items():
        counts[reason] += 1
        suffix = reason if counts[reason] == 1 else f"{reason} {counts[reason]}"
        stacks.append(
            Stack(tuple(parts[key]), (f"kept apart from the rest of its series: {reason}",), suffix)
        )
    return stacks


def _rank(kind: Kind) -> int:
    return list(Kind).index(kind)


def _reason(frame: Frame, key: Key, main: Key) -> str:
    """Why images are in no stack with the main ones, in words that also tell their names apart."""
    if key[0] != main[0]:
        return str(frame.kind) if key[0][0] != main[0][0] else "perhaps a name in the picture"
    if key[1] != main[1]:
        return f"{frame.header.rows}x{frame.header.columns} pixels"
    if key[3] is None:
        return "without a position"
    return "another orientation" if key[3] != main[3] else "another pixel size"


def _split_note(reasons: dict[Key, str], parts: dict[Key, list[Frame]]) -> tuple[str, ...]:
    """Return the main stack's note on what its series held besides."""
    counts: Counter[str] = Counter()
    for key, reason in reasons.items():
        counts[reason] += len(parts[key])
    if not counts:
        return ()
    listed = ", ".join(f"{reason} ({count})" for reason, count in counts.items())
    return (f"images of the same series that were kept apart as series of their own: {listed}",)

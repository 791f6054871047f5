"""Series that hold one slice position each, as Siemens and GE export them, put together into one stack."""

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Hashable, Sequence

from core.imaging.dicom.header.frame import Frame
from core.imaging.dicom.stacks.arrangement import SAME_POSITION_MM, depths_along, positions_of
from core.imaging.dicom.stacks.split import Alike, Stack, same_orientation, same_spacing

REPEATED = "its one slice position is in another series of the same name, too; kept as a series of its own"


def join_single_positions(stacks: Sequence[Stack]) -> list[Stack]:
    """Return the stacks of one study, those of one position joined where everything but the position agrees.

    Neither series of several positions nor repeats of one position are ever joined.
    """
    orientations, spacings = Alike(same_orientation), Alike(same_spacing)
    groups: dict[tuple[Hashable, ...], list[Stack]] = defaultdict(list)
    for index, stack in enumerate(stacks):
        if stack.frames[0].placed and not any(positions_of(stack.frames)):
            first = stack.frames[0]
            plane = (spacings.number(first.spacing_mm), orientations.number(first.orientation))
            groups[(*_agreement(stack.frames, index), *plane)].append(stack)
        else:
            groups[(index,)].append(stack)
    return [joined for members in groups.values() for joined in _joined(members)]


def _agreement(frames: Sequence[Frame], index: int) -> tuple[Hashable, ...]:
    """What series must agree in to be joined; `index` makes those unlike all others that do not say where."""
    header = frames[0].header
    references = {frame.header.frame_of_reference for frame in frames}
    return (
        references.pop() if len(references) == 1 else index,
        header.examination.description,
        frames[0].kind,
        header.burned_in,
        (header.rows, header.columns),
        len(frames) > 1,  # a cine is none of the slices of a still stack
    )


def _joined(stacks: Sequence[Stack]) -> list[Stack]:
    """Stacks that agree, as one; those that repeat a series or a place of it stay what they are."""
    if len(stacks) < 2:
        return list(stacks)
    taken: list[Stack] = []
    rest: list[Stack] = []
    depths: list[float] = []
    series: set[str] = set()
    firsts = [stack.frames[0] for stack in stacks]
    along_mm = depths_along(firsts[0].orientation or (), [first.position or () for first in firsts])
    for stack, first, depth in zip(stacks, firsts, along_mm.tolist(), strict=True):
        if first.header.examination.series_uid in series:
            rest.append(stack)
        elif _is_taken(depth, depths):
            rest.append(Stack(stack.frames, (*stack.notes, REPEATED), stack.suffix))
        else:
            taken.append(stack)
            insort(depths, depth)
            series.add(first.header.examination.series_uid)
    if len(taken) < 2:
        return list(stacks)
    notes = dict.fromkeys(note for stack in taken for note in stack.notes)
    note = f"joined out of {len(taken)} series that hold one slice position each"
    frames = tuple(frame for stack in taken for frame in stack.frames)
    return [Stack(frames, (note, *notes), taken[0].suffix), *rest]


def _is_taken(depth: float, taken: Sequence[float]) -> bool:
    """Return whether one of these depths, in order, is the same place."""
    at = bisect(taken, depth)
    return any(abs(depth - other) <= SAME_POSITION_MM for other in taken[max(0, at - 1) : at + 1])

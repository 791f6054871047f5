"""One heart, one series: the files of a patient's phases on one grid are put together."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.imaging.cases.case import Case
from core.imaging.grids.compare import same_grid
from core.imaging.kept_names import kept_name
from core.imaging.layouts.names import WHOLE_CYCLE, frame_number
from core.imaging.readers.reader import Content
from core.imaging.readers.registry import content_by_name
from core.records.slices import Series, Slice, SourceFile

PHASES = re.compile(r"ed|es|(?:frame|phase)[_-]?\d+", re.I)  # of one heart; t1 and t2 may be maps
ORDER = {"ed": -2, "es": -1}


@dataclass(frozen=True)
class ReadCase:
    """A file as it was read."""

    case: Case
    series: Series
    labels_named: bool  # whether a table named the labels of its masks


def group_phases(cases: Sequence[Case]) -> list[list[Case]]:
    """Return the cases, those together that may be phases of one heart by their names."""
    groups: dict[tuple[str, ...], list[Case]] = defaultdict(list)
    for number, case in enumerate(cases):
        identity = case.identity
        view = identity.view.lower()
        key = (identity.patient, case.pair.image.folder, "" if view in WHOLE_CYCLE else view)
        fits = not identity.unclear and (PHASES.fullmatch(identity.phase) or not identity.phase)
        groups[key if fits and _is_volume(case) else (str(number),)].append(case)
    return [part for group in groups.values() for part in _parts(group)]


def _is_volume(case: Case) -> bool:
    return content_by_name(case.pair.image.name) is Content.VOLUME


def _parts(group: list[Case]) -> list[list[Case]]:
    """A group as it is where it has files of single phases and at most one of all; else each by itself."""
    whole = [case for case in group if not case.identity.phase]
    return [group] if len(group) > 1 and len(whole) <= 1 and len(whole) < len(group) else [[c] for c in group]


def join_phases(read: Sequence[ReadCase]) -> list[ReadCase]:
    """Return files of single phases on one grid as one series; a frame of a cine becomes a name in it."""
    cines = [one for one in read if len({item.phase for item in one.series.slices}) > 1]
    frames = [one for one in read if one not in cines and one.case.identity.phase]
    rest = [one for one in read if one not in cines and one not in frames]
    if len(cines) == 1 and frames:
        return [*_into_cine(cines[0], frames), *rest]
    if not cines and len(frames) > 1:
        return [*_side_by_side(sorted(frames, key=_order)), *rest]
    return list(read)


def _order(one: ReadCase) -> tuple[int, str]:
    phase = one.case.identity.phase.lower()
    return ORDER.get(phase, frame_number(phase) or 0), phase


def _side_by_side(frames: list[ReadCase]) -> list[ReadCase]:
    """Return the frames as phases of one series, as far as they lie on the first one's grid."""
    first = frames[0]
    alike, others = [first], []
    for frame in frames[1:]:
        difference = same_grid(frame.series.geometry, first.series.geometry)
        if difference:
            files = f"{frame.case.pair.image.file} and {first.case.pair.image.file}"
            note = f"{files} are no phases of one series, since {difference}"
            others.append(replace(frame, series=_noted(frame.series, note)))
        else:
            alike.append(frame)
    if len(alike) == 1:
        return [first, *others]
    slices = tuple(
        replace(item, phase=phase) for phase, frame in enumerate(alike) for item in frame.series.slices
    )
    names = tuple((phase, _phase_name(frame)) for phase, frame in enumerate(alike))
    view = first.case.identity.view
    joined = replace(
        first.series,
        name=kept_name(view if view.lower() not in WHOLE_CYCLE else "+".join(name for _, name in names)),
        geometry=replace(first.series.geometry, shape=(*first.series.geometry.shape[:3], len(alike))),
        slices=slices,
        notes=tuple(dict.fromkeys(note for frame in alike for note in frame.series.notes)),
        phase_names=names,
        files=tuple(
            SourceFile(frame.case.pair.image.file, frame.series.geometry, (phase,))
            for phase, frame in enumerate(alike)
        ),
    )
    return [replace(first, series=joined, labels_named=any(frame.labels_named for frame in alike)), *others]


def _phase_name(frame: ReadCase) -> str:
    return frame.series.phase_names[0][1] if frame.series.phase_names else frame.case.identity.phase


def _into_cine(cine: ReadCase, frames: list[ReadCase]) -> list[ReadCase]:
    """The cine with the names and masks of the frames that it holds, and the frames that it does not."""
    slices = {(item.phase, item.position): item for item in cine.series.slices}
    names = dict(cine.series.phase_names)
    notes: list[str] = []
    apart: list[ReadCase] = []
    for frame in frames:
        phase = _find_phase(frame, slices)
        if phase is None:
            note = f"{cine.case.pair.image.file} holds no phase with these pictures; kept apart from it"
            apart.append(replace(frame, series=_noted(frame.series, note)))
            continue
        names[phase] = _phase_name(frame)
        notes.append(f"{frame.case.pair.image.file} is phase {phase + 1} of {cine.case.pair.image.file}")
        for item in frame.series.slices:
            if item.mask is not None:
                slices[phase, item.position] = replace(slices[phase, item.position], mask=item.mask)
    series = replace(
        cine.series,
        slices=tuple(slices[item.phase, item.position] for item in cine.series.slices),
        phase_names=tuple(sorted(names.items())),
        notes=(*cine.series.notes, *notes),
    )
    return [
        replace(
            cine, series=series, labels_named=cine.labels_named or any(frame.labels_named for frame in frames)
        ),
        *apart,
    ]


def _find_phase(frame: ReadCase, slices: dict[tuple[int, int], Slice]) -> int | None:
    """Return the phase of the cine with the very same pictures; the one of the frame's own number first."""
    phases = sorted({phase for phase, _ in slices})
    number = frame_number(frame.case.identity.phase)
    likely = [number - 1] if number is not None and number - 1 in phases else []
    n_positions = len({position for _, position in slices})
    if len(frame.series.slices) != n_positions:
        return None
    for phase in likely + phases:
        if all(
            np.array_equal(slices[phase, item.position].pixels, item.pixels) for item in frame.series.slices
        ):
            return phase
    return None


def _noted(series: Series, note: str) -> Series:
    return replace(series, notes=(*series.notes, note))

"""One patient of a folder: the areas of each series, and which of them is measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from core.imaging.layouts.names import frame_number, split_stem, stem
from core.metrics.counts import N_LABELS
from core.metrics.function.heart import HeartFunction, heart_function
from core.metrics.function.moments import Moments, Told, moments_of
from core.metrics.function.rules import heart_findings, reasons
from core.metrics.function.stack import SliceStack, stack_of
from core.records.slices import Place, Series


@dataclass(frozen=True, eq=False)
class SeriesAreas:
    """What is kept of a series once its masks are there: no pixel."""

    name: str
    stack: SliceStack
    phase_names: tuple[tuple[int, str], ...]
    phase_files: tuple[str, ...]  # of each phase, the file that it came in; "" where all came in one
    source: str  # whose masks they are, in words
    notes: tuple[str, ...]

    def number(self, phase: int) -> int:
        """The phase as its source counts it, from 1: the frame that a file of its own is named after."""
        return number_in(self.phase_files[phase], phase)


@dataclass(frozen=True, eq=False)
class MeasuredPatient:
    """What came of one patient."""

    patient: str
    function: HeartFunction | None  # None where nothing could be measured
    ed_number: int | None  # phases as their source counts them, from 1
    es_number: int | None
    notes: tuple[str, ...]  # what was assumed, what makes no sense, and why a figure is missing


def number_in(file: str, phase: int) -> int:
    """Return a phase as its source counts it: the frame that a file of its own is named after, else from 1.

    >>> number_in("patient001_frame12.nii.gz", 1), number_in("p1_ES.nii.gz", 1), number_in("", 7)
    (12, 2, 8)
    """
    name = split_stem(stem(PurePosixPath(file))).phase
    return (frame_number(name) if name.lower().startswith("frame") else None) or phase + 1


def areas_of(
    series: Series, masks: Mapping[Place, np.ndarray], source: str, notes: Sequence[str] = ()
) -> SeriesAreas:
    """Return the areas of a series' masks (height, width) uint8, by (position, phase)."""
    geometry, own = series.geometry, list(masks)
    shape = (1 + max(item.position for item in series.slices), 1 + max(item.phase for item in series.slices))
    counts = [np.bincount(masks[place].ravel(), minlength=N_LABELS) for place in own]
    files = {item.phase: item.source for item in series.slices}
    if geometry.format == "dicom" or (shape[1] > 1 and len(set(files.values())) == 1):
        files = {}  # whose names tell no phase
    stack = stack_of(
        np.array([place[0] for place in own], np.intp),
        np.array([place[1] for place in own], np.intp),
        np.array(counts, np.int64).reshape(-1, N_LABELS),
        geometry.spacing_mm,
        geometry.slice_distance_mm,
        shape=shape,
        places=geometry.slice_indices,
    )
    return SeriesAreas(
        series.name,
        stack,
        series.phase_names,
        tuple(files.get(phase, "") for phase in range(shape[1])),
        source,
        (*series.notes, *notes),
    )


def measured_patient(
    patient: str, series: Sequence[SeriesAreas], problems: Sequence[str] = ()
) -> MeasuredPatient:
    """Return the function of a patient's heart by the series that tells most of it, and why it tells no more.

    Single phases that lie on different grids, as ED and ES may, are each measured on its own.
    """
    if not series:
        return MeasuredPatient(patient, None, None, None, tuple(problems))
    candidates = [*series, *_joined(series)]
    functions = [
        heart_function(one.stack, moments_of(one.stack, names=one.phase_names)) for one in candidates
    ]

    def told(index: int) -> tuple[int, int]:
        figures = functions[index].figures.values()
        return sum(figure.value is not None for figure in figures), candidates[index].stack.drawn.size

    best = max(range(len(candidates)), key=told)
    chosen, function = candidates[best], functions[best]
    moments = function.basis.moments
    notes = [*problems, chosen.source]
    if function.is_measured:
        notes.append(_told(moments))
        notes += [one.text.rstrip(".") for one in heart_findings(chosen.stack, function, {})]
    notes += [f"{', '.join(_few(titles))}: {reason}" for reason, titles in _asked(function).items()]
    notes += chosen.notes
    if function.is_measured and len(series) > 1 and chosen in series:
        others = ", ".join(one.name for one in series if one is not chosen)
        notes.append(f"measured {chosen.name} and not {others}")
    return MeasuredPatient(
        patient,
        function if function.is_measured else None,
        None if moments.ed.phase is None else chosen.number(moments.ed.phase),
        None if moments.es.phase is None else chosen.number(moments.es.phase),
        tuple(dict.fromkeys(notes)),
    )


def _joined(series: Sequence[SeriesAreas]) -> list[SeriesAreas]:
    """Series of one phase each, put side by side: their pixels are scaled to the first one's size."""
    single = [one for one in series if one.stack.n_phases == 1 and not one.stack.obstacle]
    if len(single) < 2:
        return []
    first = single[0].stack
    n_positions = max(one.stack.n_positions for one in single)
    pixels = np.zeros((n_positions, len(single), N_LABELS))
    drawn = np.ones((n_positions, len(single)), bool)
    unit = float(np.prod(first.spacing_mm or (1.0, 1.0))) * (first.distance_mm or 1.0) / 1000
    for phase, one in enumerate(single):
        scale = one.stack.pixel_ml / unit
        pixels[: one.stack.n_positions, phase] = one.stack.pixels[:, 0] * scale[:, None]
        drawn[: one.stack.n_positions, phase] = one.stack.drawn[:, 0]
    names = tuple((phase, name) for phase, one in enumerate(single) for _, name in one.phase_names)
    return [
        SeriesAreas(
            "+".join(one.name for one in single),
            SliceStack(pixels, drawn, first.spacing_mm, first.distance_mm),
            names,
            tuple(one.phase_files[0] for one in single),
            single[0].source,
            (*(note for one in single for note in one.notes), "each phase was measured on a grid of its own"),
        )
    ]


def _told(moments: Moments) -> str:
    words = {Told.SOURCE: "as named by the source", Told.FOUND: "found over all slices together"}
    ed, es = (words.get(one.told, "not known") for one in (moments.ed, moments.es))
    return f"ED and ES {ed}" if ed == es else f"ED {ed}, ES {es}"


def _asked(function: HeartFunction) -> dict[str, list[str]]:
    """Why figures of the table are missing; those that nobody asks a folder for are left out."""
    asked = ("EDV", "ESV", "SV", "EF", "mass")
    found = {}
    for reason, titles in reasons(function).items():
        kept = [title for title in titles if title.split()[-1] in asked]
        if kept:
            found[reason] = kept
    return found


def _few(titles: Sequence[str]) -> list[str]:
    return list(titles) if len(titles) < 9 else ["nothing can be measured"]

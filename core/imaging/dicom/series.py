"""A DICOM stack, decoded file by file, as a Series."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from pydicom.uid import UID

from core.errors import BadInput
from core.imaging.dicom.header.file_header import FileHeader
from core.imaging.dicom.header.frame import Frame
from core.imaging.dicom.header.kinds import Kind
from core.imaging.dicom.naming.identity import Names
from core.imaging.dicom.naming.provenance import original_uids, series_provenance, slice_provenance
from core.imaging.dicom.pixels.memory import frames_by_file, require_memory
from core.imaging.dicom.pixels.planes import stored_planes, unpacked_bytes
from core.imaging.dicom.pixels.units import Units
from core.imaging.dicom.stacks.arrangement import (
    FramesByPosition,
    arrange_frames,
    repeated_times,
    uneven_phases,
)
from core.imaging.dicom.stacks.grid import Spacing, contradictions, geometry_of, lattice_of
from core.imaging.dicom.stacks.split import Stack
from core.imaging.kept_names import kept_name
from core.imaging.label_values import read_labels
from core.imaging.limits import COUNTED_BYTES, is_pixel_size
from core.imaging.problems import Answers, FileProblem, Question, problem_of
from core.imaging.readers.raster import read_image
from core.limits import Limits
from core.records.results import Topic
from core.records.slices import Series, Slice

KIND_NOTES = {
    Kind.LOCALIZER: "a localizer, as its header says",
    Kind.PHASE: "phase images (such as velocities), not magnitude, as the header says",
    Kind.REAL: "real parts, not magnitude, as the header says",
    Kind.IMAGINARY: "imaginary parts, not magnitude, as the header says",
    Kind.MAP: "a map of measured values, as the header says",
    Kind.DERIVED: "derived images, as the header says",
    Kind.CAPTURE: "secondary captures, as the header says",
}


def read_stack(
    stack: Stack, names: Names, answers: Answers, limits: Limits
) -> Iterator[Series | FileProblem]:
    """Yield the problems of files that cannot be decoded, then the series that the others make up."""
    first = arrange_frames(stack.frames)[0][0]
    try:
        patient = kept_name(names.patient(first.header.source))
        _require_shown(first, names, answers)
        spacing_mm, assumed = _spacing(first, answers)
        require_memory(stack.frames, limits)
    except BadInput as error:
        yield _problem(first.header, error)
        return
    images: dict[Frame, Slice] = {}
    unread = 0
    units = Units(stack.frames)
    for header, frames in frames_by_file(stack.frames).items():
        try:
            images |= _whole_file(header, frames, units, names, limits)
        except Exception as error:  # a mistake of ours, too: the other files come in
            unread += 1
            yield _problem(header, error)
    if not images:
        return
    by_position = arrange_frames([frame for frame in stack.frames if frame in images])
    lattice = lattice_of(by_position)
    ordered = [frame for phases in by_position for frame in phases]
    notes = (
        KIND_NOTES.get(first.kind, ""),
        names.person.note,
        *stack.notes,
        f"{unread} of its files could not be read and are left out" if unread else "",
        assumed,
        *lattice.notes,
        *contradictions(ordered, spacing_mm, lattice.distance_mm),
        *uneven_phases(by_position),
        *repeated_times(by_position),
    )
    yield Series(
        patient=patient,
        name=_name(stack, ordered[0], names),
        geometry=geometry_of(by_position, spacing_mm, lattice),
        slices=tuple(_slices(by_position, images)),
        notes=tuple(note for note in notes if note),
        folder=ordered[0].header.source.folder,
        provenance=series_provenance(ordered, names),
        original_uids=original_uids(ordered, names),
    )


def _name(stack: Stack, first: Frame, names: Names) -> str:
    examination = first.header.examination
    name = names.series(examination.description, examination.series_uid, first.header.source.file)
    return kept_name(f"{name}, {stack.suffix}" if stack.suffix else name)


def _problem(header: FileHeader, error: Exception) -> FileProblem:
    return problem_of(header.source.shown, header.source.file, error)


def _require_shown(first: Frame, names: Names, answers: Answers) -> None:
    """Ask before pictures come in that may show a name; without a key for pseudonyms nobody minds."""
    if first.header.burned_in and names.deidentifier and not answers.burned_in:
        raise Question(
            f"{first.header.source.file} may show the patient's name in its picture, as its header says; "
            "look at it and say whether it may come in",
            Topic.BURNED_IN,
        )


def _spacing(first: Frame, answers: Answers) -> tuple[Spacing, str]:
    """Return the pixel size of a stack and a note where a person gave it."""
    stored = first.spacing_mm
    if stored is not None and all(is_pixel_size(size) for size in stored):
        return (stored[0], stored[1]), ""
    finding = "carries no Pixel Spacing (0028,0030)"
    if stored is not None:
        finding = f"has a Pixel Spacing (0028,0030) of {stored[0]:g} x {stored[1]:g} mm, which no heart has"
    if answers.spacing_mm is None:
        hint = f" ({first.scanned_mm[0]:g} mm by another attribute)" if first.scanned_mm else ""
        raise Question(
            f"{first.header.source.file} {finding}{hint}; give the millimetres of a pixel and "
            "import it again",
            Topic.SPACING,
        )
    return (answers.spacing_mm,) * 2, f"the file {finding}; {answers.spacing_mm:g} mm was given and is used"


def _whole_file(
    header: FileHeader, frames: Sequence[Frame], units: Units, names: Names, limits: Limits
) -> dict[Frame, Slice]:
    """Return the images of one file; none of them where one is damaged.

    Raises:
        BadInput: when one is; a file that decodes to much is decoded into nothing first, to see that none is.
    """
    if UID(header.syntax).is_encapsulated and unpacked_bytes(header) > COUNTED_BYTES:
        for _ in _images(header, frames, units, names, limits):
            pass
    return dict(_images(header, frames, units, names, limits))


def _images(
    header: FileHeader, frames: Sequence[Frame], units: Units, names: Names, limits: Limits
) -> Iterator[tuple[Frame, Slice]]:
    """The images of one file, not in their places yet."""
    mask = _mask(header, limits)
    ordered = sorted(frames, key=lambda frame: frame.index)
    planes = stored_planes(header, [frame.index for frame in ordered], limits)
    for frame, plane in zip(ordered, planes, strict=True):
        yield (
            frame,
            Slice(
                position=0,
                phase=0,
                pixels=units.signal(plane, frame),
                mask=mask,
                trigger_time_ms=frame.trigger_ms,
                source=header.source.file,
                provenance=slice_provenance(frame, names),
            ),
        )


def _mask(header: FileHeader, limits: Limits) -> np.ndarray | None:
    """Return the labels of the picture beside the file."""
    if header.mask is None:
        return None
    file = header.mask.file
    planes, _ = read_image(header.mask.read(), file, limits, palette_numbers=True)
    if planes.shape != (1, header.rows, header.columns):
        raise BadInput(
            f"{file} is {planes.shape[1]}x{planes.shape[2]} pixels but {header.source.file} is "
            f"{header.rows}x{header.columns}; export both on one grid"
        )
    labels, _ = read_labels(planes[0], file)
    return labels


def _slices(by_position: FramesByPosition, images: dict[Frame, Slice]) -> Iterator[Slice]:
    for position, phases in enumerate(by_position):
        for phase, frame in enumerate(phases):
            yield replace(images[frame], position=position, phase=phase)

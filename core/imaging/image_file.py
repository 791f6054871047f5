"""One file that is no DICOM as a series: its planes, its geometry, and the mask that belongs to it."""

from dataclasses import dataclass, replace

import numpy as np

from core.errors import BadInput
from core.imaging.files.sources import HEAD_BYTES, Source
from core.imaging.found import Answers, Limits, Question
from core.imaging.layouts.facts import SPLITS, PatientFacts
from core.imaging.layouts.names import frame_number
from core.imaging.layouts.pairing import Pair
from core.imaging.layouts.patients import Identity
from core.imaging.layouts.tables import Table
from core.imaging.mask_file import MasksByPlace, read_mask_file
from core.imaging.masks import Numbering, look_like_masks, read_labels
from core.imaging.readers.nifti import is_nifti, read_volume
from core.imaging.readers.numpy_files import is_numpy, read_array_file
from core.imaging.readers.raster import image_format, read_picture
from core.imaging.volume_axes import slice_of_volume
from core.provenance import SeriesProvenance
from core.records import Geometry, Series, Slice, Split, Topic

COURSE_SPACING_MM = 1.8
SMALL_SIDE = 128  # pixels; up to here 1.8 mm is the likely pixel size of a cropped heart
SAME_SIZE = 0.01  # relative; tables round
SPLIT_FOLDERS = SPLITS | {"imagests": Split.TEST}  # of imagesTr nnU-Net leaves the split to itself


@dataclass(frozen=True)
class Case:
    """An image file with all that is known of it before it is opened."""

    pair: Pair
    identity: Identity
    phase_masks: tuple[tuple[Source, str], ...] = ()  # of single phases of a cine, with their names


@dataclass(frozen=True, eq=False)
class _Image:
    """What an image file holds."""

    planes: tuple[tuple[int, int, np.ndarray], ...]  # position, phase, pixels
    geometry: Geometry
    notes: tuple[str, ...]
    masks: np.ndarray | None = None  # (positions, height, width) in the same file


def read_case(
    case: Case, table: Table, answers: Answers, limits: Limits, *, with_masks: bool
) -> tuple[Series, bool]:
    """The file and its masks as a series, and whether a table named the masks' labels.

    Raises:
        BadInput: when either cannot be read, or they do not lie on one grid.
        Question: when the pixel size has to be told, or the file looks like a mask itself.
    """
    source, identity = case.pair.image, case.identity
    image = _read_image(source, limits)
    if not answers.images and look_like_masks(pixels for _, _, pixels in image.planes):
        raise Question(
            f"{source.file} holds only the numbers of labels, as masks do; name it after its image (x_mask "
            "for x), or say that it is an image",
            Topic.MASK,
        )
    geometry, notes = _with_spacing(image, source, table, answers)
    facts = table.patient(identity.patient, source.name)
    n_phases = 1 + max(phase for _, phase, _ in image.planes)
    masks: MasksByPlace = {}
    named = False
    if with_masks:
        masks, mask_notes, named = _read_masks(case, image, geometry, n_phases, facts, table, answers, limits)
        notes += mask_notes
    slices = tuple(
        Slice(position, phase, pixels, masks.get((position, phase)), source=source.file)
        for position, phase, pixels in image.planes
    )
    series = Series(
        patient=identity.patient,
        name=identity.series,
        geometry=geometry,
        slices=slices,
        split=_split(source, table, facts),
        notes=tuple(dict.fromkeys(notes)),
        group=facts.group,
        folder=source.folder,
        patient_sure=identity.sure,
        phase_names=_phase_names(identity.phase, n_phases, facts),
        provenance=_provenance(facts),
    )
    return series, named


def _read_image(source: Source, limits: Limits) -> _Image:
    """An image file of any format but DICOM."""
    head, file = source.start(HEAD_BYTES), source.file
    kind = image_format(head)
    if not (kind or is_numpy(head, file) or is_nifti(head, file)):
        raise BadInput(
            f"{file} is no image that Septum knows, whatever its name says; expected PNG, JPEG, TIFF, NIfTI, "
            "DICOM, NumPy or a zip of these"
        )
    data = source.read()
    if kind:
        picture = read_picture(data, file, limits)
        n_positions = 1 + max(position for position, _, _ in picture.planes)
        n_phases = 1 + max(phase for _, phase, _ in picture.planes)
        height, width = picture.planes[0][2].shape
        shape = (height, width) if n_positions * n_phases == 1 else (width, height, n_positions, n_phases)
        geometry = Geometry(kind, shape, picture.spacing_mm, picture.slice_distance_mm)
        return _Image(picture.planes, geometry, picture.notes)
    if is_numpy(data, file):
        arrays = read_array_file(data, file, limits)
        planes = tuple((position, 0, plane) for position, plane in enumerate(arrays.image))
        return _Image(planes, Geometry("npy", arrays.image.shape, None), arrays.notes, arrays.mask)
    volume = read_volume(data, file, limits)
    return _Image(_volume_planes(volume.values, volume.geometry), volume.geometry, volume.notes)


def _volume_planes(volume: np.ndarray, geometry: Geometry) -> tuple[tuple[int, int, np.ndarray], ...]:
    axis = geometry.slice_axis
    n_positions = volume.shape[axis] if volume.ndim > 2 else 1
    n_phases = volume.shape[3] if volume.ndim > 3 else 1
    return tuple(
        (position, phase, np.ascontiguousarray(slice_of_volume(volume, axis, position, phase)))
        for phase in range(n_phases)
        for position in range(n_positions)
    )


def _read_masks(
    case: Case,
    image: _Image,
    geometry: Geometry,
    n_phases: int,
    facts: PatientFacts,
    table: Table,
    answers: Answers,
    limits: Limits,
) -> tuple[MasksByPlace, list[str], bool]:
    """Masks by place, notes, and whether a table named the labels."""
    file = case.pair.image.file
    masks: MasksByPlace = {}
    notes: list[str] = []
    named = False
    wanted: list[tuple[Source, int | None]] = [(case.pair.mask, None)] if case.pair.mask else []
    wanted += [(mask, phase_number(mask, name, n_phases, facts, file)) for mask, name in case.phase_masks]
    for mask, phase in wanted:
        numbering = numbering_of(mask, table, answers)
        found, more = read_mask_file(mask, geometry, limits, file, numbering, phase)
        masks, notes, named = masks | found, notes + more, named or numbering is not None
    if not wanted and image.masks is not None:
        labels, more = read_labels(image.masks, file)
        masks, notes = {(position, 0): plane for position, plane in enumerate(labels)}, notes + more
    for position, phase, pixels in image.planes:
        own = masks.get((position, phase))
        if own is not None and own.shape != pixels.shape:
            mask_file = wanted[0][0].file if wanted else file
            raise BadInput(
                f"{mask_file} is {own.shape[0]}x{own.shape[1]} pixels but {file} is "
                f"{pixels.shape[0]}x{pixels.shape[1]}; export both on one grid"
            )
    if len(masks.keys() - {(position, phase) for position, phase, _ in image.planes}):
        raise BadInput(f"{wanted[0][0].file} has more slices than {file}; export both on one grid")
    return masks, notes, named


def numbering_of(mask: Source, table: Table, answers: Answers) -> Numbering | None:
    """What a mask's numbers mean by the table beside it; what a person says goes before it."""
    return table.numbering_for(mask.name) if answers.label_order is None else None


def phase_number(mask: Source, name: str, n_phases: int, facts: PatientFacts, image_file: str) -> int:
    """Which phase of a cine a mask was drawn on: by its frame's number from 1, or the table's ED and ES.

    Raises:
        BadInput: when neither says it, or the cine has no such phase.
    """
    told = {"ed": facts.ed_phase, "es": facts.es_phase}.get(name.lower())
    number = frame_number(name)
    phase = told if told is not None else number - 1 if number is not None else None
    if phase is None or not 0 <= phase < n_phases:
        raise BadInput(
            f"{mask.file} belongs to one of the {n_phases} phases of {image_file}, but nothing says which; "
            "name it after the frame, as in _frame01, or add the numbers of ED and ES in a table"
        )
    return phase


def _with_spacing(
    image: _Image, source: Source, table: Table, answers: Answers
) -> tuple[Geometry, list[str]]:
    """The geometry with a pixel size: the file's, as told, or the course's where the image is small."""
    geometry, notes = image.geometry, list(image.notes)
    listed = table.image(source.name).spacing_mm
    if geometry.spacing_mm is not None:
        if listed is not None and not np.allclose(listed, geometry.spacing_mm, rtol=SAME_SIZE):
            row_mm = geometry.spacing_mm[0]
            notes.append(f"the table says {listed:g} mm a pixel but the file {row_mm:g}; the file's is used")
        return geometry, notes
    told = answers.spacing_mm or listed
    shape = image.planes[0][2].shape
    if told is None and max(shape) > SMALL_SIDE:
        raise Question(
            f"{source.file} carries no pixel size and is too large ({shape[0]}x{shape[1]}) to assume one; "
            "give the millimetres of a pixel and import it again",
            Topic.SPACING,
        )
    if told is None:
        notes.append(f"no pixel size in the file; {COURSE_SPACING_MM} mm assumed")
    size = told or COURSE_SPACING_MM
    return replace(geometry, spacing_mm=(size, size)), notes


def _split(source: Source, table: Table, facts: PatientFacts) -> Split | None:
    """The split that a table or a folder's name gives, else None."""
    told = table.image(source.name).split or facts.split
    folders = (SPLIT_FOLDERS.get(part.lower()) for part in reversed(source.name.parts[:-1]))
    return told or next((split for split in folders if split), None)


def _phase_names(phase: str, n_phases: int, facts: PatientFacts) -> tuple[tuple[int, str], ...]:
    """Names of the phases that have one: a frame's own, a cine's ED and ES where a table tells them."""
    known = {facts.es_phase: "ES", facts.ed_phase: "ED"}
    if n_phases == 1:
        number = frame_number(phase)
        name = known.get(number - 1, phase) if number is not None else phase.upper()
        return ((0, name),) if name else ()
    return tuple(
        sorted((number, name) for number, name in known.items() if number is not None and number < n_phases)
    )


def _provenance(facts: PatientFacts) -> SeriesProvenance:
    return SeriesProvenance(
        sex=facts.sex,
        age_years=facts.age_years,
        height_m=facts.height_m,
        weight_kg=facts.weight_kg,
        vendor=facts.vendor,
        field_strength_t=facts.field_strength_t,
    )

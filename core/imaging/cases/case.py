"""One image file and the masks that belong to it as a series, with what tables beside them say."""

import math
from dataclasses import dataclass, replace

import numpy as np

from core.imaging.cases.case_masks import read_case_masks
from core.imaging.cases.image_file import read_image_file
from core.imaging.files.sources import Source
from core.imaging.label_order import require_known_order
from core.imaging.label_values import look_like_masks
from core.imaging.layouts.facts import SPLITS, PatientFacts
from core.imaging.layouts.names import frame_number
from core.imaging.layouts.pairing import Pair
from core.imaging.layouts.patients import Identity
from core.imaging.layouts.tables import Table
from core.imaging.problems import Answers, Question
from core.imaging.readers.reader import ImageFile, MasksByIndex
from core.limits import Limits
from core.records.provenance import SeriesProvenance
from core.records.results import Topic
from core.records.slices import ASSUMED_SPACING, COURSE_SPACING_MM, Geometry, Series, Slice, Split

SMALL_SIDE = 128  # pixels; up to here 1.8 mm is the likely pixel size of a cropped heart
SAME_SIZE = 0.01  # relative; tables round
MANY_VOXELS = 20_000_000  # from which all of the masks is checked before the images are unpacked
SPLIT_FOLDERS = SPLITS | {"imagests": Split.TEST}  # of imagesTr nnU-Net leaves the split to itself


@dataclass(frozen=True)
class Case:
    """An image file with all that is known of it before it is opened."""

    pair: Pair
    identity: Identity
    phase_masks: tuple[tuple[Source, str], ...] = ()  # of single phases of a cine, with their names


def read_case(
    case: Case, table: Table, answers: Answers, limits: Limits, *, with_masks: bool
) -> tuple[Series, bool]:
    """Return the file and its masks as a series, and whether a table named the masks' labels.

    Raises:
        BadInput: when either cannot be read, or they do not lie on one grid.
        Question: when the pixel size has to be told, or the file looks like a mask itself.
    """
    source, identity = case.pair.image, case.identity
    image = read_image_file(source, limits)
    geometry, notes = _with_spacing(image, source, table, answers)
    facts = table.patient(identity.patient, source.name)
    n_phases = image.n_phases
    masks: MasksByIndex = {}
    labels_named = False
    if with_masks:
        placed = replace(image, geometry=geometry)
        masks, mask_notes, labels_named = read_case_masks(
            case.pair, case.phase_masks, placed, facts, table, answers, limits
        )
        notes += mask_notes
    if masks and math.prod(geometry.shape) > MANY_VOXELS:
        require_known_order(masks.values(), source.file, answers.label_order, labels_named)
    planes = image.planes()  # once nothing else can be wrong with them
    if not answers.images and look_like_masks(planes):
        raise Question(
            f"{source.file} holds only the numbers of labels, as masks do; name it after its image (x_mask "
            "for x), or say that it is an image",
            Topic.MASK,
        )
    slices = tuple(
        Slice(*index, pixels, masks.get(index), source=source.file)
        for index, pixels in zip(image.indices, planes, strict=True)
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
    return series, labels_named


def _with_spacing(
    image: ImageFile, source: Source, table: Table, answers: Answers
) -> tuple[Geometry, list[str]]:
    """Return the geometry with a pixel size in mm (the file's, a given one, the course's) and notes."""
    geometry, notes = image.geometry, list(image.notes)
    listed = table.image(source.name).spacing_mm
    if geometry.spacing_mm is not None:
        if listed is not None and not np.allclose(listed, geometry.spacing_mm, rtol=SAME_SIZE):
            row_mm = geometry.spacing_mm[0]
            notes.append(f"the table says {listed:g} mm a pixel but the file {row_mm:g}; the file's is used")
        return geometry, notes
    given_mm = answers.spacing_mm or listed
    shape = image.shape
    if given_mm is None and max(shape) > SMALL_SIDE:
        raise Question(
            f"{source.file} carries no pixel size and is too large ({shape[0]}x{shape[1]}) to assume one; "
            "give the millimetres of a pixel and import it again",
            Topic.SPACING,
        )
    if given_mm is None:
        notes.append(ASSUMED_SPACING)
    size = given_mm or COURSE_SPACING_MM
    return replace(geometry, spacing_mm=(size, size)), notes


def _split(source: Source, table: Table, facts: PatientFacts) -> Split | None:
    """Return the split that a table or a folder's name gives, else None."""
    stated = table.image(source.name).split or facts.split
    folders = (SPLIT_FOLDERS.get(part.lower()) for part in reversed(source.name.parts[:-1]))
    return stated or next((split for split in folders if split), None)


def _phase_names(phase: str, n_phases: int, facts: PatientFacts) -> tuple[tuple[int, str], ...]:
    """Return (phase, name) of those that have one: a frame's own, a cine's ED and ES by a table."""
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

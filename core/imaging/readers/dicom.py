"""DICOM: the slices of a cine series, ordered by where and when they were taken, not by their numbers."""

import io
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pydicom
from pydicom.errors import InvalidDicomError

from core.errors import BadInput
from core.imaging.found import Limits
from core.records import Geometry, Series, Slice

DEFLATED = b"1.2.840.10008.1.2.1.99"  # the transfer syntax's UID, as it stands in the file
MAX_META_BYTES = 4096
SAME_PLACE_MM = 0.1  # slices closer than this along the normal are one position
SLOPE = (("RescaleSlope", 1.0), ("RescaleIntercept", 0.0))
# Odd identifiers and dates are common and do no harm to pixels: what matters is checked here, in sentences.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])  # DICOM counts to the left and back, NIfTI not


@dataclass(frozen=True, eq=False)
class Frame:
    """One image of a series, with what orders it."""

    file: str
    series_uid: str
    patient: str
    description: str
    pixels: np.ndarray  # (height, width)
    spacing_mm: tuple[float, float] | None
    orientation: tuple[float, ...] | None  # row and column direction, LPS
    origin: tuple[float, float, float] | None  # of the first pixel, LPS mm
    time_ms: float | None
    number: int


def is_dicom(data: bytes) -> bool:
    """Whether the bytes are a DICOM file, with or without its preamble."""
    return data[128:132] == b"DICM" or data[:4] in (
        b"\x08\x00\x00\x00",
        b"\x08\x00\x05\x00",
        b"\x08\x00\x08\x00",
    )


def read_frames(data: bytes, file: str, limits: Limits) -> list[Frame]:
    """The images of one file (several in a multi-frame one).

    Raises:
        BadInput: when it is damaged, deflated, without pixels, too large or in colour.
    """
    # Deflated data would be inflated whole, however large, before anything else could be checked.
    if DEFLATED in data[:MAX_META_BYTES]:
        raise BadInput(f"{file} is a deflated DICOM, which may unpack without bound; export it plain")
    try:
        dataset = pydicom.dcmread(io.BytesIO(data), force=data[128:132] != b"DICM")
    except (InvalidDicomError, ValueError, EOFError, OSError, KeyError, NotImplementedError) as error:
        raise BadInput(f"{file} is truncated or no DICOM ({error}); export it again") from error
    rows, columns = dataset.get("Rows"), dataset.get("Columns")
    if "PixelData" not in dataset or not rows or not columns:
        raise BadInput(f"{file} is a DICOM without pixel data; export the images, not only their headers")
    if rows * columns > limits.max_pixels or int(dataset.get("NumberOfFrames") or 1) > limits.max_slices:
        raise BadInput(f"{file} is {rows}x{columns} pixels or has too many frames; export it in parts")
    if int(dataset.get("SamplesPerPixel") or 1) != 1:
        raise BadInput(f"{file} is in colour, expected grey MR; import the original series")
    try:
        pixels = dataset.pixel_array
    except (ValueError, AttributeError, RuntimeError, NotImplementedError, TypeError, OSError) as error:
        raise BadInput(f"{file} has pixels that cannot be decoded ({error}); export it plain") from error
    slope, intercept = (float(dataset.get(name, default) or default) for name, default in SLOPE)
    if (slope, intercept) != (1.0, 0.0):
        pixels = (pixels * slope + intercept).astype(np.float32)
    if dataset.get("PhotometricInterpretation") == "MONOCHROME1":  # bright means little signal
        pixels = pixels.max() + pixels.min() - pixels
    planes = pixels if pixels.ndim == 3 else pixels[None]
    return [_frame(dataset, file, plane, index, len(planes)) for index, plane in enumerate(planes)]


def _frame(dataset: pydicom.Dataset, file: str, plane: np.ndarray, index: int, n_frames: int) -> Frame:
    """One plane with its place and time; multi-frame files may give these for each frame."""
    groups = []
    if "PerFrameFunctionalGroupsSequence" in dataset:
        groups.append(dataset.PerFrameFunctionalGroupsSequence[index])
    if "SharedFunctionalGroupsSequence" in dataset:
        groups.append(dataset.SharedFunctionalGroupsSequence[0])

    def found(name: str, sequence: str) -> object:
        for group in groups:
            if sequence in group and name in group[sequence].value[0]:
                return group[sequence].value[0].get(name)
        return dataset.get(name)

    time = found("TriggerTime", "CardiacSynchronizationSequence")
    if time is None:
        time = found("NominalCardiacTriggerDelayTime", "CardiacSynchronizationSequence")
    if time is None and n_frames > 1:
        time = index * float(dataset.get("FrameTime") or 1.0)
    spacing = numbers(found("PixelSpacing", "PixelMeasuresSequence"), 2)
    origin = numbers(found("ImagePositionPatient", "PlanePositionSequence"), 3)
    times = numbers([time], 1)
    return Frame(
        file=file,
        series_uid=str(dataset.get("SeriesInstanceUID", "")),
        patient=str(dataset.get("PatientID") or dataset.get("PatientName") or "unknown").strip() or "unknown",
        description=str(dataset.get("SeriesDescription") or "").strip(),
        pixels=plane,
        spacing_mm=(spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None,
        orientation=numbers(found("ImageOrientationPatient", "PlaneOrientationSequence"), 6),
        origin=(origin[0], origin[1], origin[2]) if origin else None,
        time_ms=times[0] if times else None,
        number=int(dataset.get("InstanceNumber") or 0) * 10_000 + index,
    )


def numbers(values: object, count: int) -> tuple[float, ...] | None:
    """So many finite numbers, or None."""
    try:
        found = tuple(float(value) for value in values)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    return found if len(found) == count and np.isfinite(found).all() else None


def build_series(frames: list[Frame]) -> Series:
    """Put the frames of one SeriesInstanceUID on a grid of positions and phases.

    Raises:
        BadInput: when sizes differ.
    """
    first = frames[0]
    shapes = sorted({frame.pixels.shape for frame in frames})
    if len(shapes) > 1:
        raise BadInput(
            f"the DICOM series of {first.file} mixes sizes {' and '.join(f'{h}x{w}' for h, w in shapes)}, "
            "expected one; import the short-axis series alone"
        )
    notes: list[str] = []
    depths = _depths(frames)
    order = sorted(range(len(frames)), key=lambda i: (depths[i], frames[i].time_ms or 0.0, frames[i].number))
    stacks: dict[float, list[Frame]] = defaultdict(list)
    place = -np.inf
    for index in order:
        if depths[index] - place > SAME_PLACE_MM:
            place = depths[index]
        stacks[place].append(frames[index])
    n_phases = max(len(stack) for stack in stacks.values())
    if any(len(stack) != n_phases for stack in stacks.values()):
        notes.append("not every position has the same number of phases")
    slices = []
    for position, stack in enumerate(stacks.values()):
        ordered = sorted(stack, key=lambda f: (f.time_ms if f.time_ms is not None else 0.0, f.number))
        for phase, frame in enumerate(ordered):
            pixels = frame.pixels
            slices.append(Slice(position, phase, pixels, trigger_time_ms=frame.time_ms, source=frame.file))
    return Series(
        patient=first.patient,
        name=first.description or f"series {first.series_uid[-8:]}" if first.series_uid else first.file,
        geometry=_geometry(first, sorted(stacks), stacks, n_phases),
        slices=tuple(slices),
        notes=tuple(notes),
    )


def _normal(orientation: tuple[float, ...]) -> np.ndarray:
    return np.cross(orientation[:3], orientation[3:])


def _depths(frames: list[Frame]) -> list[float]:
    """How far along the normal of the first frame each one lies, in mm; 0 where the files do not say."""
    orientation = frames[0].orientation
    if orientation is None or any(frame.origin is None for frame in frames):
        return [0.0] * len(frames)
    normal = _normal(orientation)
    return [float(np.dot(normal, frame.origin or (0.0, 0.0, 0.0))) for frame in frames]


def _geometry(first: Frame, depths: list[float], stacks: dict[float, list[Frame]], n_phases: int) -> Geometry:
    """Grid of the series as a NIfTI array (columns, rows, positions, phases) in RAS millimetres."""
    height, width = first.pixels.shape
    distance = float(np.median(np.diff(depths))) if len(depths) > 1 else None
    affine = None
    if first.orientation and first.spacing_mm and stacks[depths[0]][0].origin is not None:
        along_row, along_column = np.array(first.orientation[:3]), np.array(first.orientation[3:])
        row_mm, column_mm = first.spacing_mm
        lps = np.eye(4)
        lps[:3, 0] = along_row * column_mm
        lps[:3, 1] = along_column * row_mm
        lps[:3, 2] = _normal(first.orientation) * (distance or 1.0)
        lps[:3, 3] = stacks[depths[0]][0].origin
        affine = tuple(tuple(float(value) for value in row) for row in LPS_TO_RAS @ lps)
    return Geometry(
        format="dicom",
        shape=(width, height, len(depths), n_phases),
        spacing_mm=first.spacing_mm,
        slice_distance_mm=distance,
        affine=affine,
    )

"""How the pixels of one DICOM file are stored, and what all of its images share."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import pydicom

from core.errors import BadInput
from core.imaging.dicom.decoders import require_decoder
from core.imaging.dicom.header.data_set import DataSet
from core.imaging.dicom.header.examination import Examination, read_examination
from core.imaging.dicom.header.fields import damaged, if_readable, number, text, value, whole
from core.imaging.dicom.header.groups import Groups
from core.imaging.dicom.header.kinds import is_capture
from core.imaging.files.sources import Source
from core.imaging.limits import require_size
from core.limits import Limits

GREYS = {"MONOCHROME1", "MONOCHROME2"}
COLOURS = {"RGB", "PALETTE COLOR", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "YBR_PARTIAL_420"}
BITS = {8, 16, 32}
BYTES_A_PIXEL = 4  # once rescaled
RATES_BPM = (10.0, 400.0)
INTERVALS_MS = (100.0, 10_000.0)
T = TypeVar("T", bound=Hashable)
Share = Callable[[T], T]  # the same object for equal values, so that many headers stay small


@dataclass(frozen=True, slots=True, eq=False)
class FileHeader:
    """One file, and how its pixels are stored."""

    source: Source
    mask: Source | None  # a picture of labels beside it
    examination: Examination
    sop_uid: str
    frame_of_reference: str
    capture: bool  # of a screen or paper, not of a patient
    burned_in: bool  # the picture may show a name
    n_frames: int
    rows: int
    columns: int
    syntax: str  # transfer syntax UID
    bits_allocated: int
    bits_stored: int
    signed: bool
    inverted: bool  # MONOCHROME1: bright means little signal
    pixel_vr: str  # OB or OW
    pixels_at: int  # byte of the file where the value of Pixel Data begins
    pixel_bytes: int | None  # its length; None where it is not told, as of compressed pixels
    offsets: tuple[bytes, bytes] | None  # the extended offset table of compressed frames
    heart_rate_bpm: float | None
    interval_ms: float | None


def read_file_header(
    source: Source, mask: Source | None, data: DataSet, first: Groups, limits: Limits, share: Share
) -> FileHeader:
    """Return how the pixels of a file are stored, and what all of them share.

    Args:
        source: the file.
        mask: a picture of labels beside it.
        data: its header.
        first: the functional groups of its first frame.
        limits: the largest picture and the most frames.
        share: gives the same object for equal values.

    Raises:
        BadInput: when what matters is damaged, or the pixels are colour, too many or cannot be decoded.
    """
    header, file = data.header, source.file
    rows, columns, n_frames = _extent(header, file, limits)
    bits, stored, photometric = _depth(header, file)
    if mask is not None and n_frames > 1:
        raise BadInput(f"{file} has {n_frames} frames, but {mask.file} is the mask of one; export them apart")
    require_decoder(data.syntax, stored, file)
    capture = is_capture(text(header, "SOPClassUID", file), text(header, "ConversionType", file).upper())
    burned = text(header, "BurnedInAnnotation", file).upper()
    tables = [value(header, name, file) for name in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")]
    return FileHeader(
        source=source,
        mask=mask,
        examination=share(read_examination(header, file)),
        sop_uid=text(header, "SOPInstanceUID", file),
        frame_of_reference=share(text(header, "FrameOfReferenceUID", file)),
        capture=capture,
        burned_in=burned == "YES" or (capture and burned != "NO"),
        n_frames=n_frames,
        rows=rows,
        columns=columns,
        syntax=share(str(data.syntax)),
        bits_allocated=bits,
        bits_stored=stored,
        signed=whole(header, "PixelRepresentation", file) == 1,
        inverted=photometric == "MONOCHROME1",
        pixel_vr=data.pixel_vr,
        pixels_at=data.pixels_at or 0,
        pixel_bytes=data.pixel_bytes,
        offsets=(tables[0], tables[1])
        if isinstance(tables[0], bytes) and isinstance(tables[1], bytes)
        else None,
        heart_rate_bpm=_within(if_readable(number, header, "HeartRate"), RATES_BPM),
        interval_ms=_within(if_readable(number, header, "NominalInterval") or first.interval(), INTERVALS_MS),
    )


def _extent(header: pydicom.Dataset, file: str, limits: Limits) -> tuple[int, int, int]:
    """Return (rows, columns, frames), as large as the limits allow."""
    rows, columns = (whole(header, name, file) or 0 for name in ("Rows", "Columns"))
    if rows < 1 or columns < 1:
        raise BadInput(f"{file} is a DICOM without pixel data; export the images, not only their headers")
    require_size(rows, columns, file, limits)
    n_frames = whole(header, "NumberOfFrames", file) or 1
    largest = limits.max_unpacked_bytes // (rows * columns * BYTES_A_PIXEL)
    if not 1 <= n_frames <= min(limits.max_slices, largest):
        raise BadInput(
            f"{file} has {n_frames} frames of {rows}x{columns} pixels, too many at once; export it in parts"
        )
    return rows, columns, n_frames


def _depth(header: pydicom.Dataset, file: str) -> tuple[int, int, str]:
    """Return (bits allocated, bits stored, photometric interpretation) of grey pixels."""
    photometric = text(header, "PhotometricInterpretation", file)
    if (whole(header, "SamplesPerPixel", file) or 1) != 1 or photometric in COLOURS:
        raise BadInput(f"{file} is in colour, expected grey MR; import the original series")
    if photometric not in GREYS:
        raise damaged("PhotometricInterpretation", file)
    bits = whole(header, "BitsAllocated", file) or 0
    if bits not in BITS:
        raise damaged("BitsAllocated", file)
    stored = whole(header, "BitsStored", file) or bits
    if not 1 <= stored <= bits:
        raise damaged("BitsStored", file)
    return bits, stored, photometric


def _within(value: float | None, limits: tuple[float, float]) -> float | None:
    """Return the value where a heart can have it."""
    return value if value is not None and limits[0] <= value <= limits[1] else None

"""The light header of each image of a DICOM file: what groups, orders and decodes it, and no more."""

from dataclasses import dataclass

from core.errors import BadInput
from core.imaging.dicom.header.data_set import open_data_set
from core.imaging.dicom.header.fields import damaged, items, text
from core.imaging.dicom.header.file_header import FileHeader, Share, read_file_header
from core.imaging.dicom.header.groups import Groups
from core.imaging.dicom.header.kinds import Kind, kind_of
from core.imaging.files.sources import Source
from core.limits import Limits

DIRECTORY = "1.2.840.10008.1.3.10"  # Media Storage Directory Storage: a DICOMDIR
SEGMENTATIONS = {"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"}
MAX_POSITION_MM = 1e5  # from the origin; no scanner is a hundred metres long
NOT_SQUARE = 0.02  # how far directions may be from unit length and from a right angle


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One image of a file, with what groups and orders it."""

    header: FileHeader
    index: int  # in the file, from 0
    kind: Kind
    position: tuple[float, ...] | None  # centre of the first pixel, LPS mm
    orientation: tuple[float, ...] | None  # along a row, along a column
    spacing_mm: tuple[float, ...] | None  # (row, column), as the file says
    scanned_mm: tuple[float, ...] | None  # what another attribute says of it
    thickness_mm: float | None
    between_mm: float | None
    times: tuple[float | None, ...]  # what orders phases, the best first
    trigger_ms: float | None
    slope: float
    intercept: float

    @property
    def placed(self) -> bool:
        """Whether it is known where it lies."""
        return self.position is not None and self.orientation is not None


def read_frames(source: Source, mask: Source | None, limits: Limits, share: Share) -> list[Frame]:
    """Return the light headers of one file's images; none of a DICOMDIR, which only lists others.

    Raises:
        BadInput: when it is damaged, deflated, without pixels, too large or in colour.
        OSError: when it cannot be read.
    """
    file = source.file
    with source.open() as stream:
        data = open_data_set(stream, file)
    header = data.header
    sop_class = text(header, "SOPClassUID", file)
    if DIRECTORY in (sop_class, data.media_class):
        return []
    if data.pixels_at is None or sop_class in SEGMENTATIONS:
        raise BadInput(f"{file} is a DICOM without pixel data; export the images, not only their headers")
    per_frame = items(header, "PerFrameFunctionalGroupsSequence", file)
    shared = items(header, "SharedFunctionalGroupsSequence", file)[:1]
    first = Groups(header, (*per_frame[:1], *shared), file)
    parsed = read_file_header(source, mask, data, first, limits, share)
    if len(per_frame) not in (0, parsed.n_frames) and parsed.n_frames > 1:
        raise BadInput(
            f"{file} tells the place of {len(per_frame)} frames and holds {parsed.n_frames}; export it again"
        )
    return [
        _frame(parsed, Groups(header, (*per_frame[index : index + 1], *shared), file), index, share)
        for index in range(parsed.n_frames)
    ]


def _frame(header: FileHeader, groups: Groups, index: int, share: Share) -> Frame:
    """Return one image; what its functional groups do not say, the file says."""
    file = header.source.file
    position = groups.numbers("ImagePositionPatient", 3, "PlanePositionSequence")
    orientation = groups.numbers("ImageOrientationPatient", 6, "PlaneOrientationSequence")
    if position is not None and max(map(abs, position)) > MAX_POSITION_MM:
        raise damaged("ImagePositionPatient", file)
    if orientation is not None and not is_right_angled(orientation):
        raise damaged("ImageOrientationPatient", file)
    trigger = groups.number("TriggerTime", "CardiacSynchronizationSequence")
    delay = groups.number("NominalCardiacTriggerDelayTime", "CardiacSynchronizationSequence")
    frame_time = groups.number("FrameTime") if header.n_frames > 1 else None
    if trigger is None and delay is None and frame_time:
        delay = index * frame_time
    kind = kind_of(
        groups.words("FrameType", "MRImageFrameTypeSequence") or groups.words("ImageType"),
        "".join(groups.words("ComplexImageComponent", "MRImageFrameTypeSequence")[:1]),
        header.examination.description,
    )
    return Frame(
        header=header,
        index=index,
        kind=Kind.CAPTURE if header.capture else kind,
        position=position,
        orientation=share(orientation),
        spacing_mm=share(groups.numbers("PixelSpacing", 2, "PixelMeasuresSequence")),
        scanned_mm=share(
            groups.numbers("ImagerPixelSpacing", 2) or groups.numbers("NominalScannedPixelSpacing", 2)
        ),
        thickness_mm=groups.number("SliceThickness", "PixelMeasuresSequence"),
        between_mm=groups.number("SpacingBetweenSlices", "PixelMeasuresSequence"),
        times=(trigger, delay, *_order(groups), float(index)),
        trigger_ms=trigger if trigger is not None else delay,
        slope=groups.number("RescaleSlope", "PixelValueTransformationSequence") or 1.0,
        intercept=groups.number("RescaleIntercept", "PixelValueTransformationSequence") or 0.0,
    )


def _order(groups: Groups) -> tuple[float | None, ...]:
    """Return what orders phases where no time within the heart beat does, the better first."""
    index = groups.number("TemporalPositionIndex", "FrameContentSequence")
    if index is None:
        index = groups.number("TemporalPositionIdentifier")
    offset = groups.number("TemporalPositionTimeOffset", "TemporalPositionSequence")
    acquired = groups.seconds("FrameAcquisitionDateTime", "FrameContentSequence")
    if acquired is None:
        acquired = groups.seconds("AcquisitionTime")
    return offset, index, acquired, groups.seconds("ContentTime"), groups.number("InstanceNumber")


def is_right_angled(orientation: tuple[float, ...]) -> bool:
    """Return whether six numbers are two unit vectors at a right angle."""
    row, column = orientation[:3], orientation[3:]
    products = ((row, row, 1.0), (column, column, 1.0), (row, column, 0.0))
    return all(
        abs(sum(a * b for a, b in zip(one, other, strict=True)) - wanted) <= NOT_SQUARE
        for one, other, wanted in products
    )

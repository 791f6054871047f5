"""The file formats that Septum reads, a line each; whoever has to tell formats apart asks here."""

from functools import cache
from pathlib import PurePosixPath

from core.imaging.readers.dicom import DICOM
from core.imaging.readers.nifti.masks import NIFTI_MASK
from core.imaging.readers.nifti.reader import NIFTI
from core.imaging.readers.numpy_files import NUMPY
from core.imaging.readers.pictures import JPEG, PNG, PNG_MASK, TIFF
from core.imaging.readers.reader import Content, FileFormat, MaskUse, MaskWriter, Reader
from core.records.slices import Geometry

# In the order in which messages list them, and in which they are asked whether a file is theirs.
FORMATS: tuple[FileFormat, ...] = (PNG, JPEG, TIFF, NIFTI, DICOM, NUMPY)


def reader_for(head: bytes, file: str) -> Reader | None:
    """Return the reader of a file by its first bytes and its name; None where no format knows it alone."""
    return next((one for one in FORMATS if isinstance(one, Reader) and one.sniff(head, file)), None)


def format_of(geometry: Geometry) -> FileFormat | None:
    """Return the format that a series came in; None where it is no longer known."""
    return next((one for one in FORMATS if one.key == geometry.format), None)


def is_volume(geometry: Geometry) -> bool:
    """Return whether array axes are (columns, rows, slices, phases) and may lie somewhere in the patient."""
    known = format_of(geometry)
    return known is not None and known.content is Content.VOLUME


def is_picture(geometry: Geometry) -> bool:
    """Return whether it came as a picture, one plane or a stack of pages."""
    known = format_of(geometry)
    return known is not None and known.content is Content.PICTURE


def content_by_name(name: PurePosixPath) -> Content | None:
    """Return what a file that can be read alone holds, by the ending of its name; None where none has it."""
    base = name.name.lower()
    return next(
        (one.content for one in FORMATS if isinstance(one, Reader) and base.endswith(one.endings)), None
    )


def is_single_plane(geometry: Geometry) -> bool:
    """Return whether the series is one plane that does not know how it lies in the patient."""
    return not is_volume(geometry) and (len(geometry.shape) == 2 or geometry.shape[0] == 1)


def writer_for(geometry: Geometry) -> MaskWriter:
    """Return how masks go back to where a series of this geometry came from."""
    known = format_of(geometry)
    own = known.writer if known is not None else None
    return own or (PNG_MASK if is_single_plane(geometry) else NIFTI_MASK)


def image_endings() -> tuple[str, ...]:
    """Return the endings of the names of image files, in small letters."""
    return _endings(FORMATS)[0]


def double_endings() -> tuple[str, ...]:
    """Return those with two dots, of which `PurePath.stem` would leave one."""
    return _endings(FORMATS)[1]


def listed_images() -> str:
    """Return the formats of images as messages list them.

    >>> listed_images()
    'PNG, JPEG, TIFF, NIfTI, DICOM, NumPy'
    """
    return ", ".join(one.title for one in FORMATS)


def listed_masks(*uses: MaskUse) -> list[str]:
    """Return the titles of the formats whose masks are of these uses.

    >>> listed_masks(MaskUse.SCORED)
    ['PNG', 'TIFF', 'NIfTI']
    """
    return [one.title for one in FORMATS if isinstance(one, Reader) and one.mask_use in uses]


@cache
def _endings(formats: tuple[FileFormat, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all endings, and those with two dots; asked for every name of an import."""
    every = tuple(ending for one in formats for ending in one.endings)
    return every, tuple(ending for ending in every if ending.count(".") > 1)

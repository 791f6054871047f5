"""How DICOM files are known; they make up a series together, which `core.imaging.dicom` reads."""

from core.imaging.readers.nifti.masks import NIFTI_MASK
from core.imaging.readers.reader import Content, FileFormat

PREAMBLE_BYTES = 128
BARE_STARTS = tuple(bytes((8, 0, element, 0)) for element in (0, 5, 8)) + (b"\x02\x00\x00\x00UL",)


def is_dicom(head: bytes) -> bool:
    """Return whether a file that begins with these 132 bytes or more is DICOM, with or without preamble."""
    return head[PREAMBLE_BYTES : PREAMBLE_BYTES + 4] == b"DICM" or head.startswith(BARE_STARTS)


DICOM = FileFormat(
    "dicom", "DICOM", (".dcm", ".ima"), Content.VOLUME, lambda head, file: is_dicom(head), NIFTI_MASK
)

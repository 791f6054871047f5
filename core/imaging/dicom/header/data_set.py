"""A DICOM file up to its pixels: how it is encoded, and only those attributes that may be read."""

from dataclasses import dataclass
from typing import BinaryIO, cast

import pydicom
from pydicom.filereader import read_dataset, read_preamble
from pydicom.tag import BaseTag, Tag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pydicom.valuerep import EXPLICIT_VR_LENGTH_32

from core.errors import BadInput
from core.imaging.decode_errors import DAMAGE
from core.imaging.dicom.header.fields import TAGS
from core.imaging.dicom.header.header_stream import HeaderStream
from core.imaging.dicom.header.sequences import read_sequences

META_GROUP = 2
PIXEL_DATA = Tag(0x7FE0, 0x0010)
OTHER_PIXELS = {Tag(0x7FE0, 0x0008), Tag(0x7FE0, 0x0009)}  # Float and Double Float Pixel Data
UNDEFINED_LENGTH = 0xFFFFFFFF
READ_TAGS: list[BaseTag | int] = list(TAGS.values())


@dataclass(frozen=True)
class DataSet:
    """What `open_data_set` finds."""

    header: pydicom.Dataset
    media_class: str  # Media Storage SOP Class UID
    syntax: UID
    pixels_at: int | None  # byte where the value of Pixel Data begins; None where there is none
    pixel_bytes: int | None  # its length; None where it is not told, as of compressed pixels
    pixel_vr: str = "OW"


def open_data_set(stream: BinaryIO, file: str) -> DataSet:
    """Return the header of the file that the stream holds; its pixels are not read.

    Raises:
        BadInput: when it is damaged, deflated or endless. The sentence quotes nothing out of the file.
    """
    counting = HeaderStream(stream, file)
    bounded = cast(BinaryIO, counting)  # as far as pydicom needs one
    try:
        read_preamble(bounded, force=True)
        syntax, media_class = _meta(bounded)
        # Deflated data would be inflated whole, however large, before anything else could be checked.
        if syntax == DeflatedExplicitVRLittleEndian:
            raise BadInput(f"{file} is a deflated DICOM, which may unpack without bound; export it plain")
        pixels: list[tuple[BaseTag, str | None, int]] = []

        def at_pixels(element: BaseTag, representation: str | None, length: int) -> bool:
            if element == PIXEL_DATA or element in OTHER_PIXELS:
                pixels.append((element, representation, length))
            return bool(pixels)

        implicit, little = syntax.is_implicit_VR, syntax.is_little_endian
        header = read_dataset(bounded, implicit, little, stop_when=at_pixels, specific_tags=READ_TAGS)
        begin = bounded.tell()
        read_sequences(header, counting)
    except DAMAGE as error:
        counting.require_bounded()
        raise BadInput(
            f"{file} is truncated or no DICOM: its header cannot be read; export it again"
        ) from error
    if not pixels or pixels[0][0] != PIXEL_DATA:
        return DataSet(header, media_class, syntax, None, None)
    _, representation, length = pixels[0]
    # PS3.5 7.1: explicit OB and OW have two reserved bytes and four of length behind the VR.
    begin += 12 if representation in EXPLICIT_VR_LENGTH_32 else 8
    n_bytes = None if length == UNDEFINED_LENGTH else length
    return DataSet(header, media_class, syntax, begin, n_bytes, "OB" if representation == "OB" else "OW")


def _meta(stream: BinaryIO) -> tuple[UID, str]:
    """Transfer syntax and media class as the file meta information has them, wherever in it they stand."""
    begin = stream.tell()
    for implicit in (False, True):  # against the standard, some writers leave the VRs away
        stream.seek(begin)
        meta = read_dataset(stream, implicit, True, stop_when=lambda element, *_: element.group != META_GROUP)
        syntax = str(meta.get("TransferSyntaxUID") or "")
        if syntax:
            return UID(syntax), str(meta.get("MediaStorageSOPClassUID") or "")
    return _guessed_syntax(stream), ""


def _guessed_syntax(stream: BinaryIO) -> UID:
    """Return the plain encoding of a file that does not say how it is encoded, by its first element."""
    begin = stream.tell()
    group, representation = stream.read(2), stream.read(4)[2:]
    stream.seek(begin)
    if not (representation.isalpha() and representation.isupper()):
        return ImplicitVRLittleEndian
    return ExplicitVRBigEndian if group[:1] == b"\0" else ExplicitVRLittleEndian

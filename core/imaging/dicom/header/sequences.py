"""The sequences of a DICOM header that matter, read at once, while what is read is counted."""

from typing import BinaryIO, cast

import pydicom
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.filereader import read_sequence

from core.imaging.decode_errors import DAMAGE
from core.imaging.dicom.header.fields import TAGS
from core.imaging.dicom.header.header_stream import HeaderStream

SEQUENCES = [tag for tag in TAGS.values() if dictionary_VR(tag) == "SQ"]
ENCODING = "iso8859"  # of what says nothing; no text in an item is shown


def read_sequences(dataset: pydicom.Dataset, stream: HeaderStream) -> None:
    """Read, in place, the sequences that pydicom would read later without a limit; damaged ones are marked.

    Args:
        dataset: a header, or an item of a sequence.
        stream: that it was read from; it counts, and moves.

    Raises:
        BadInput: when they are too much.
    """
    present = dataset.keys()
    for tag in SEQUENCES:
        if tag not in present:
            continue
        raw = dataset.get_item(tag, keep_deferred=True)  # an empty one of an unknown kind cannot be converted
        if isinstance(raw, RawDataElement):
            dataset[tag] = _read(raw, stream)
        stored = dataset[tag].value
        for item in stored if isinstance(stored, pydicom.Sequence) else ():
            read_sequences(item, stream)


def _read(raw: RawDataElement, stream: HeaderStream) -> DataElement:
    content = raw.value or b""
    stream.turn_to(content)
    try:
        items = read_sequence(
            cast(BinaryIO, stream), raw.is_implicit_VR, raw.is_little_endian, len(content), ENCODING
        )
    except DAMAGE:
        stream.require_bounded()
        return DataElement(raw.tag, "UN", b"\0")  # which is no sequence, and is told of where it matters
    return DataElement(raw.tag, "SQ", items)

"""Values of a DICOM header that cannot be read, whatever is wrong with them."""

import pytest

from core.errors import BadInput
from tests.imaging.dicom.drawn import dicom, encoded, picture, read, source

SOP_CLASS = b"\x08\x00\x16\x00UI"  # the tag and its kind, explicit and little-endian


@pytest.mark.parametrize("kind", [b"U\x00", b"U\x7f", b"D\x00"])
def test_an_empty_value_of_an_unknown_kind_is_told_by_its_name(kind):
    content = encoded(dicom(picture(1), ImageType=["ORIGINAL", "PRIMARY"]))  # the first tells the encoding
    at = content.index(SOP_CLASS)
    length = int.from_bytes(content[at + 6 : at + 8], "little")
    empty = content[: at + 4] + kind + b"\x00\x00" + content[at + 8 + length :]
    with pytest.raises(BadInput, match=r"damaged SOP Class UID \(0008,0016\)"):
        read([source(empty)])

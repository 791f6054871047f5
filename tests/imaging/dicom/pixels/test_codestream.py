"""The size that a compressed picture declares, wherever in it that stands."""

import io

import numpy as np
import pytest
from PIL import Image

from core.imaging.dicom.pixels.codestream import picture_shape


def packed(kind: str, shape: tuple[int, ...] = (20, 30), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros(shape, np.uint8)).save(buffer, kind, **options)
    return buffer.getvalue()


def test_jpeg_tells_its_size_behind_other_segments():
    assert picture_shape(packed("JPEG")) == (20, 30, 1)
    assert picture_shape(packed("JPEG", (20, 30, 3), exif=b"Exif\0\0" + b"\xff\xc0" * 50)) == (20, 30, 3)


def test_jpeg_2000_tells_its_size_bare_and_in_boxes():
    assert picture_shape(packed("JPEG2000", no_jp2=True)) == (20, 30, 1)
    assert picture_shape(packed("JPEG2000")) == (20, 30, 1)


def test_a_false_size_in_an_earlier_box_is_not_believed():
    boxed = packed("JPEG2000")
    false = packed("JPEG2000", (2, 2), no_jp2=True)[:64]
    spoilt = boxed[:12] + (len(false) + 8).to_bytes(4, "big") + b"free" + false + boxed[12:]
    assert picture_shape(spoilt) == (20, 30, 1)


@pytest.mark.parametrize("stream", [b"", b"\xff\xd8", b"\xff\x4f\xff\x51", b"\0" * 100, packed("JPEG")[:20]])
def test_what_declares_no_size_has_none(stream):
    assert picture_shape(stream) is None

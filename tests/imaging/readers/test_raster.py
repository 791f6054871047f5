"""Pictures come upright, bright where blood is bright, and masks keep their numbers."""

import io

import numpy as np
import pytest
from PIL import Image

from core.errors import BadInput
from core.imaging.readers.raster import read_image, read_picture
from core.limits import Limits
from tests.imaging.small import HEART, PIXELS

UPRIGHT = {  # EXIF orientation -> how a picture is stored that is to be turned back
    2: np.fliplr,
    3: lambda picture: np.rot90(picture, 2),
    4: np.flipud,
    5: lambda picture: picture.T,
    6: lambda picture: np.rot90(picture, 1),
    7: lambda picture: np.rot90(picture, 2).T,
    8: lambda picture: np.rot90(picture, -1),
}


def packed(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def stored_turned(orientation: int, kind: str, **options: object) -> bytes:
    picture = Image.fromarray(np.ascontiguousarray(UPRIGHT[orientation](PIXELS)))
    if kind == "TIFF":
        return packed(picture, kind, tiffinfo={0x0112: orientation}, **options)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return packed(picture, kind, exif=exif, **options)


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})], ids=str
)
def test_a_picture_is_turned_as_viewers_turn_it_and_that_is_said(kind, options, orientation):
    picture = read_picture(stored_turned(orientation, kind, **options), "a", Limits())
    assert np.array_equal(picture.planes[0][2], PIXELS)
    assert picture.notes == ("turned as the file's orientation says",)


def test_a_jpeg_is_turned_too():
    picture = read_picture(stored_turned(6, "JPEG", quality=95), "a.jpg", Limits())
    assert np.corrcoef(picture.planes[0][2].ravel(), PIXELS.ravel())[0, 1] > 0.99


def test_nothing_is_said_where_nothing_was_turned():
    assert read_picture(packed(Image.fromarray(PIXELS), "PNG"), "a.png", Limits()).notes == ()


def indexed(numbers: np.ndarray, kind: str, **options: object) -> bytes:
    picture = Image.frombytes("P", numbers.shape[::-1], numbers.tobytes())
    picture.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0] + [0] * 756)
    return packed(picture, kind, **options)


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})], ids=str
)
def test_an_indexed_picture_is_numbers_as_a_mask_and_colours_as_an_image(kind, options):
    data = indexed(HEART, kind, **options)
    assert np.array_equal(read_image(data, "m", Limits(), palette_numbers=True)[0][0], HEART)
    grey, notes = read_image(data, "m", Limits())
    assert sorted(np.unique(grey).round()) == [0, 38, 75, 113]  # of black, red, green and yellow
    assert notes == ["colour turned into grey"]


def test_of_a_moving_picture_the_first_frame_is_used_and_said():
    frames = [Image.fromarray(PIXELS), Image.fromarray(PIXELS // 2)]
    data = packed(frames[0], "PNG", save_all=True, append_images=frames[1:])
    picture = read_picture(data, "a.png", Limits())
    assert np.array_equal(picture.planes[0][2], PIXELS)
    assert "moving picture" in picture.notes[0]


def test_a_picture_that_unpacks_to_more_than_it_may_is_refused():
    data = packed(Image.new("RGB", (300, 300)), "PNG")
    with pytest.raises(BadInput, match="a.png would unpack from .* to 0 MB, which looks like a bomb"):
        read_picture(data, "a.png", Limits(free_bytes=100_000))

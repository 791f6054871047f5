"""The compressed pages of a TIFF, in the numbers that are stored."""

import io
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image
from tifffile import COMPRESSION, PHOTOMETRIC, TiffPage

from core.imaging.limits import COUNTED_BYTES
from core.imaging.readers.jpeg_scans import START_OF_JPEG, require_few_scans

JPEGS = (COMPRESSION.JPEG, COMPRESSION.OJPEG, COMPRESSION.ALT_JPEG)
INVERTED_BY_PILLOW = ("1", "L")  # where white is zero; deeper pixels it leaves as they are


def unpacked_pages(
    data: bytes, pages: Sequence[TiffPage], file: str, check: Callable[[np.ndarray], None]
) -> list[np.ndarray]:
    """Return compressed pages, turned as viewers show them; of many, none is kept before all are good.

    Args:
        data: the whole file.
        pages: of the file, as tifffile describes them.
        file: its name, for messages.
        check: raises where a page cannot come in.

    Raises:
        BadInput: when a JPEG goes over its picture too often; and whatever Pillow or `check` raises.
    """
    for page in pages:
        if page.compression in JPEGS:
            for start, length in zip(page.dataoffsets, page.databytecounts, strict=True):
                require_few_scans(START_OF_JPEG + data[start : start + length], file)
    if sum(page.nbytes for page in pages) > COUNTED_BYTES:
        for picture in _unpacked(data, pages):
            check(picture)
    return list(_unpacked(data, pages))


def _unpacked(data: bytes, pages: Sequence[TiffPage]) -> Iterator[np.ndarray]:
    """Compressed pages by Pillow, which turns them itself and unpacks no more than a page holds."""
    with Image.open(io.BytesIO(data), formats=["TIFF"]) as opened:
        for page in pages:
            opened.seek(page.index)
            pixels = np.array(opened)
            white = page.photometric == PHOTOMETRIC.MINISWHITE
            if white and opened.mode in INVERTED_BY_PILLOW:
                pixels = np.invert(pixels)
            yield _as_stored(pixels, page.dtype)


def _as_stored(pixels: np.ndarray, dtype: np.dtype | None) -> np.ndarray:
    """The pixels in the type that they are stored in; Pillow has no type for some and gives their bits."""
    stored = np.dtype(dtype).newbyteorder("=")
    native = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    if native.dtype.kind not in "ui" or stored.kind not in "ui":
        return native
    return native.view(stored) if native.dtype.itemsize == stored.itemsize else native.astype(stored)

"""PNG, JPEG and TIFF: 2-D images without a sense of millimetres."""

import io

import numpy as np
import tifffile
from PIL import Image

from core.errors import BadInput
from core.imaging.decoding import decoding
from core.imaging.found import Limits, require_size

MAGIC = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
    b"II+\x00": "tiff",
    b"MM\x00+": "tiff",
}
RGB_TO_GREY = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
AGAIN = "export it again as PNG"


def image_format(data: bytes) -> str | None:
    """png, jpeg or tiff by the first bytes, whatever the name says."""
    return next((name for magic, name in MAGIC.items() if data.startswith(magic)), None)


def read_image(
    data: bytes, file: str, limits: Limits, *, palette_numbers: bool = False
) -> tuple[np.ndarray, list[str]]:
    """Pages of an image as (pages, height, width) in its own grey units, and what was done to get there.

    Args:
        data: the whole file.
        file: its name, for messages.
        limits: the largest picture and the most pages.
        palette_numbers: take the numbers of a palette's colours, as masks mean them, not the colours.

    Raises:
        BadInput: when it is damaged, too large or no grey or colour image.
    """
    if image_format(data) == "tiff":
        planes = _plain_tiff(data, file, limits)
        if planes is not None:
            notes: list[str] = []
            return _stack([_grey(plane, file, notes) for plane in planes], file), _once(notes)
    return _read_with_pillow(data, file, limits, palette_numbers)


def _read_with_pillow(
    data: bytes, file: str, limits: Limits, palette_numbers: bool
) -> tuple[np.ndarray, list[str]]:
    notes: list[str] = []
    planes = []
    with decoding(file, "is damaged or no image", AGAIN):
        opened = Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "TIFF"])
        # A PNG's further frames are an animation, not positions.
        n_pages = int(getattr(opened, "n_frames", 1)) if opened.format == "TIFF" else 1
        _require_pages(n_pages, file, limits)
        for page in range(n_pages):
            opened.seek(page)
            require_size(opened.height, opened.width, file, limits)
            planes.append(_grey(_plane(opened, palette_numbers), file, notes))
    return _stack(planes, file), _once(notes)


def _plane(image: Image.Image, palette_numbers: bool) -> np.ndarray:
    """The current page as an array, colours of a palette looked up unless their numbers are wanted."""
    if image.mode in ("P", "PA") and not palette_numbers:
        return np.asarray(image.convert("RGBA" if "transparency" in image.info else "RGB"))
    if image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        return np.asarray(image.convert("RGB"))
    return np.array(image)


def _plain_tiff(data: bytes, file: str, limits: Limits) -> list[np.ndarray] | None:
    """Pages of an uncompressed TIFF in any depth; None when compressed, which Pillow unpacks bounded."""
    with decoding(file, "is a damaged or unusual TIFF", AGAIN), tifffile.TiffFile(io.BytesIO(data)) as tiff:
        _require_pages(len(tiff.pages), file, limits)
        pages = [page.aspage() for page in tiff.pages]
        if any(page.compression != tifffile.COMPRESSION.NONE for page in pages):
            return None
        for page in pages:
            require_size(int(page.imagelength), int(page.imagewidth), file, limits)
            if page.size > 4 * limits.max_pixels:
                raise BadInput(f"{file} has {page.samplesperpixel} values a pixel; {AGAIN}")
        return [page.asarray() for page in pages]


def _require_pages(n_pages: int, file: str, limits: Limits) -> None:
    if not 1 <= n_pages <= limits.max_slices:
        raise BadInput(f"{file} has {n_pages} pages, expected 1 to {limits.max_slices}; split it")


def _stack(planes: list[np.ndarray], file: str) -> np.ndarray:
    if len({plane.shape for plane in planes}) > 1:
        raise BadInput(f"{file} has pages of different sizes; split it into one file each")
    return np.stack(planes)


def _grey(pixels: np.ndarray, file: str, notes: list[str]) -> np.ndarray:
    """One plane; colour becomes its luminance, and transparency is ignored."""
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = pixels[..., :-1]  # the last is transparency
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        same = (pixels == pixels[..., :1]).all()
        notes.append("grey stored as colour" if same else "colour turned into grey")
        return pixels[..., 0] if same else (pixels.astype(np.float32) @ RGB_TO_GREY)
    if pixels.ndim != 2 or pixels.dtype.kind not in "uif":
        raise BadInput(
            f"{file} holds {pixels.dtype} of shape {pixels.shape}, expected one grey or colour image; {AGAIN}"
        )
    return pixels


def _once(notes: list[str]) -> list[str]:
    return list(dict.fromkeys(notes))

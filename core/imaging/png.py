"""PNG, JPEG and TIFF: 2-D images without a sense of millimetres."""

import io

import numpy as np
import tifffile
from PIL import Image, UnidentifiedImageError

from core.errors import BadInput
from core.imaging.found import Limits

MAGIC = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
    b"II+\x00": "tiff",
    b"MM\x00+": "tiff",
}
RGB_TO_GREY = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


def image_format(data: bytes) -> str | None:
    """png, jpeg or tiff by the first bytes, whatever the name says."""
    return next((name for magic, name in MAGIC.items() if data.startswith(magic)), None)


def read_image(data: bytes, file: str, limits: Limits) -> tuple[np.ndarray, list[str]]:
    """Pages of an image as (pages, height, width) in its own grey units, and what was done to get there.

    Raises:
        BadInput: when it is damaged, too large or no grey or colour image.
    """
    if image_format(data) == "tiff":
        return _read_tiff(data, file, limits)
    return _read_with_pillow(data, file, limits)


def _read_with_pillow(data: bytes, file: str, limits: Limits) -> tuple[np.ndarray, list[str]]:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "TIFF"]) as opened:
            image: Image.Image = opened
            _require_size(image.height, image.width, file, limits)
            notes: list[str] = []
            if image.mode in ("P", "PA"):
                image = image.convert("RGBA" if "transparency" in image.info else "RGB")
            elif image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
                image = image.convert("RGB")
            elif image.mode == "1":
                image = image.convert("L")
            pixels = np.asarray(image)
    except Image.DecompressionBombError as error:
        raise BadInput(
            f"{file} has far more than {limits.max_pixels:,} pixels; crop it to the heart and import it again"
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadInput(f"{file} is damaged or no image ({error}); export it again as PNG") from error
    return _grey(pixels, file, notes)[None], notes


def _read_tiff(data: bytes, file: str, limits: Limits) -> tuple[np.ndarray, list[str]]:
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as tiff:
            pages = list(tiff.pages)
            if not pages:
                raise BadInput(f"{file} holds no page; export it again")
            if len(pages) > limits.max_slices:
                raise BadInput(f"{file} has {len(pages)} pages, more than {limits.max_slices}; split it")
            for page in pages:
                _require_size(page.shape[0], page.shape[1] if len(page.shape) > 1 else 1, file, limits)
            notes: list[str] = []
            planes = [_grey(page.asarray(), file, notes) for page in pages]
    except BadInput:
        raise
    except (tifffile.TiffFileError, ValueError, KeyError, IndexError, RuntimeError, OSError) as error:
        # Compressions that tifffile leaves to a further library, such as LZW, Pillow knows.
        try:
            return _read_with_pillow(data, file, limits)
        except BadInput:
            raise BadInput(f"{file} is a damaged or unusual TIFF ({error}); export it as PNG") from error
    if len({plane.shape for plane in planes}) > 1:
        raise BadInput(f"{file} has pages of different sizes; split it into one file each")
    return np.stack(planes), notes


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
    if pixels.ndim != 2:
        raise BadInput(f"{file} has shape {pixels.shape}, expected one grey or colour image")
    return pixels


def _require_size(height: int, width: int, file: str, limits: Limits) -> None:
    if height * width > limits.max_pixels:
        raise BadInput(
            f"{file} is {height}x{width} pixels, more than {limits.max_pixels:,} in all; "
            "crop it or raise SEPTUM_MAX_PIXELS"
        )
    if min(height, width) < 2:
        raise BadInput(f"{file} is {height}x{width} pixels, expected an image of the heart")

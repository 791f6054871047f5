"""PNG, JPEG and TIFF: grey pictures, one or a stack, upright as viewers show them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from core.errors import BadInput
from core.imaging.decode_errors import decoding
from core.imaging.limits import require_budget, require_size
from core.imaging.readers.jpeg_scans import require_few_scans
from core.imaging.readers.tiff.stack import TiffStack, read_tiff
from core.limits import Limits

MAGIC = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
    b"II+\x00": "tiff",
    b"MM\x00+": "tiff",
}
RGB_TO_GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601
AGAIN = "export it again as PNG"
TURNED = "turned as the file's orientation says"
ORIENTATION_TAG = 0x0112  # EXIF
WIDE_MODES = {"I": 4, "F": 4, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}  # bytes of a sample


@dataclass(frozen=True, eq=False)
class Picture:
    """What a picture file holds."""

    # Position, phase and (height, width) in its own grey units; phase by phase.
    planes: tuple[tuple[int, int, np.ndarray], ...]
    spacing_mm: tuple[float, float] | None = None  # (row, column), where the file says it
    slice_distance_mm: float | None = None
    notes: tuple[str, ...] = ()  # what was recognised or assumed, in words


def image_format(data: bytes) -> str | None:
    """Return png, jpeg or tiff by the first bytes, whatever the name says; None where it is neither."""
    return next((name for magic, name in MAGIC.items() if data.startswith(magic)), None)


def read_picture(data: bytes, file: str, limits: Limits, *, palette_numbers: bool = False) -> Picture:
    """Return the planes of a picture file, with what it says of millimetres and what was done to get there.

    Args:
        data: the whole file.
        file: its name, for messages.
        limits: the largest picture and the most pages.
        palette_numbers: take pixels as numbers, as masks mean them: those of a palette and not its colours,
            and those that are stored where white is zero.

    Raises:
        BadInput: when it is damaged, too large or no grey or colour image.
    """
    if image_format(data) == "tiff":
        return _grey_stack(read_tiff(data, file, limits), file, palette_numbers)
    notes: list[str] = []
    require_few_scans(data, file)
    with decoding(file, "is damaged or no image", AGAIN):
        plane = _grey(_read_single(data, file, limits, palette_numbers, notes), file, notes)
    return Picture(((0, 0, plane),), notes=_once(notes))


def read_image(
    data: bytes, file: str, limits: Limits, *, palette_numbers: bool = False
) -> tuple[np.ndarray, list[str]]:
    """Return planes (planes, height, width), phase by phase, and notes; arguments as `read_picture`'s."""
    picture = read_picture(data, file, limits, palette_numbers=palette_numbers)
    return np.stack([pixels for _, _, pixels in picture.planes]), list(picture.notes)


def _grey_stack(stack: TiffStack, file: str, numbers: bool) -> Picture:
    """Return the pages of a TIFF as grey pictures."""
    notes = [*stack.spacing.notes, *([TURNED] if stack.turned else [])]
    planes = []
    for position, phase, stored in sorted(stack.planes, key=lambda plane: (plane[1], plane[0])):
        pixels = stored
        if stack.palette is not None and not numbers:
            pixels = _coloured(stored, stack.palette, file)
        elif stack.white_is_zero and not numbers:
            pixels = np.invert(stored) if stored.dtype.kind in "uib" else stored.max() + stored.min() - stored
            notes.append("white is zero in the file; turned round, so that blood is bright")
        planes.append((position, phase, _grey(pixels, file, notes)))
    spacing = stack.spacing
    return Picture(tuple(planes), spacing.spacing_mm, spacing.slice_distance_mm, _once(notes))


def _coloured(numbers: np.ndarray, palette: np.ndarray, file: str) -> np.ndarray:
    """Return (height, width, 3) of a palette's colours by their numbers."""
    if numbers.dtype.kind != "u" or numbers.max(initial=0) >= len(palette):
        raise BadInput(f"{file} has pixels that its palette has no colour for; {AGAIN}")
    return palette[numbers]


def _read_single(data: bytes, file: str, limits: Limits, numbers: bool, notes: list[str]) -> np.ndarray:
    """Return the one picture of a PNG or JPEG, upright."""
    with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as opened:
        require_size(opened.height, opened.width, file, limits)
        sample = WIDE_MODES.get(opened.mode, 1)
        require_budget(
            opened.height * opened.width * len(opened.getbands()) * sample, len(data), file, limits
        )
        if int(getattr(opened, "n_frames", 1)) > 1:
            notes.append("moving picture; only its first frame is used")
        if opened.getexif().get(ORIENTATION_TAG, 1) in range(2, 9):
            notes.append(TURNED)
        ImageOps.exif_transpose(opened, in_place=True)
        return _pixels(opened, numbers)


def _pixels(image: Image.Image, numbers: bool) -> np.ndarray:
    """Return the picture as an array, colours of a palette looked up unless their numbers are wanted."""
    if image.mode == "P" and not numbers:
        return np.asarray(image.convert("RGBA" if "transparency" in image.info else "RGB"))
    if image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        return np.asarray(image.convert("RGB"))
    return np.array(image)


def _grey(pixels: np.ndarray, file: str, notes: list[str]) -> np.ndarray:
    """Return one plane; colour becomes its luminance, and transparency is ignored."""
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = pixels[..., :-1]  # the last is transparency
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        same = (pixels == pixels[..., :1]).all()
        notes.append("grey stored as colour" if same else "colour turned into grey")
        pixels = pixels[..., 0] if same else _luminance(pixels)
    if pixels.ndim != 2 or pixels.dtype.kind not in "uif":
        raise BadInput(
            f"{file} holds {pixels.dtype} of shape {pixels.shape}, expected one grey or colour image; {AGAIN}"
        )
    if pixels.dtype.kind == "f" and pixels.dtype.itemsize == 2:
        return pixels.astype(np.float32)
    return np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("="))


def _luminance(colours: np.ndarray) -> np.ndarray:
    """Return (height, width) float32 of (height, width, 3), one colour at a time to save memory."""
    grey = np.zeros(colours.shape[:2], np.float32)
    for channel, weight in enumerate(RGB_TO_GREY):
        grey += np.float32(weight) * colours[..., channel]
    return grey


def _once(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notes))

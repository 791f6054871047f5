"""TIFF: pages as slices and phases where ImageJ or OME says which is which, in the stored numbers."""

import io
import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffPage

from core.errors import BadInput
from core.imaging.decode_errors import decoding
from core.imaging.limits import require_budget, require_size
from core.imaging.readers.tiff.spacing import TiffSpacing, tiff_spacing
from core.imaging.readers.tiff.tags import require_short_tags
from core.imaging.readers.tiff.unpacking import unpacked_pages
from core.limits import Limits

AGAIN = "export it again, uncompressed or as PNG"
SHARED = 2  # times the file's size that its pages may claim; some programs write lengths that are too long
IN_PLANE = "YXS"  # rows, columns, samples of a pixel, as tifffile calls axes
PILLOW_TURNS_WELL = 16  # bits; bytes of longer pixels, packed and big-endian, it turns once too often
ORIENTATION_TAG, ORIENTATION_NORMAL = 274, 1

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what is wrong with a file is told by us, once


@dataclass(frozen=True, eq=False)
class TiffStack:
    """What a TIFF holds, as viewers turn it."""

    planes: tuple[tuple[int, int, np.ndarray], ...]  # position, phase, (height, width[, samples]) as stored
    spacing: TiffSpacing
    white_is_zero: bool
    palette: np.ndarray | None  # (numbers, 3) uint8, where the pixels are numbers of colours
    turned: bool  # whether an orientation tag was obeyed


def read_tiff(data: bytes, file: str, limits: Limits) -> TiffStack:
    """Return all pages but thumbnails.

    Raises:
        BadInput: when it is damaged, too large, or does not say which pages are slices.
    """
    require_short_tags(data, file, limits)
    with decoding(file, "is a damaged or unusual TIFF", AGAIN), _opened(data) as tiff:
        _require_pages(
            len(tiff.pages[: limits.max_slices + 1]), file, limits
        )  # later ones are not looked for
        pages, indices = _described(tiff, file, limits) if _has_axes(tiff) else _plain_pages(tiff)
        first = pages[0]
        _require_alike(pages, file)
        _require_room(pages, len(indices), len(data), file, limits)
        packed = any(page.compression != COMPRESSION.NONE for page in pages)
        if packed and tiff.byteorder == ">" and first.bitspersample > PILLOW_TURNS_WELL:
            raise BadInput(f"{file} holds packed big-endian pixels, which would come in as others; {AGAIN}")
        if len(pages) < len(indices):
            arrays: Sequence[np.ndarray] = _one_block(tiff, first, len(indices), packed, file)
        elif packed:
            arrays = unpacked_pages(data, pages, file, lambda page: _require_colours(first, [page], file))
        else:
            arrays = [_turned(_samples_last(page), page) for page in pages]
        _require_colours(first, arrays, file)
        planes = tuple(
            (position, phase, plane) for (position, phase), plane in zip(indices, arrays, strict=True)
        )
        return TiffStack(
            planes,
            tiff_spacing(tiff, first),
            first.photometric == PHOTOMETRIC.MINISWHITE,
            _palette(first),
            _orientation(first) != ORIENTATION_NORMAL,
        )


def _opened(data: bytes) -> TiffFile:
    # An OME file may name others; a file that was sent must not open what lies on this machine.
    return TiffFile(io.BytesIO(data), _multifile=False)


def _has_axes(tiff: TiffFile) -> bool:
    return bool(tiff.is_imagej or tiff.is_ome or tiff.is_shaped)


def _plain_pages(tiff: TiffFile) -> tuple[list[TiffPage], list[tuple[int, int]]]:
    """Pages that nothing is said of are positions; thumbnails are none."""
    pages = [page.aspage() for page in tiff.pages]
    pages = [page for page in pages if not page.is_reduced] or pages
    return pages, [(position, 0) for position in range(len(pages))]


def _described(tiff: TiffFile, file: str, limits: Limits) -> tuple[list[TiffPage], list[tuple[int, int]]]:
    """Pages in the order of the axes that the file names, and (position, phase) of each."""
    if len(tiff.series) != 1:
        raise BadInput(f"{file} holds {len(tiff.series)} images; split it into one file each")
    series = tiff.series[0]
    axes = [
        (axis, n) for axis, n in zip(series.axes, series.shape, strict=True) if axis not in IN_PLANE and n > 1
    ]
    n_planes, n_pages = math.prod(n for _, n in axes), len(series.pages)
    metadata = (tiff.imagej_metadata or {}) if tiff.is_imagej else {}
    n_said = math.prod(int(metadata.get(name, 1)) for name in ("slices", "frames", "channels"))
    if (n_said > 1 and n_said != n_planes) or n_pages not in (1, n_planes):
        raise BadInput(f"{file} says that it holds {max(n_said, n_planes)} planes but has {n_pages}; {AGAIN}")
    _require_pages(n_planes, file, limits)
    if any(axis in "CH" for axis, _ in axes):
        raise BadInput(f"{file} holds several channels, expected one; save the one with the heart alone")
    slices = [number for number, (axis, _) in enumerate(axes) if axis != "T"]
    if len(slices) > 1 or sum(axis == "T" for axis, _ in axes) > 1:
        sizes = " x ".join(str(n) for _, n in axes)
        raise BadInput(f"{file} holds {sizes} pages, and it is unclear which are slices; split it")
    indices = [_place(index, axes) for index in np.ndindex(*(n for _, n in axes))]
    pages = [page.aspage() for page in series.pages if page is not None]
    if len(pages) != n_pages:
        raise BadInput(f"{file} lacks {n_pages - len(pages)} of its {n_pages} pages; {AGAIN}")
    return pages, indices


def _place(index: tuple[int, ...], axes: Sequence[tuple[str, int]]) -> tuple[int, int]:
    """Return (position, phase) of a page by its index along the named axes."""
    phase = sum(number for number, (axis, _) in zip(index, axes, strict=True) if axis == "T")
    return sum(index) - phase, phase


def _require_pages(n_pages: int, file: str, limits: Limits) -> None:
    if not 0 < n_pages <= limits.max_slices:
        raise BadInput(f"{file} has no page or more than {limits.max_slices}; split it")


def _require_alike(pages: Sequence[TiffPage], file: str) -> None:
    kinds = {(page.shape, page.dtype, page.photometric, _orientation(page)) for page in pages}
    if len(kinds) > 1:
        raise BadInput(f"{file} has pages of different sizes or kinds; split it into one file each")
    starts = [offset for page in pages for offset in page.dataoffsets if offset]
    if len(set(starts)) < len(starts):
        raise BadInput(f"{file} has pages that share their pixels; {AGAIN}")


def _require_colours(page: TiffPage, pictures: Iterable[np.ndarray], file: str) -> None:
    """Refuse what tifffile makes of three or four slices that it was told nothing of: planes of colours."""
    if page.axes == "SYX" and any((picture != picture[..., :1]).any() for picture in pictures):
        raise BadInput(
            f"{file} holds {page.samplesperpixel} planes as the colours of one picture, which may be slices; "
            "save slices as pages of grey (photometric minisblack), or colours pixel by pixel"
        )


def _require_room(pages: Sequence[TiffPage], n_planes: int, n_bytes: int, file: str, limits: Limits) -> None:
    """Refuse what would decode to more than the file can hold."""
    first = pages[0]
    require_size(int(first.imagelength), int(first.imagewidth), file, limits)
    if first.dtype is None or first.samplesperpixel > 4 or first.imagedepth > 1:
        raise BadInput(f"{file} has {first.samplesperpixel} values a pixel of an unusual kind; {AGAIN}")
    unpacked = n_planes * first.size * first.dtype.itemsize
    require_budget(unpacked, n_bytes, file, limits)
    require_budget(first.tilewidth * first.tilelength * first.dtype.itemsize, n_bytes, file, limits)
    claimed = sum(sum(page.databytecounts) for page in pages)
    if first.compression == COMPRESSION.NONE:
        claimed = unpacked
    if claimed > SHARED * n_bytes:
        raise BadInput(f"{file} is truncated, or has pages that share their pixels; {AGAIN}")


def _one_block(
    tiff: TiffFile, page: TiffPage, n_planes: int, packed: bool, file: str
) -> Sequence[np.ndarray]:
    """Return planes that lie one after the other behind a single page, as ImageJ writes large stacks."""
    promised = n_planes * page.nbytes
    if packed or promised > tiff.filehandle.size:
        raise BadInput(f"{file} says that it holds {n_planes} planes but has fewer; {AGAIN}")
    stack = tiff.series[0].asarray()
    return [_turn(plane, _orientation(page)) for plane in stack.reshape(n_planes, *stack.shape[-page.ndim :])]


def _samples_last(page: TiffPage) -> np.ndarray:
    pixels = np.asarray(page.asarray())
    return np.moveaxis(pixels, 0, -1) if page.axes == "SYX" else pixels


def _turned(pixels: np.ndarray, page: TiffPage) -> np.ndarray:
    return _turn(pixels, _orientation(page))


def _orientation(page: TiffPage) -> int:
    value = page.tags.valueof(ORIENTATION_TAG, ORIENTATION_NORMAL)
    return value if value in range(1, 9) else ORIENTATION_NORMAL


def _turn(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """The picture as viewers show it (TIFF 6.0, tag Orientation: where the first row and column belong)."""
    if orientation > 4:
        pixels = pixels.swapaxes(0, 1)
    flip_rows, flip_columns = orientation in (3, 4, 7, 8), orientation in (2, 3, 6, 7)
    return pixels[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1]


def _palette(page: TiffPage) -> np.ndarray | None:
    colours = page.colormap if page.photometric == PHOTOMETRIC.PALETTE else None
    return None if colours is None else (np.asarray(colours).T >> 8).astype(np.uint8)

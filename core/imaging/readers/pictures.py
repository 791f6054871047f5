"""PNG, JPEG and TIFF as formats of images and masks."""

from typing import BinaryIO

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.imaging.label_values import DESCRIPTION, Numbering, labels_of_parts
from core.imaging.readers.raster import image_format, read_picture
from core.imaging.readers.reader import (
    Content,
    ImageFile,
    LabelFile,
    MasksByIndex,
    MaskUse,
    MaskWriter,
    Reader,
)
from core.limits import Limits
from core.records.slices import Geometry


def read_picture_file(data: bytes, file: str, limits: Limits) -> ImageFile:
    """Return the planes of a picture file, (height, width) each, in grey units of its own."""
    picture = read_picture(data, file, limits)
    indices = tuple((position, phase) for position, phase, _ in picture.planes)
    height, width = picture.planes[0][2].shape
    counts = [1 + max(numbers) for numbers in zip(*indices, strict=True)]
    shape = (height, width) if counts == [1, 1] else (width, height, *counts)
    geometry = Geometry(image_format(data) or "", shape, picture.spacing_mm, picture.slice_distance_mm)
    return ImageFile(
        indices, (height, width), geometry, picture.notes, lambda: [plane for _, _, plane in picture.planes]
    )


def read_picture_labels(data: bytes, file: str, limits: Limits) -> LabelFile:
    """Return the labels of a picture file, (phases, positions, height, width)."""
    picture = read_picture(data, file, limits, palette_numbers=True)
    planes = [plane for _, _, plane in picture.planes]
    n_phases = 1 + max(phase for _, phase, _ in picture.planes)

    def labels(numbering: Numbering | None) -> tuple[np.ndarray, list[str]]:
        n_pixels = sum(plane.size for plane in planes)
        drawn, notes = labels_of_parts(lambda: iter(planes), n_pixels, file, numbering)
        return drawn.reshape(n_phases, -1, *planes[0].shape), notes

    geometry = Geometry(
        image_format(data) or "", planes[0].shape, picture.spacing_mm, picture.slice_distance_mm
    )
    return LabelFile(geometry, picture.notes, labels)


def write_png(geometry: Geometry, masks: MasksByIndex, stream: BinaryIO) -> None:
    """Write the mask of a series of one plane, with what its numbers mean."""
    described = PngInfo()
    described.add_text("Description", DESCRIPTION)
    Image.fromarray(next(iter(masks.values()))).save(stream, "PNG", pnginfo=described)


def _reader(key: str, title: str, endings: tuple[str, ...], mask_use: MaskUse) -> Reader:
    return Reader(
        key,
        title,
        endings,
        Content.PICTURE,
        lambda head, file: image_format(head) == key,
        read_image=read_picture_file,
        read_labels=read_picture_labels,
        mask_use=mask_use,
    )


PNG_MASK = MaskWriter(".png", write_png)
PNG = _reader("png", "PNG", (".png",), MaskUse.SCORED)
JPEG = _reader("jpeg", "JPEG", (".jpg", ".jpeg"), MaskUse.UNFIT)
TIFF = _reader("tiff", "TIFF", (".tif", ".tiff"), MaskUse.SCORED)

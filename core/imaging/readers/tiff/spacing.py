"""What a TIFF says of millimetres: ImageJ's unit, OME's physical sizes, or a resolution of its own."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from tifffile import TiffFile, TiffPage

from core.imaging.limits import is_pixel_size

MM_PER_UNIT = {
    **dict.fromkeys(("mm", "millimeter", "millimetre", "millimeters"), 1.0),
    **dict.fromkeys(("cm", "centimeter", "centimetre"), 10.0),
    **dict.fromkeys(("m", "meter", "metre"), 1000.0),
    **dict.fromkeys(("inch", "in", "inches"), 25.4),
    **dict.fromkeys(("µm", "um", "micron", "microns", "micrometer", "micrometre"), 0.001),
    "nm": 1e-6,
}
MM_PER_TAG_UNIT = {2: 25.4, 3: 10.0}  # TIFF 6.0, ResolutionUnit
DOTS_PER_INCH = (
    72,
    75,
    90,
    96,
    100,
    120,
    144,
    150,
    180,
    200,
    240,
    254,
    300,
    350,
    360,
    400,
    600,
    720,
    1200,
    2400,
)
SAME = 0.01  # relative; programs round differently


@dataclass(frozen=True)
class TiffSpacing:
    """Pixel size (row, column) and slice distance where the file says them, and what is odd about it."""

    spacing_mm: tuple[float, float] | None = None
    slice_distance_mm: float | None = None
    notes: tuple[str, ...] = ()


def tiff_spacing(tiff: TiffFile, page: TiffPage) -> TiffSpacing:
    """Return the millimetres of a TIFF: by OME or ImageJ, else by its resolution in pixels per centimetre."""
    resolution = _resolution(page)
    tag_unit = MM_PER_TAG_UNIT.get(int(page.tags.valueof("ResolutionUnit", 1)))
    by_tag = _scaled(resolution, tag_unit) if not _is_print(resolution, tag_unit) else None
    if tiff.is_ome:
        ours, distance = _ome(tiff.ome_metadata or "")
        who = "OME"
    elif tiff.is_imagej:
        metadata = tiff.imagej_metadata or {}
        unit = _unit(str(metadata.get("unit", "")))
        ours, distance, who = _scaled(resolution, unit), _length(metadata.get("spacing"), unit), "ImageJ"
    else:
        # By the inch, it is how large a picture is to be printed.
        ours, distance, who = by_tag if tag_unit != MM_PER_TAG_UNIT[2] else None, None, ""
    notes = []
    if who and ours and by_tag and any(abs(a / b - 1) > SAME for a, b in zip(ours, by_tag, strict=True)):
        notes.append(
            f"{who} says pixels of {ours[0]:.4g} mm, the TIFF's own resolution {by_tag[0]:.4g} mm; "
            f"{who}'s are used"
        )
    if ours and not all(map(is_pixel_size, ours)):
        notes.append(f"pixels of {ours[0]:.3g} x {ours[1]:.3g} mm in the file cannot be a heart's; not used")
        ours = None
    known = distance is not None and math.isfinite(distance) and distance > 0
    return TiffSpacing(ours, distance if known else None, tuple(notes))


def _resolution(page: TiffPage) -> tuple[float, float] | None:
    """Pixels per unit, (along a column, along a row)."""
    ratios = [page.tags.valueof(name) for name in ("YResolution", "XResolution")]
    if not all(isinstance(ratio, tuple) and len(ratio) == 2 and min(ratio) > 0 for ratio in ratios):
        return None
    return (ratios[0][0] / ratios[0][1], ratios[1][0] / ratios[1][1])


def _is_print(resolution: tuple[float, float] | None, mm_per_unit: float | None) -> bool:
    """Return whether a resolution is one of screens and printers, which says nothing of what is shown."""
    if resolution is None or mm_per_unit is None:
        return False
    dots = resolution[1] * 25.4 / mm_per_unit
    return any(abs(dots / common - 1) < SAME for common in DOTS_PER_INCH)


def _scaled(resolution: tuple[float, float] | None, mm_per_unit: float | None) -> tuple[float, float] | None:
    if resolution is None or mm_per_unit is None:
        return None
    return mm_per_unit / resolution[0], mm_per_unit / resolution[1]


def _unit(name: str) -> float | None:
    """Return millimetres of a unit as ImageJ or OME calls it."""
    return MM_PER_UNIT.get(name.strip().casefold().replace("\\u00b5", "µ").replace("μ", "µ"))


def _length(value: object, mm_per_unit: float | None) -> float | None:
    return abs(float(value)) * mm_per_unit if isinstance(value, int | float) and mm_per_unit else None


def _ome(xml: str) -> tuple[tuple[float, float] | None, float | None]:
    """Pixel size and slice distance by OME's Pixels element; its lengths are in µm where it names no unit."""
    elements = ElementTree.fromstring(xml).iter()  # entities of no outside file: expat opens none
    pixels = next((one.attrib for one in elements if one.tag.rpartition("}")[2] == "Pixels"), {})
    x, y, z = (_physical(pixels, axis) for axis in "XYZ")
    return (y, x) if x and y else None, z


def _physical(pixels: Mapping[str, str], axis: str) -> float | None:
    size = pixels.get(f"PhysicalSize{axis}")
    unit = _unit(pixels.get(f"PhysicalSize{axis}Unit", "µm"))
    return abs(float(size)) * unit if size and unit else None

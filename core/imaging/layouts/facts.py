"""What a table can say of an image or a patient, and how its cells are understood."""

import math
import re
from dataclasses import dataclass

from core.imaging.kept_names import kept_name
from core.imaging.limits import PIXEL_SIZES_MM, is_pixel_size
from core.records.slices import MAX_GROUP_LETTERS, Split
from core.text import marked_line

MAX_QUOTED_LETTERS = 40  # letters of a cell in a message
MAX_NUMBER_LETTERS = 255  # a longer cell holds no number
SPLITS = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
}
PHASES = {
    **dict.fromkeys(("ed", "enddiastole", "enddiastolic", "diastole"), "ED"),
    **dict.fromkeys(("es", "endsystole", "endsystolic", "systole"), "ES"),
}
SEXES = {
    **dict.fromkeys(("m", "male", "man", "männlich"), "M"),
    **dict.fromkeys(("f", "female", "woman", "w", "weiblich"), "F"),
    **dict.fromkeys(("o", "other", "d", "divers"), "O"),
}
MAX_HEIGHT_M = 2.6  # above it a height is in centimetres
MAX_YEARS, MAX_KG, MAX_TESLA = 120.0, 400.0, 12.0


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What tables say of one image; empty and None where they say nothing."""

    patient: str = ""
    split: Split | None = None
    spacing_mm: float | None = None  # of a pixel
    phase: str = ""  # ED or ES


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What tables say of one patient; empty and None where they say nothing."""

    split: Split | None = None
    group: str = ""  # diagnosis or cohort
    ed_phase: int | None = None  # both from 0
    es_phase: int | None = None
    sex: str = ""  # M, F, O or nothing
    age_years: float | None = None
    height_m: float | None = None
    weight_kg: float | None = None
    vendor: str = ""
    field_strength_t: float | None = None


def letters(text: str) -> str:
    """Return the text in small letters without blanks and signs, by which names are compared.

    >>> letters("External code"), letters("PIXEL_SPACING (mm)")
    ('externalcode', 'pixelspacingmm')
    """
    return re.sub(r"[\W_]+", "", text.casefold())


def group(text: str) -> str:
    """Return a cell as the name of a group.

    >>> group(" hypertrophic\\ncardiomyopathy ")
    'hypertrophic cardiomyopathy'
    """
    return kept_name(text, MAX_GROUP_LETTERS)


def quoted(text: str) -> str:
    """Return a cell as messages show it: one line in quotation marks, its beginning where it is long.

    >>> quoted("1,4 mm"), len(quoted(1000 * "9"))
    ("'1,4 mm'", 43)
    """
    line = marked_line(text)
    return f"'{line}'" if len(line) <= MAX_QUOTED_LETTERS else f"'{line[:MAX_QUOTED_LETTERS]}…'"


def number(text: str) -> float | None:
    """Return the number in a cell, with a decimal point or comma, perhaps a unit; None where there is none.

    >>> [number(text) for text in ("1,4", " 1.40 mm", "1.234,5", "063Y", "n/a", "1e999", "1.4x1.4")]
    [1.4, 1.4, 1234.5, 63.0, None, None, None]
    """
    match = re.fullmatch(
        r"\s*([-+]?[\d.,]+(?:e[-+]?\d+)?)\s*[^\W\d]*\s*", text[:MAX_NUMBER_LETTERS], re.IGNORECASE
    )
    if match is None:
        return None
    digits = match[1]
    if "," in digits:  # the last of the two signs is the decimal one
        thousands, decimal = (".", ",") if digits.rfind(",") > digits.rfind(".") else (",", ".")
        digits = digits.replace(thousands, "").replace(decimal, ".")
    try:
        value = float(digits)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def pixel_size(text: str) -> float:
    """Return millimetres of a pixel.

    Raises:
        ValueError: when the cell holds no pixel size.
    """
    value = number(text)
    if value is None or not is_pixel_size(value):
        smallest, largest = PIXEL_SIZES_MM
        raise ValueError(
            f"the pixel size {quoted(text)} is no number of millimetres from {smallest} to {largest:g}"
        )
    return value


def split(text: str) -> Split:
    """Return the split that a cell names.

    Raises:
        ValueError: when it names none.
    """
    named = SPLITS.get(letters(text))
    if named is None:
        raise ValueError(f"the split {quoted(text)} is none of train, validation and test")
    return named


def phase_index(text: str, first: int) -> int:
    """Return a phase from 0, where the cell counts from `first`.

    Raises:
        ValueError: when the cell holds no such number.
    """
    value = number(text)
    if value is None or value != int(value) or value < first:
        raise ValueError(f"the phase {quoted(text)} is no whole number from {first}")
    return int(value) - first


def within(text: str, most: float) -> float | None:
    """Return a positive number up to `most`; None for what cannot be, which is as good as not said."""
    value = number(text)
    return value if value is not None and 0 < value <= most else None


def height(text: str) -> float | None:
    """Return metres, of a height in metres or centimetres.

    >>> height("184,0"), height("1.7"), height("0")
    (1.84, 1.7, None)
    """
    value = within(text, 100 * MAX_HEIGHT_M)
    return value if value is None or value <= MAX_HEIGHT_M else value / 100

"""Single values out of a DICOM header, each read behind a guard; a damaged one is named, never quoted.

Values may hold names, and what is said of a file is kept and shown; so no message repeats one.
"""

import logging
import math
import re
import warnings
from collections.abc import Callable, Mapping
from typing import TypeVar

import pydicom
from pydicom.datadict import dictionary_description, dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from core.errors import BadInput
from core.imaging.decode_errors import DAMAGE
from core.imaging.deidentification.attributes import ATTRIBUTES
from core.text import marked_line

TAGS: Mapping[str, BaseTag] = {keyword: Tag(tag_for_keyword(keyword) or 0) for keyword in ATTRIBUTES}
NUMBERS = {keyword: int(number) for keyword, number in TAGS.items()}  # found faster in a data set than tags
MAX_VALUE_BYTES = 1 << 16  # of a value but a sequence; the longest are offsets, eight bytes for each frame
T = TypeVar("T")

# Odd identifiers and dates are common and do no harm to pixels: what matters is checked here, in sentences.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
# What pydicom and its plugins say of odd values quotes them, names included.
warnings.filterwarnings("ignore", module=r"(?:pydicom|pylibjpeg|libjpeg|openjpeg|highdicom)\b")
for _name in ("pydicom", "pylibjpeg", "libjpeg", "openjpeg", "highdicom"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


def damaged(keyword: str, file: str, finding: str = "damaged") -> BadInput:
    """Return the sentence on a value that cannot be used."""
    number = TAGS[keyword]
    name = dictionary_description(number)
    return BadInput(
        f"{file} has a {finding} {name} ({number.group:04X},{number.element:04X}); export the series again"
    )


def value(dataset: pydicom.Dataset, keyword: str, file: str) -> object:
    """Return what the header holds, None where it holds nothing.

    Only attributes of the table of `core.imaging.deidentification.attributes` can be asked for.

    Raises:
        BadInput: when it cannot be read.
    """
    if NUMBERS[keyword] not in dataset.keys():  # noqa: SIM118  (a data set's own `in` is slow)
        return None
    try:
        raw = dataset.get_item(TAGS[keyword])  # fails where an empty value's kind is unknown
        if (
            isinstance(raw, RawDataElement)
            and len(raw.value or b"") > MAX_VALUE_BYTES
            and raw.VR != "SQ"
            and dictionary_VR(raw.tag) != "SQ"
        ):
            raise damaged(keyword, file, "far too long")
        stored = dataset[TAGS[keyword]].value
    except BadInput:
        raise
    except DAMAGE as error:
        raise damaged(keyword, file) from error
    if stored is None or (hasattr(stored, "__len__") and len(stored) == 0):
        return None
    return stored


def text(dataset: pydicom.Dataset, keyword: str, file: str) -> str:
    """Return a text on one clean line, empty where there is none; the first of several.

    Raises:
        BadInput: when it cannot be read.
    """
    stored = value(dataset, keyword, file)
    if isinstance(stored, MultiValue):
        stored = stored[0]
    return marked_line("" if stored is None else str(stored).replace("\0", " "))


def words(dataset: pydicom.Dataset, keyword: str, file: str) -> tuple[str, ...]:
    """Return the values of a coded text in capitals.

    Raises:
        BadInput: when they cannot be read.
    """
    stored = value(dataset, keyword, file)
    several = stored if isinstance(stored, MultiValue) else () if stored is None else (stored,)
    return tuple(str(one).strip().upper() for one in several)


def number(dataset: pydicom.Dataset, keyword: str, file: str) -> float | None:
    """Return one finite number, None where there is none.

    Raises:
        BadInput: when it is several, or none.
    """
    values = numbers(dataset, keyword, file, 1)
    return None if values is None else values[0]


def numbers(dataset: pydicom.Dataset, keyword: str, file: str, count: int) -> tuple[float, ...] | None:
    """Return so many finite numbers, None where there are none.

    Raises:
        BadInput: when they are more, fewer or no numbers.
    """
    stored = value(dataset, keyword, file)
    if stored is None:
        return None
    several = list(stored) if isinstance(stored, MultiValue | list | tuple) else [stored]
    try:
        read = tuple(float(one) for one in several)  # type: ignore[arg-type]
    except DAMAGE as error:
        raise damaged(keyword, file) from error
    if len(read) != count:
        raise damaged(keyword, file, f"{len(read)}-fold")
    if not all(math.isfinite(one) for one in read):
        raise damaged(keyword, file)
    return read


def whole(dataset: pydicom.Dataset, keyword: str, file: str) -> int | None:
    """Return one whole number, None where there is none.

    Raises:
        BadInput: when it is several, or none.
    """
    stored = number(dataset, keyword, file)
    if stored is None:
        return None
    if stored != int(stored):
        raise damaged(keyword, file)
    return int(stored)


def items(dataset: pydicom.Dataset, keyword: str, file: str) -> list[pydicom.Dataset]:
    """Return the items of a sequence.

    Raises:
        BadInput: when it is no sequence.
    """
    stored = value(dataset, keyword, file)
    if stored is None:
        return []
    if not isinstance(stored, pydicom.Sequence):
        raise damaged(keyword, file)
    return list(stored)


def if_readable(
    read: Callable[[pydicom.Dataset, str, str], T], dataset: pydicom.Dataset, keyword: str
) -> T | None:
    """Return what `read` gives; None also where it is damaged, for what no picture depends on."""
    try:
        return read(dataset, keyword, "")
    except BadInput:
        return None


def seconds_of_day(written: str) -> float | None:
    """Return a time HHMMSS.ffffff, or the time in a YYYYMMDDHHMMSS.ffffff, as seconds.

    >>> seconds_of_day("101530.5"), seconds_of_day("20240131101530"), seconds_of_day("noon")
    (36930.5, 36930.0, None)
    """
    match = re.fullmatch(r"(?:\d{8})?(\d\d)(\d\d)(\d\d(?:\.\d+)?)(?:[+-]\d{4})?", written)
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return 3600.0 * int(hours) + 60.0 * int(minutes) + float(seconds)

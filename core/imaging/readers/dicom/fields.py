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
from core.imaging.decoding import DAMAGE, one_line
from core.imaging.deidentification import ATTRIBUTES

TAGS: Mapping[str, BaseTag] = {keyword: Tag(tag_for_keyword(keyword) or 0) for keyword in ATTRIBUTES}
NUMBERS = {keyword: int(number) for keyword, number in TAGS.items()}  # found faster in a data set than tags
MOST_BYTES = 1 << 16  # of a value but a sequence; the longest are offsets, eight bytes for each frame
T = TypeVar("T")

# Odd identifiers and dates are common and do no harm to pixels: what matters is checked here, in sentences.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
# What pydicom and its plugins say of odd values quotes them, names included.
warnings.filterwarnings("ignore", module=r"(?:pydicom|pylibjpeg|libjpeg|openjpeg|highdicom)\b")
for _name in ("pydicom", "pylibjpeg", "libjpeg", "openjpeg", "highdicom"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


def damaged(keyword: str, file: str, finding: str = "damaged") -> BadInput:
    """The sentence on a value that cannot be used."""
    number = TAGS[keyword]
    name = dictionary_description(number)
    return BadInput(
        f"{file} has a {finding} {name} ({number.group:04X},{number.element:04X}); export the series again"
    )


def value(dataset: pydicom.Dataset, keyword: str, file: str) -> object:
    """What the header holds, None where it holds nothing.

    Only attributes of the table of `core.imaging.deidentification` can be asked for.

    Raises:
        BadInput: when it cannot be read.
    """
    if NUMBERS[keyword] not in dataset.keys():  # noqa: SIM118  (a data set's own `in` is slow)
        return None
    raw = dataset.get_item(TAGS[keyword])
    if (
        isinstance(raw, RawDataElement)
        and len(raw.value or b"") > MOST_BYTES
        and raw.VR != "SQ"
        and dictionary_VR(raw.tag) != "SQ"
    ):
        raise damaged(keyword, file, "far too long")
    try:
        found = dataset[TAGS[keyword]].value
    except DAMAGE as error:
        raise damaged(keyword, file) from error
    if found is None or (hasattr(found, "__len__") and len(found) == 0):
        return None
    return found


def text(dataset: pydicom.Dataset, keyword: str, file: str) -> str:
    """A text on one clean line, empty where there is none; the first of several.

    Raises:
        BadInput: when it cannot be read.
    """
    found = value(dataset, keyword, file)
    if isinstance(found, MultiValue):
        found = found[0]
    return one_line("" if found is None else str(found).replace("\0", " "))


def words(dataset: pydicom.Dataset, keyword: str, file: str) -> tuple[str, ...]:
    """The values of a coded text in capitals.

    Raises:
        BadInput: when they cannot be read.
    """
    found = value(dataset, keyword, file)
    several = found if isinstance(found, MultiValue) else () if found is None else (found,)
    return tuple(str(one).strip().upper() for one in several)


def number(dataset: pydicom.Dataset, keyword: str, file: str) -> float | None:
    """One finite number, None where there is none.

    Raises:
        BadInput: when it is several, or none.
    """
    found = numbers(dataset, keyword, file, 1)
    return None if found is None else found[0]


def numbers(dataset: pydicom.Dataset, keyword: str, file: str, count: int) -> tuple[float, ...] | None:
    """So many finite numbers, None where there are none.

    Raises:
        BadInput: when they are more, fewer or no numbers.
    """
    found = value(dataset, keyword, file)
    if found is None:
        return None
    several = list(found) if isinstance(found, MultiValue | list | tuple) else [found]
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
    """One whole number, None where there is none.

    Raises:
        BadInput: when it is several, or none.
    """
    found = number(dataset, keyword, file)
    if found is None:
        return None
    if found != int(found):
        raise damaged(keyword, file)
    return int(found)


def items(dataset: pydicom.Dataset, keyword: str, file: str) -> list[pydicom.Dataset]:
    """The items of a sequence.

    Raises:
        BadInput: when it is no sequence.
    """
    found = value(dataset, keyword, file)
    if found is None:
        return []
    if not isinstance(found, pydicom.Sequence):
        raise damaged(keyword, file)
    return list(found)


def if_readable(
    read: Callable[[pydicom.Dataset, str, str], T], dataset: pydicom.Dataset, keyword: str
) -> T | None:
    """What `read` finds; None also where it is damaged, for what no picture depends on."""
    try:
        return read(dataset, keyword, "")
    except BadInput:
        return None


def seconds_of_day(written: str) -> float | None:
    """A time HHMMSS.ffffff, or the time in a YYYYMMDDHHMMSS.ffffff, as seconds.

    >>> seconds_of_day("101530.5"), seconds_of_day("20240131101530"), seconds_of_day("noon")
    (36930.5, 36930.0, None)
    """
    found = re.fullmatch(r"(?:\d{8})?(\d\d)(\d\d)(\d\d(?:\.\d+)?)(?:[+-]\d{4})?", written)
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return 3600.0 * int(hours) + 60.0 * int(minutes) + float(seconds)

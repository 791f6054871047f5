"""Good files changed at random (flipped, overwritten, cut, grown, swapped), and what reading them gives."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.files.sources import open_sources
from core.imaging.problems import FileProblem
from core.imaging.reading import series_among
from core.limits import Limits
from core.records.slices import Series
from tests.imaging.originals import Original

HEADS = (6, 11)  # half of all changes fall into the first 64 to 2048 bytes, where headers are
LONGEST_GROWTH = 4096
EXTREMES = (0, 1, -1, 0x7F, 0x80, 0x7FFF, 0x8000, 0x7FFFFFFF, 0x80000000, 0x10000, 0x1000000)
ODD_TEXTS = (
    *(
        b"-1",
        b"0",
        b"1e999",
        b"nan",
        b"1e-320",
        b"9" * 40,
        b"0.0\\0.0",
        b"1\\2\\3\\4\\5\\6\\7",
        b"\\\\\\",
        b"abc",
    ),
    *(
        b"1.2.840.10008.1.2.1.99",
        b"\x1b$B\x00",
        "ü\nß".encode(),
        b"\xff\xfe\x00\x00",
        b"%s%n{0}",
        b"../../x",
        b"a" * 3000,
    ),
)
LONG_FORMS = {
    b"OB",
    b"OD",
    b"OF",
    b"OL",
    b"OV",
    b"OW",
    b"SQ",
    b"SV",
    b"UC",
    b"UN",
    b"UR",
    b"UT",
    b"UV",
}  # PS3.5 7.1.2
SHORT_FORM = re.compile(rb"(?:CS|DA|DS|FD|IS|LO|SS|TM|UI|UL|US)([\x02-\x40]\x00)")  # VR and length
LONGEST_SENTENCE = 600
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Change = Callable[[bytearray, np.random.Generator], bytearray]


def changed(original: Original, seed: tuple[int, ...]) -> bytes:
    """The original's content with one to three changes; the same seed gives the same bytes."""
    random = np.random.default_rng(seed)
    content = bytearray(original.content)
    for _ in range(int(random.choice([1, 1, 1, 2, 3]))):
        changes = FIELD_CHANGES if original.fields else CHANGES
        content = changes[int(random.integers(len(changes)))](content, random)
    return bytes(content)


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Put the files into the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def read(folder: Path) -> str:
    """Read, asked or refused, as an import would find the folder.

    Raises:
        AssertionError: when nothing is said, or what is said is no plain sentence.
    """
    limits = Limits()
    found = list(
        series_among(open_sources([folder], limits), limits=limits, deidentifier=Deidentifier(b"0" * 32))
    )
    assert found, "nothing was said"
    problems = [one for one in found if isinstance(one, FileProblem)]
    for problem in problems:
        require_sentence(problem.message)
    for series in found:
        if isinstance(series, Series):
            for note in series.notes:
                require_sentence(note)
    if any(not problem.question for problem in problems):
        return "refused"
    return "asked" if problems else "read"


def require_sentence(text: str) -> None:
    """Raise AssertionError unless the text is one line that can be shown and no decoder's trace."""
    text.encode()
    assert text.strip(), "an empty message"
    assert not CONTROL.search(text), f"control characters in {text!r}"
    assert len(text) <= LONGEST_SENTENCE, f"a message of {len(text)} letters: {text[:100]}"
    assert "Traceback" not in text, text
    assert " object at 0x" not in text, text
    assert "MemoryError" not in text, text  # room was made before the size was checked


def seeds(kinds: Iterable[str], each: int, seed: int = 0) -> list[tuple[str, tuple[int, ...]]]:
    """So many (kind, seed of a change) of each kind; a kind's changes do not depend on the others."""
    return [(kind, (seed, *kind.encode(), number)) for number in range(each) for kind in kinds]


def _place(content: bytearray, random: np.random.Generator) -> int:
    most = min(int(2 ** random.uniform(*HEADS)), len(content)) if random.random() < 0.5 else len(content)
    return int(random.integers(max(1, most)))


def _part(content: bytearray, random: np.random.Generator) -> slice:
    start = _place(content, random)
    return slice(start, start + int(2 ** random.uniform(0, 10)))


def _flip(content: bytearray, random: np.random.Generator) -> bytearray:
    for _ in range(int(2 ** random.uniform(0, 6))):
        if content:
            content[_place(content, random)] ^= 1 << int(random.integers(8))
    return content


def _overwrite(content: bytearray, random: np.random.Generator) -> bytearray:
    """An extreme number of one to eight bytes, in either order."""
    size, place = int(random.choice([1, 2, 4, 8])), _place(content, random)
    number = int(random.choice(np.array(EXTREMES, object))) % (1 << 8 * size)
    content[place : place + size] = number.to_bytes(size, random.choice(["little", "big"]))
    return content


def _cut(content: bytearray, random: np.random.Generator) -> bytearray:
    return content[: _place(content, random)]


def _cut_out(content: bytearray, random: np.random.Generator) -> bytearray:
    del content[_part(content, random)]
    return content


def _grow(content: bytearray, random: np.random.Generator) -> bytearray:
    place = len(content) if random.random() < 0.5 else _place(content, random)
    content[place:place] = random.bytes(int(random.integers(1, LONGEST_GROWTH)))
    return content


def _spoil(content: bytearray, random: np.random.Generator) -> bytearray:
    """Another value for one element of a DICOM file in explicit VR, its length told rightly."""
    elements = list(_elements(content))
    if elements:
        start, value, end, is_long = elements[int(random.integers(len(elements)))]
        spoilt = _odd_value(bytes(content[value:end]), random)
        length = len(spoilt).to_bytes(4 if is_long else 2, "little")
        content[value - len(length) : end] = length + spoilt
    return content


def _fill(content: bytearray, random: np.random.Generator) -> bytearray:
    """An odd value of the same length for one element wherever it lies, in sequences too."""
    places = list(SHORT_FORM.finditer(content))
    if places:
        found = places[int(random.integers(len(places)))]
        length = int.from_bytes(found[1], "little")
        odd = _odd_value(bytes(content[found.end() : found.end() + length]), random)
        content[found.end() : found.end() + length] = odd[:length].ljust(length)
    return content


def _drop(content: bytearray, random: np.random.Generator) -> bytearray:
    """A DICOM file without one of its elements, or with one of them twice."""
    elements = list(_elements(content))
    if elements:
        start, _, end, _ = elements[int(random.integers(len(elements)))]
        content[start:end] = content[start:end] * int(random.choice([0, 2]))
    return content


def _odd_value(value: bytes, random: np.random.Generator) -> bytes:
    """Extreme numbers of the value's size, odd texts, or less or more of the same."""
    number = int(random.choice(np.array(EXTREMES, object))) % (1 << 8 * max(1, len(value)))
    odd = (
        number.to_bytes(max(1, len(value)), "little"),
        ODD_TEXTS[int(random.integers(len(ODD_TEXTS)))],
        value[: len(value) // 4 * 2],
        value * 2,
        b"",
    )
    spoilt = odd[int(random.integers(len(odd)))][:0xFFFE]
    return spoilt + b" " * (len(spoilt) % 2)


def _elements(content: bytearray) -> Iterator[tuple[int, int, int, bool]]:
    """Start, start of the value, end, and whether its length has four bytes, of each top-level element."""
    place = 132
    while place + 12 <= len(content):
        is_long = bytes(content[place + 4 : place + 6]) in LONG_FORMS
        value = place + (12 if is_long else 8)
        length = int.from_bytes(content[place + (8 if is_long else 6) : value], "little")
        if value + length > len(content):
            return
        yield place, value, value + length, is_long
        place = value + length


def _zero(content: bytearray, random: np.random.Generator) -> bytearray:
    part = _part(content, random)
    content[part] = bytes(len(content[part]))
    return content


def _repeat(content: bytearray, random: np.random.Generator) -> bytearray:
    part = _part(content, random)
    content[part.start : part.start] = content[part] * int(random.integers(1, 4))
    return content


def _swap(content: bytearray, random: np.random.Generator) -> bytearray:
    one, other = _part(content, random), _part(content, random)
    content[one], content[other] = content[other], content[one]
    return content


FIELD_CHANGES: tuple[Change, ...] = (_spoil, _spoil, _fill, _fill, _drop)
CHANGES: tuple[Change, ...] = (
    _flip,
    _flip,
    _overwrite,
    _overwrite,
    _cut,
    _cut_out,
    _grow,
    _zero,
    _repeat,
    _swap,
)

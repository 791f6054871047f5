"""How long the values of a TIFF's tags are, added up before they become lists and texts in memory."""

import struct
from collections.abc import Iterator

from core.errors import BadInput
from core.limits import Limits

# Bytes of each type, TIFF 6.0 and BigTIFF: byte, text, short, long, two longs and so on.
TYPE_BYTES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
MAX_BYTES_A_PAGE = 4 << 20  # five thousand planes take a megabyte of OME's XML
MAX_BYTES = 16 << 20  # a number becomes forty bytes
BIG = 43  # the version of BigTIFF


def require_short_tags(data: bytes, file: str, limits: Limits) -> None:
    """Refuse a file whose tags are longer than any program writes; one that is damaged is told of later.

    Raises:
        BadInput: when they are.
    """
    total = 0
    for number, n_bytes in enumerate(_tag_bytes(data)):
        total += n_bytes
        if n_bytes > MAX_BYTES_A_PAGE or total > MAX_BYTES:
            raise BadInput(
                f"{file} has {total / 1e6:.0f} MB of tags and more, expected a few kB; export it again as PNG"
            )
        if number >= limits.max_slices:
            return


def _tag_bytes(data: bytes) -> Iterator[int]:
    """What the values of each page's tags take, page by page as far as they can be followed."""
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(f"{order}H", data, 2)[0] == BIG if len(data) > 3 else False
    entry, count = (
        struct.Struct(f"{order}HH{'Q8x' if big else 'I4x'}"),
        struct.Struct(f"{order}{'Q' if big else 'H'}"),
    )
    link, offset = struct.Struct(f"{order}{'Q' if big else 'I'}"), 8 if big else 4
    seen: set[int] = set()
    try:
        while (start := link.unpack_from(data, offset)[0]) and start not in seen:
            seen.add(start)
            (n_tags,) = count.unpack_from(data, start)
            first, last = start + count.size, start + count.size + n_tags * entry.size
            entries = entry.iter_unpack(data[first:last])
            yield sum(TYPE_BYTES.get(kind, 1) * n for _, kind, n in entries)
            offset = last
    except struct.error:  # it ends there
        return

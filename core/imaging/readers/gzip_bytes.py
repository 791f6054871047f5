"""Gzip around a file of known length: unpacked once, in place, and never beyond what its header promises."""

import zlib
from collections.abc import Iterator

from core.errors import BadInput
from core.imaging.decoding import decoding
from core.imaging.found import Limits, require_budget

GZIP_MAGIC = b"\x1f\x8b"
STEP_BYTES = 1 << 20  # into and out of zlib at once
SLACK_BYTES = 1 << 20  # that a file may hold behind what its header promises
COUNTED_BYTES = 64 << 20  # from which a file is unpacked into nothing first, to see that it is whole
AGAIN = "copy or export it again"


def start_of(data: bytes, n_bytes: int) -> bytes:
    """The first bytes without gzip around them; fewer where it is cut or damaged there."""
    if not data.startswith(GZIP_MAGIC):
        return data[:n_bytes]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[:STEP_BYTES], n_bytes)
    except zlib.error:
        return b""


def unpacked(data: bytes, file: str, limits: Limits, promised: int) -> bytes | bytearray:
    """The bytes without gzip around them.

    Args:
        data: gzipped or not.
        file: its name, for messages.
        limits: on what it may unpack to.
        promised: how many bytes its header says that there are.

    Raises:
        BadInput: when it is damaged or cut, or there would be far more than promised or than allowed.
    """
    if not data.startswith(GZIP_MAGIC):
        return data
    require_budget(promised, len(data), file, limits)
    with decoding(file, "is damaged", AGAIN):
        if promised > COUNTED_BYTES and sum(map(len, _pieces(data, file, promised))) < promised:
            raise BadInput(f"{file} is truncated: {promised} bytes expected; {AGAIN}")
        plain = bytearray()
        for piece in _pieces(data, file, promised):
            plain += piece
    return plain


def _pieces(data: bytes, file: str, promised: int) -> Iterator[bytes]:
    """What is unpacked, piece by piece; a gzip may be several, one after the other."""
    start, n_unpacked = 0, 0
    while data.startswith(GZIP_MAGIC, start):
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not inflate.eof:
            packed = inflate.unconsumed_tail
            if not packed:
                packed = data[start : start + STEP_BYTES]
                start += len(packed)
            piece = inflate.decompress(packed, STEP_BYTES)
            if not piece and not packed and not inflate.eof:
                raise BadInput(f"{file} is truncated; {AGAIN}")
            n_unpacked += len(piece)
            if n_unpacked > promised + SLACK_BYTES:
                raise BadInput(f"{file} unpacks to more than its header says; {AGAIN}")
            yield piece
        start -= len(inflate.unused_data)

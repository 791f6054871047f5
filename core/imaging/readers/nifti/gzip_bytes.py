"""Gzip around a file of known length: unpacked piece by piece, and never beyond what its header promises."""

import zlib
from collections.abc import Iterator

from core.errors import BadInput

GZIP_MAGIC = b"\x1f\x8b"
STEP_BYTES = 1 << 20  # into and out of zlib at once
SLACK_BYTES = 1 << 20  # that a file may hold behind what its header promises
FIRST_STEP_BYTES = 1 << 12  # into zlib where a gzip begins
MAX_MEMBERS = 100_000  # of one file: bgzip begins anew every 64 kB
AGAIN = "copy or export it again"


def start_of(data: bytes, n_bytes: int) -> bytes:
    """Return the first bytes without gzip around them; fewer where it is cut or damaged there."""
    if not data.startswith(GZIP_MAGIC):
        return data[:n_bytes]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[:STEP_BYTES], n_bytes)
    except zlib.error:
        return b""


def pieces_of(data: bytes, file: str, begin: int, n_bytes: int) -> Iterator[bytes]:
    """Yield so many bytes from `begin` on without gzip around them, each piece but the last STEP_BYTES long.

    Args:
        data: gzipped or not.
        file: its name, for messages.
        begin: of what is wanted, as if there were no gzip.
        n_bytes: that are wanted.

    Raises:
        BadInput: when it is damaged, ends before, or unpacks to far more than its header promises.
    """
    if not data.startswith(GZIP_MAGIC):
        yield from _cut(data, file, begin, n_bytes)
        return
    kept = bytearray()
    left, to_skip = n_bytes, begin
    for piece in _inflated(data, file, begin + n_bytes):
        kept += piece[to_skip:]
        to_skip = max(0, to_skip - len(piece))
        while len(kept) >= STEP_BYTES and left:
            part = bytes(kept[: min(STEP_BYTES, left)])
            del kept[:STEP_BYTES]
            left -= len(part)
            yield part
    require_whole(n_bytes - left + len(kept), n_bytes, file)
    if left:
        yield bytes(kept[:left])


def _cut(data: bytes, file: str, begin: int, n_bytes: int) -> Iterator[bytes]:
    require_whole(len(data) - begin, n_bytes, file)
    for start in range(begin, begin + n_bytes, STEP_BYTES):
        yield data[start : min(start + STEP_BYTES, begin + n_bytes)]


def require_whole(n_there: int, n_bytes: int, file: str) -> None:
    """Refuse a file that has fewer bytes than its header promises.

    Raises:
        BadInput: when it has.
    """
    if n_there < n_bytes:
        raise BadInput(f"{file} is truncated: {n_bytes} bytes expected, {max(0, n_there)} there; {AGAIN}")


def _inflated(data: bytes, file: str, promised: int) -> Iterator[bytes]:
    """What is unpacked, piece by piece; a gzip may be several, one after the other."""
    start, n_unpacked, n_members = 0, 0, 0
    view = memoryview(data)
    while data.startswith(GZIP_MAGIC, start):
        n_members += 1
        if n_members > MAX_MEMBERS:
            raise BadInput(f"{file} is more than {MAX_MEMBERS:,} gzips in one; {AGAIN}")
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        step = FIRST_STEP_BYTES
        while not inflate.eof:
            packed: bytes | memoryview = inflate.unconsumed_tail
            if not packed:
                packed = view[start : start + step]  # small at first: of short gzips, the rest is copied
                start, step = start + len(packed), min(2 * step, STEP_BYTES)
            piece = inflate.decompress(packed, STEP_BYTES)
            if not piece and not packed and not inflate.eof:
                raise BadInput(f"{file} is truncated; {AGAIN}")
            n_unpacked += len(piece)
            if n_unpacked > promised + SLACK_BYTES:
                raise BadInput(f"{file} unpacks to more than its header says; {AGAIN}")
            yield piece
        start -= len(inflate.unused_data)

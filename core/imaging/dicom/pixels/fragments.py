"""How many pieces encapsulated pixels are in, counted before lists of them are made."""

import os
import struct
from typing import BinaryIO

ITEM = b"\xfe\xff\x00\xe0"  # (FFFE,E000), little-endian as all encapsulated pixels are, PS3.5 A.4
HEADS = struct.Struct("<4sI")
FRAGMENTS_A_FRAME = 64  # of which any frame may consist, however small they are
FRAGMENT_BYTES = 4096  # that fragments have on average, where there are more


def require_few_fragments(stream: BinaryIO, n_frames: int) -> None:
    """Refuse encapsulated pixels of too many fragments; the stream, which stands at them, moves.

    Raises:
        ValueError: when they are out of all proportion to the frames, or the table of offsets is.
    """
    begin = stream.tell()
    most = FRAGMENTS_A_FRAME * n_frames + (stream.seek(0, os.SEEK_END) - begin) // FRAGMENT_BYTES
    stream.seek(begin)
    for number in range(most + 1):
        head = stream.read(HEADS.size)
        if len(head) < HEADS.size or not head.startswith(ITEM):
            return
        length = HEADS.unpack(head)[1]
        if number == 0 and length > 4 * n_frames:  # the Basic Offset Table comes first
            raise ValueError(f"its table of offsets has {length // 4} entries for {n_frames} frames")
        stream.seek(length, os.SEEK_CUR)
    raise ValueError(f"it has more than {most} fragments for {n_frames} frames")

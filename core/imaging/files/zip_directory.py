"""How many files a zip says that it holds, counted before each of them takes half a kilobyte of memory."""

import io
import os
import struct
from typing import BinaryIO

from core.errors import BadInput

END = b"PK\x05\x06"  # of the central directory, APPNOTE 4.3.16
END_BYTES, COMMENT_BYTES = 22, (1 << 16) - 1
END_64, END_64_BYTES = b"PK\x06\x06", 56  # 4.3.14, and behind it the locator
LOCATOR_BYTES = 20
ENTRY = b"PK\x01\x02"
MAX_FILES = 100_000
MAX_DIRECTORY_BYTES = 32 << 20  # of the directory: names of three hundred letters


def require_small_directory(stream: BinaryIO, name: str) -> None:
    """Refuse a zip of more files than an import can keep in mind; one without a directory is told of later.

    Args:
        stream: the zip; it moves.
        name: of the zip, for messages.

    Raises:
        BadInput: when there are more.
    """
    size = stream.seek(0, os.SEEK_END)
    begin = max(0, size - END_BYTES - COMMENT_BYTES - END_64_BYTES - LOCATOR_BYTES)
    stream.seek(begin)
    tail = stream.read()
    at = len(tail) - END_BYTES if tail[-END_BYTES:].startswith(END) else tail.rfind(END)
    if at < 0:
        return
    (n_bytes,) = struct.unpack_from("<I", tail, at + 12)
    at_64 = at - LOCATOR_BYTES - END_64_BYTES
    end = begin + at
    if at_64 >= 0 and tail.startswith(END_64, at_64):
        (n_bytes,) = struct.unpack_from("<Q", tail, at_64 + 40)
        end = begin + at_64
    stream.seek(max(0, end - min(n_bytes, MAX_DIRECTORY_BYTES)))
    n_files = stream.read(min(n_bytes, MAX_DIRECTORY_BYTES)).count(ENTRY)
    if n_bytes > MAX_DIRECTORY_BYTES or n_files > MAX_FILES:
        raise BadInput(f"{name} holds more than {MAX_FILES:,} files; unpack it and import the folder")


def require_small_directory_of(data: bytes, name: str) -> None:
    """As `require_small_directory`, of a zip in memory."""
    require_small_directory(io.BytesIO(data), name)

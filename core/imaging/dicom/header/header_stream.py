"""The bytes of a DICOM header as pydicom reads them, refused when they would become too much in memory.

Each item of a sequence becomes a data set of a kilobyte or more, however empty it is, and each element half a
kilobyte; so they are counted as they are read.
"""

import io
import os
from typing import BinaryIO

from core.errors import BadInput

MAX_BYTES = 16 << 20  # that a header is read from; five thousand enhanced frames take ten
MAX_READS = 600_000  # two for each element or item
MAX_ITEMS = 100_000  # of sequences, all together; twenty for each of five thousand frames
ITEMS = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")  # (FFFE,E000) in both orders of bytes
CHARACTER_SETS = (b"\x08\x00\x05\x00", b"\x00\x08\x00\x05")  # (0008,0005), taken apart as soon as it is read
MAX_CHARACTER_SET_BYTES = 1024  # bytes; each name has 16
HEAD_BYTES = 8  # of an element: number, representation and length


class HeaderStream:
    """A stream that counts what is read of it."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        """The file's name is for messages."""
        self._stream, self._file = stream, file
        self._n_bytes = self._n_reads = self._n_items = 0
        self._too_much = False
        self._head = b""  # of the element that is being read

    def read(self, n_bytes: int = -1) -> bytes:
        """Return so many bytes, fewer at the end.

        Raises:
            BadInput: when they are too many, all together.
        """
        left = MAX_BYTES - self._n_bytes
        if self._head in CHARACTER_SETS and n_bytes > MAX_CHARACTER_SET_BYTES:
            left = 0
        content = self._stream.read(left + 1 if n_bytes < 0 else min(n_bytes, left + 1))
        self._n_reads += 1
        self._n_bytes += len(content)
        if len(content) == HEAD_BYTES:
            self._head = content[:4]
            self._n_items += self._head in ITEMS
        self._too_much |= len(content) > left or self._n_reads > MAX_READS or self._n_items > MAX_ITEMS
        self.require_bounded()
        return content

    def require_bounded(self) -> None:
        """Say so where it was too much; pydicom takes what `read` raises for damage here and there.

        Raises:
            BadInput: when it was.
        """
        if self._too_much:
            raise BadInput(
                f"{self._file} has a header out of all proportion, expected up to {MAX_BYTES >> 20} MB and "
                f"{MAX_ITEMS:,} items; export it again without private data"
            )

    def turn_to(self, content: bytes) -> None:
        """Go on with the content of an element that was read, whose bytes count already."""
        self._stream = io.BytesIO(content)
        self._n_bytes -= len(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go there."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return where it stands."""
        return self._stream.tell()
